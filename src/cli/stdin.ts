import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailed } from './command.ts';

/** More than the API takes in one request; what pipes without an end must not fill the memory. */
const maxStdinBytes = 2 * 1024 * 1024;

/** @throws CommandFailed when there is more than 2 MiB */
export async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Buffer | string);
    length += bytes.length;
    if (length > maxStdinBytes)
      throw new CommandFailed('stdin has more than 2 MiB; the API takes 1 MiB. Send a part of it.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Asks on the terminal; what is typed is not shown. The question goes to stderr, so that stdout can be piped. */
export function askSecret(stdin: NodeJS.ReadableStream, question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: true });
  return new Promise<string>((resolve, reject) => {
    terminal.once('line', resolve);
    terminal.once('close', () => reject(new CommandFailed('stopped')));
  }).finally(() => {
    terminal.close();
    process.stderr.write('\n');
  });
}
