import type { IncomingFile } from '../domain/event.ts';
import type { FetchedFile, FileFetcher } from '../ports/source.ts';
import type { SlackApi } from './api.ts';
import { slackUrl } from './hosts.ts';
import type { SlackSetup } from './options.ts';
import { type Failure, withoutToken } from './outcomes.ts';
import { noAddress, readFile } from './post-files.ts';

export const maxFileBytes = 5 * 1024 * 1024;
const maxRedirects = 3;

type Parts = Pick<SlackSetup, 'token' | 'apiUrl' | 'timings' | 'onError'>;

/** Downloads attached files with the bot token, which no host but Slack's gets. */
export function createFiles(setup: Parts, api: SlackApi): FileFetcher {
  return {
    async fetch(_team, file) {
      if (file.unread === undefined && file.url === '') return lookUp(file);
      return fetchKnown(file);
    },
  };

  /** Slack Connect sends only the id (`check_file_info`): https://docs.slack.dev/apis/slack-connect#files */
  async function lookUp({ id }: IncomingFile): Promise<FetchedFile> {
    const answer = await api.call('files.info', { file: id });
    if (!answer.ok) return refusedInfo(answer.failure);
    const file = readFile(answer.body.file);
    if (file === null || (file.url === '' && file.unread === undefined)) return { kind: 'refused', reason: noAddress };
    return { name: file.name, ...(await fetchKnown(file)) };
  }

  async function fetchKnown(file: IncomingFile): Promise<FetchedFile> {
    if (file.unread !== undefined) return { kind: 'refused', reason: file.unread };
    if (file.size > maxFileBytes) return tooBig();
    if (setup.token() === null) return { kind: 'retry', reason: withoutToken.error };
    try {
      return await download(file, AbortSignal.timeout(setup.timings.callMs));
    } catch (error) {
      const reason = (error as Error).name === 'TimeoutError' ? 'timeout' : 'network';
      setup.onError(`Slack error : file ${reason}`);
      return { kind: 'retry', reason };
    }
  }

  async function download(file: IncomingFile, signal: AbortSignal): Promise<FetchedFile> {
    let url = slackUrl(file.url, setup.apiUrl);
    let first: string | undefined;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      if (!url) return { kind: 'refused', reason: "the file is not on one of Slack's servers" };
      // A redirect to another host goes without credentials (RFC 9110, 15.4).
      first ??= url.origin;
      const headers: Record<string, string> = url.origin === first ? { authorization: `Bearer ${setup.token()}` } : {};
      // `fetch` would follow redirects to any host.
      const response = await fetch(url, { headers, redirect: 'manual', signal });
      if (response.status < 300 || response.status > 399) return await read(response, file);
      await response.body?.cancel();
      url = slackUrl(response.headers.get('location'), setup.apiUrl, url);
    }
    return { kind: 'refused', reason: 'too many redirects' };
  }

  async function read(response: Response, file: IncomingFile): Promise<FetchedFile> {
    const contentType = response.headers.get('content-type') ?? '';
    const answer = judge(response.status, contentType, file);
    if (answer) {
      await response.body?.cancel();
      setup.onError(`Slack error : file ${answer.kind === 'retry' ? answer.reason : 'refused'}`);
      return answer;
    }
    if (Number(response.headers.get('content-length')) > maxFileBytes) {
      await response.body?.cancel();
      return tooBig();
    }
    const bytes = await readCapped(response);
    return bytes ? { kind: 'fetched', bytes } : tooBig();
  }
}

function judge(
  status: number,
  contentType: string,
  file: IncomingFile,
): Exclude<FetchedFile, { kind: 'fetched' }> | null {
  if (status === 429 || status >= 500) return { kind: 'retry', reason: `HTTP ${status}` };
  if (status === 404 || status === 410) return { kind: 'refused', reason: `deleted (HTTP ${status})` };
  if (status !== 200) return { kind: 'refused', reason: `Slack answered HTTP ${status}` };
  // Without permission the response is the login page, with status 200.
  if (/^text\/html\b/i.test(contentType) && !/^text\/html\b/i.test(file.mimetype)) {
    return { kind: 'refused', reason: 'not allowed to read files (files:read missing?)' };
  }
  return null;
}

/** https://docs.slack.dev/reference/methods/files.info#errors */
const infoRefusals: Readonly<Record<string, string>> = {
  file_not_found: 'deleted, or not shared with me',
  file_deleted: 'deleted',
  access_denied: 'not allowed by the workspace that it belongs to',
  missing_scope: 'not allowed to read files (files:read missing?)',
};

function refusedInfo(failure: Failure): FetchedFile {
  if (failure.kind === 'retry') return { kind: 'retry', reason: failure.error };
  return { kind: 'refused', reason: infoRefusals[failure.error] ?? `Slack answered ${failure.error}` };
}

function tooBig(): FetchedFile {
  return { kind: 'refused', reason: `larger than ${maxFileBytes / 1024 / 1024} MiB` };
}

/** Ending the loop early ends the download. */
async function readCapped(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxFileBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
