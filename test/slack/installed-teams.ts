import type { Installations, Installed } from '../../src/ports/installations.ts';
import type { FakeSlack } from '../fakes/slack/index.ts';

/** The installations of some teams of a fake Slack, which a test may change. */
export function installationsOf(fake: () => FakeSlack, teams: string[]) {
  const listeners: ((team: string) => void)[] = [];
  const made = new Map<string, Installed>();
  const said: unknown[][] = [];
  let isStoreAway = false;
  let isLocked = false;
  const installed = (id: string): Installed => {
    const { name, botUserId, botId, domain } = fake().team(id.startsWith('X') ? 'T3' : id);
    const known = made.get(id) ?? {
      ...{ team: id, name, enterprise: null, isOrg: false, botUser: botUserId, botId },
      ...{
        url: `https://${domain}.slack.com/`,
        installedAt: 1,
        namespace: '',
        token: () => (isLocked ? null : fake().team(id).botToken),
      },
    };
    made.set(id, known);
    return known;
  };
  const installations: Installations = {
    find: async (team) => (teams.includes(team) ? installed(team) : null),
    refused: ({ team }, error) => void said.push(['refused', team, error]),
    ended: async (team, reason) => {
      said.push(['ended', team, reason]);
      if (isStoreAway) throw new Error('the store is away');
    },
    onChange: (listener) => void listeners.push(listener),
  };
  return {
    installations,
    said,
    teams,
    storeIsAway(is: boolean) {
      isStoreAway = is;
    },
    /** No token opens. */
    lock(is: boolean) {
      isLocked = is;
    },
    remove(team: string) {
      teams.splice(teams.indexOf(team), 1);
      made.delete(team);
      for (const listener of listeners) listener(team);
    },
  };
}
