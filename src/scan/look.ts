import { cut } from '../domain/cut.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import type { Looked } from '../pipeline/index.ts';
import type { FetchedFile, FileFetcher } from '../ports/source.ts';
import { readFileText } from './file-text.ts';

/** `retry`: why a file could not be fetched this time, or null; the rest is valid in either case. */
export interface LookedAt extends Looked {
  retry: string | null;
  fetched: number;
}

/** Most bytes to read of all files of a message. */
const maxMessageBytes = 20 * 1024 * 1024;
const nameCharacters = 80;

/** Fetches the files of a message one after the other and decodes their text. A bad file does not affect the others. */
export async function lookAtFiles(
  message: IncomingMessage,
  fetcher: FileFetcher,
  count: (result: 'fetched' | 'refused') => void,
): Promise<LookedAt> {
  const texts: string[] = [];
  const files: Looked['files'] = [];
  const unread: string[] = [];
  let retry: string | null = null;
  let bytes = 0;

  for (const file of message.files) {
    const got = bytes + file.size > maxMessageBytes ? tooMuch : await fetcher.fetch(message.team, file);
    const name = got.name ?? file.name;
    if (got.kind === 'retry') {
      retry = got.reason;
      if (file.excerpt) texts.push(file.excerpt);
      unread.push(named(name, `could not be fetched: ${got.reason}`));
      continue;
    }
    count(got.kind);
    const reason = got.kind === 'refused' ? got.reason : await take(name, got.bytes);
    if (reason === null) continue;
    unread.push(named(name, reason));
    if (file.excerpt) texts.push(file.excerpt);
  }
  return { texts, files, notes: unread, retry, fetched: files.length };

  /** Resolves with the reason why the text was not read, or null on success. */
  async function take(name: string, content: Uint8Array): Promise<string | null> {
    bytes += content.byteLength;
    if (content.byteLength === 0) return 'empty';
    files.push({ name, bytes: content });
    const read = await readFileText(content);
    if ('binary' in read) return `not text but ${read.binary}`;
    texts.push(...read.texts);
    return null;
  }
}

const tooMuch: FetchedFile = {
  kind: 'refused',
  reason: `the files of one message are read up to ${maxMessageBytes / 1024 / 1024} MiB`,
};

function named(name: string, reason: string): string {
  const flat = cut(name.replace(/[\s\p{Cc}]+/gu, ' ').trim(), nameCharacters, () => '…');
  return `${escapeMrkdwn(flat)}: ${escapeMrkdwn(reason)}`;
}
