import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { readUtf8 } from '../domain/encoding.ts';
import { reasonOf } from '../files/reasons.ts';
import { errorCode } from '../lib/error-code.ts';
import { CommandFailed } from './command.ts';

/** Above the API's limit for a request, so that an endless pipe cannot fill the memory. */
const maxInputBytes = 2 * 1024 * 1024;

/** Reads stdin to its end. @throws CommandFailed for more than 2 MiB and for bytes that are not UTF-8 */
export function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  return readText(stdin, 'stdin');
}

/** Reads a file, or a FIFO such as a shell's `<(command)`. @throws CommandFailed as `readAll`, and when it cannot be read */
export async function readFileText(file: string): Promise<string> {
  try {
    return await readText(createReadStream(file), file);
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(
      `${file} cannot be read: ${errorCode(error) === 'ENOENT' ? 'there is no such file' : reasonOf(error)}.`,
    );
  }
}

async function readText(stream: NodeJS.ReadableStream, from: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Buffer | string);
    length += bytes.length;
    if (length > maxInputBytes)
      throw new CommandFailed(`${from} has more than 2 MiB; the API takes 1 MiB. Send a part of it.`);
    chunks.push(bytes);
  }
  try {
    return readUtf8(Buffer.concat(chunks));
  } catch (error) {
    throw new CommandFailed(`${from} is ${(error as Error).message}.`);
  }
}

/** Asks on the terminal without echo. The question goes to stderr, so that stdout can be piped. @throws CommandFailed on Ctrl-C */
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
