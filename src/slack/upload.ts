import type { MessageSender, Outcome, OutgoingFile } from '../ports/sender.ts';
import type { SlackApi } from './api.ts';
import { slackUrl } from './hosts.ts';
import type { SlackSetup } from './options.ts';
import { classify, type Failure } from './outcomes.ts';

type Parts = Pick<SlackSetup, 'apiUrl' | 'timings' | 'onError'>;

/**
 * Three steps: ask for an address, send the bytes there, share the file (https://docs.slack.dev/messaging/working-with-files).
 * Until the last one nobody sees anything, so only there a lost answer leaves doubt.
 */
export function createUpload(api: SlackApi, setup: Parts): MessageSender['upload'] {
  return async (file): Promise<Outcome<null>> => {
    const place = await api.call('files.getUploadURLExternal', { filename: file.name, length: file.bytes.byteLength });
    if (!place.ok) return unseen(place.failure);

    const url = slackUrl(place.body.upload_url, setup.apiUrl);
    if (!url) return { kind: 'refused', error: 'upload_url_not_slack' };
    const failure = await sendBytes(url, file);
    if (failure) return unseen(failure);

    const done = await api.call('files.completeUploadExternal', {
      files: [{ id: place.body.file_id, title: file.title ?? file.name }],
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
      await response.arrayBuffer();
      return response.ok ? null : failed(`HTTP ${response.status}`);
    } catch (error) {
      const failure = classify(error, 'upload');
      setup.onError(`Slack error : ${failure.error}`);
      return failure;
    }
  }

  function failed(error: string): Failure {
    setup.onError(`Slack error : ${error}`);
    return { kind: 'retry', afterMs: null, scope: 'channel', hidden: false, error };
  }
}

function unseen(failure: Failure): Failure {
  return failure.kind === 'retry' ? { ...failure, hidden: false } : failure;
}
