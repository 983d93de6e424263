import type { FetchedFile, FileFetcher } from '../ports/source.ts';
import { slackUrl } from './hosts.ts';
import type { SlackSetup } from './options.ts';

export const maxFileBytes = 5 * 1024 * 1024;
const maxRedirects = 3;

type Parts = Pick<SlackSetup, 'botToken' | 'apiUrl' | 'timings' | 'onError'>;
type Wanted = Parameters<FileFetcher['fetch']>[1];

/** Downloads what people attached, with the bot token, and shows that token to nobody but Slack. */
export function createFiles(setup: Parts): FileFetcher {
  return {
    async fetch(_team, file) {
      if (file.size > maxFileBytes) return tooBig();
      try {
        return await download(file, AbortSignal.timeout(setup.timings.callMs));
      } catch (error) {
        const reason = (error as Error).name === 'TimeoutError' ? 'timeout' : 'network';
        setup.onError(`Slack error : file ${reason}`);
        return { kind: 'retry', reason };
      }
    },
  };

  async function download(file: Wanted, signal: AbortSignal): Promise<FetchedFile> {
    let url = slackUrl(file.url, setup.apiUrl);
    for (let hop = 0; hop <= maxRedirects; hop++) {
      if (!url) return { kind: 'refused', reason: "the file is not on one of Slack's servers" };
      const headers = { authorization: `Bearer ${setup.botToken}` };
      // `fetch` itself would follow anywhere.
      const response = await fetch(url, { headers, redirect: 'manual', signal });
      if (response.status < 300 || response.status > 399) return await read(response, file);
      await response.body?.cancel();
      url = slackUrl(response.headers.get('location'), setup.apiUrl, url);
    }
    return { kind: 'refused', reason: 'too many redirects' };
  }

  async function read(response: Response, file: Wanted): Promise<FetchedFile> {
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
    return bytes ? { kind: 'fetched', bytes, contentType } : tooBig();
  }
}

function judge(status: number, contentType: string, file: Wanted): Exclude<FetchedFile, { kind: 'fetched' }> | null {
  if (status === 429 || status >= 500) return { kind: 'retry', reason: `HTTP ${status}` };
  if (status !== 200) return { kind: 'refused', reason: `Slack answered HTTP ${status}` };
  // Who may not read a file gets the login page, with status 200.
  if (/^text\/html\b/i.test(contentType) && !/^text\/html\b/i.test(file.mimetype)) {
    return { kind: 'refused', reason: 'not allowed to read files (files:read missing?)' };
  }
  return null;
}

function tooBig(): FetchedFile {
  return { kind: 'refused', reason: `larger than ${maxFileBytes / 1024 / 1024} MiB` };
}

/** Leaving the loop early ends the download. */
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
