import type { Logger } from 'pino';
import type { CoreSettings } from '../config/index.ts';
import { loadPassword, makeDataFolder, type Password } from '../config/index.ts';
import { makeFolderPrivate } from '../files/modes.ts';

/**
 * Creates DATA_DIR, makes the files in it private to this user, and reads or generates the password. Called at the start.
 * @throws ConfigError when the folder cannot be made, PasswordUnavailable
 */
export function openDataFolder(
  { BASIC_AUTH_PASSWORD, DATA_DIR }: Pick<CoreSettings, 'BASIC_AUTH_PASSWORD' | 'DATA_DIR'>,
  log: Pick<Logger, 'info' | 'warn'>,
): Password {
  makeDataFolder(DATA_DIR);
  const changes = makeFolderPrivate(DATA_DIR);
  const done = changes.filter(({ error }) => error === undefined);
  const refused = changes.filter(({ error }) => error !== undefined);
  if (done.length > 0) log.info({ files: done }, 'other users could reach these files; their mode is 0600 now');
  if (refused.length > 0) log.warn({ files: refused }, 'other users may reach these files; chmod 600 them');
  const password = loadPassword(BASIC_AUTH_PASSWORD, DATA_DIR);
  if (password.renewed !== undefined) {
    log.warn({ file: password.file, was: password.renewed }, 'the password file was damaged; a new password was made');
  }
  return password;
}
