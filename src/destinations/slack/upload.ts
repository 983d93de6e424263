import { plainFileName, plainName } from '../../domain/names.ts';
import type { MessageSender, OutgoingFile, SendOutcome } from '../../ports/sender.ts';
import {
  classify,
  type Failure,
  reasonOfText,
  type SlackApi,
  type SlackSetup,
  slackUrl,
  withReason,
} from '../../slack/index.ts';

type Parts = Pick<SlackSetup, 'apiUrl' | 'timings' | 'onError'>;

/**
 * Three steps: ask for an address, send the bytes there, share the file (https://docs.slack.dev/messaging/working-with-files).
 * Nobody sees the file before the third step, so only the outcome of that one can be unknown.
 */
export function createUpload(api: SlackApi, setup: Parts): MessageSender['upload'] {
  return async (file): Promise<SendOutcome<null>> => {
    // Slack's error code for the length 0 does not name the reason.
    if (file.bytes.byteLength === 0)
      return { kind: 'refused', error: 'empty_file', detail: 'Slack takes no file of 0 bytes' };
    const name = plainFileName(file.name);
    const place = await api.call('files.getUploadURLExternal', { filename: name, length: file.bytes.byteLength });
    if (!place.ok) return unseen(place.failure);

    const url = slackUrl(place.body.upload_url, setup.apiUrl);
    if (!url)
      return {
        kind: 'refused',
        error: 'upload_url_not_slack',
        detail: 'the address for the bytes is not one of Slack’s',
      };
    const failure = await sendBytes(url, file);
    if (failure) return unseen(failure);

    const done = await api.call('files.completeUploadExternal', {
      files: [{ id: place.body.file_id, title: plainName(file.title ?? '', 200) || name }],
      channel_id: file.channel,
      thread_ts: file.threadTs,
    });
    return done.ok ? { kind: 'sent', value: null } : done.failure;
  };

  async function sendBytes(url: URL, file: OutgoingFile): Promise<Failure | null> {
    try {
      // Without the token: the address is the permission.
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file.bytes as Uint8Array<ArrayBuffer>,
        redirect: 'error',
        signal: AbortSignal.timeout(setup.timings.uploadMs),
      });
      const said = await response.text();
      return response.ok ? null : failed(response.status, said);
    } catch (error) {
      const failure = classify(error, 'upload');
      setup.onError(`Slack error : ${failure.error}`);
      return failure;
    }
  }

  function failed(status: number, said: string): Failure {
    const error = `HTTP ${status}`;
    setup.onError(`Slack error : upload ${error}`);
    // Too large, or not as announced: the same bytes would be refused again.
    const refused = status === 400 || status === 413;
    const failure: Failure = refused
      ? { kind: 'refused', error }
      : { kind: 'retry', afterMs: null, scope: 'channel', outcomeUnknown: false, error };
    return withReason(failure, reasonOfText(said));
  }
}

function unseen(failure: Failure): Failure {
  return failure.kind === 'retry' ? { ...failure, outcomeUnknown: false } : failure;
}
