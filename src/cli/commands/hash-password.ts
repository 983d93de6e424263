import { hashPassword } from '../../people/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { askSecret, readAll } from '../input.ts';

/** Equals `minLength` in the schema of BASIC_AUTH_PASSWORD. */
const leastCharacters = 8;

export const hashPasswordCommand = defineCommand({
  name: 'hash-password',
  summary: 'Read a password and print the line to put into BASIC_AUTH_PASSWORD in its place.',
  usage: '',
  options: {},
  words: [0, 0],
  async run({ io }) {
    const password = io.stdin.isTTY ? await askTwice(io.stdin) : (await readAll(io.stdin)).replace(/\r?\n$/, '');
    if (password.length < leastCharacters) {
      throw new CommandFailed(
        `The password has ${password.length} characters; at least ${leastCharacters} are needed.`,
      );
    }
    io.out(await hashPassword(password));
    return exit.ok;
  },
});

async function askTwice(stdin: NodeJS.ReadableStream): Promise<string> {
  const first = await askSecret(stdin, 'Password (not shown): ');
  const second = await askSecret(stdin, 'Once more: ');
  if (first !== second) throw new CommandFailed('The two passwords differ.');
  return first;
}
