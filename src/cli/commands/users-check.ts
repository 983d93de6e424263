import { readFileSync } from 'node:fs';
import { loadConfig } from '../../app/index.ts';
import { loadUsers } from '../../people/index.ts';
import { FileRefused, placeProblem } from '../../yaml-files/index.ts';
import { CommandFailed, defineCommand, exit, UsageError } from '../command.ts';

export const usersCheck = defineCommand({
  name: 'users check',
  summary: 'Check a users file; prints every problem as file:line: reason. Exit code 1 when there is one.',
  usage: '[file]',
  options: {},
  words: [0, 1],
  run({ words: [given], io }) {
    const file = given ?? loadConfig(io.env).USERS_FILE;
    if (file === undefined) throw new UsageError('name a file, or set USERS_FILE');
    try {
      const { accounts, slack } = loadUsers(read(file), file);
      const owner = loadConfig(io.env).BASIC_AUTH_USERNAME;
      if (accounts.some(({ name }) => name === owner)) {
        io.out(
          `${file}: "${owner}" is the user of the settings, who keeps the password and role of the settings. Take it out.`,
        );
        return exit.failed;
      }
      const users = `${accounts.length} ${accounts.length === 1 ? 'user' : 'users'}`;
      io.out(`${users} and the roles of ${slack.size} in Slack, no problem.`);
      return exit.ok;
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      io.out(error.message);
      return exit.failed;
    }
  },
});

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailed(`${file}: ${placeProblem(error, 'file or folder')}. Name a file, or set USERS_FILE.`);
  }
}
