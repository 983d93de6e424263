import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailed } from './command.ts';

export async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer | string));
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
