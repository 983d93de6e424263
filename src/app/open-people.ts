import { basename, dirname, resolve } from 'node:path';
import type { Role } from '../domain/principal.ts';
import { createPeople, type Directory, loadUsers } from '../people/index.ts';
import type { People } from '../ports/people.ts';
import { watchYamlFolder } from '../yaml-files/index.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

/**
 * Opens the directory of people: the user of the settings, and those of USERS_FILE, which is read again after a change.
 * @param password of the user of the settings, who is an admin
 */
export async function openPeople(config: Settings, password: string, runtime: Runtime): Promise<People> {
  const { clock, log, onStop } = runtime;
  const owner = { name: config.BASIC_AUTH_USERNAME, password, role: 'admin' } as const;
  const operators = (config.CONTROL_USERS ?? '').split(/[\s,]+/).filter(Boolean);
  const withFile = ({ accounts, slack }: Directory): Directory => ({
    // The user of the settings keeps the password and role of the settings.
    accounts: [owner, ...accounts.filter(({ name }) => name !== owner.name)],
    slack: new Map([...operators.map((user) => [user, 'operator'] as [string, Role]), ...slack]),
  });
  const nobody: Directory = { accounts: [], slack: new Map() };
  const people = createPeople(withFile(nobody));
  if (config.USERS_FILE === undefined) return people;

  const file = resolve(config.USERS_FILE);
  const watched = await watchYamlFolder({
    ...{ dir: dirname(file), only: basename(file), load: loadUsers, clock },
    onContents([directory]) {
      people.replace(withFile(directory ?? nobody));
      if (directory?.accounts.some(({ name }) => name === owner.name)) {
        log.warn(`USERS_FILE has "${owner.name}", who keeps the password and role of the settings; take it out`);
      }
      if (directory === undefined) {
        log.warn(
          `USERS_FILE="${file}" is not there, or its first version has errors: nobody but ${owner.name} can log in`,
        );
      } else log.info({ file, users: directory.accounts.length, slack: directory.slack.size }, 'users were read');
    },
    onError: (error) => log.error({ err: error }, 'USERS_FILE is refused; the users before stay'),
  });
  onStop('users file', () => watched.stop());
  return people;
}
