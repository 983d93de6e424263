import { person, type Role } from '../domain/principal.ts';
import { isScryptLine } from '../domain/scrypt-line.ts';
import type { People } from '../ports/people.ts';
import { createPasswordCheck } from './password.ts';

export interface Account {
  name: string;
  /** The password, or a line of `hashPassword`. */
  password: string;
  role: Role;
}

/** Everybody with a role. */
export interface Directory {
  accounts: readonly Account[];
  /** Roles of Slack's users by their ids. */
  slack: ReadonlyMap<string, Role>;
}

/** The people of a directory, which can be replaced while the program runs. */
export interface ReplaceablePeople extends People {
  replace(directory: Directory): void;
}

export function createPeople(directory: Directory): ReplaceablePeople {
  let { accounts, slack } = indexed(directory);
  let generation = 0;

  return {
    async verify(name, password) {
      const account = accounts.get(name);
      // A name that does not exist takes as long as one that does, so that nobody can find out names.
      const { check, role } = account ?? slowest();
      return (await check(password)) && account !== undefined ? person(name, role) : null;
    },
    isKnown: (name) => accounts.has(name),
    generation: () => generation,
    roleInSlack: (user) => slack.get(user) ?? null,
    replace(next) {
      ({ accounts, slack } = indexed(next));
      generation += 1;
    },
  };

  function slowest() {
    const all = [...accounts.values()];
    return all.find(({ isHashed }) => isHashed) ?? (all[0] as (typeof all)[0]);
  }
}

function indexed({ accounts, slack }: Directory) {
  const entries = accounts.map(({ name, password, role }) => {
    return [name, { role, check: createPasswordCheck(password), isHashed: isScryptLine(password) }] as const;
  });
  return { accounts: new Map(entries), slack };
}
