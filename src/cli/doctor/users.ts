import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadUsers } from '../../people/index.ts';
import { FileRefused, placeProblem } from '../../yaml-files/index.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('users');

/** Checks USERS_FILE. Problems are warnings, since the program starts without its users. */
export function checkUsers(written: string | undefined): Finding[] {
  if (written === undefined) return [];
  const file = resolve(written);
  try {
    const { accounts } = loadUsers(readFileSync(file), file);
    return [find('ok', `${accounts.length} ${accounts.length === 1 ? 'user' : 'users'} in ${file}`)];
  } catch (error) {
    if (!(error instanceof FileRefused))
      return [find('warn', `USERS_FILE="${file}": ${placeProblem(error, 'file or folder')}`)];
    return error.message.split('\n').map((problem) => find('warn', problem));
  }
}
