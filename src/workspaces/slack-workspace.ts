import { noNames } from '../domain/visible-text.ts';
import type { FoundPerson } from '../ports/recipients.ts';
import type { Standing } from '../ports/source.ts';
import type { SlackTeam, SlackTeams } from '../slack/index.ts';
import { NotServed } from './not-served.ts';
import { watchedOf } from './options.ts';
import type { Workspace } from './workspace.ts';

/** The workspace of SLACK_BOT_TOKEN. `listed`: SLACK_CHANNEL_LIST. */
export function homeWorkspace(slack: SlackTeam, team: () => string, listed: readonly string[]): Workspace {
  const { directory, naming, names, nameBook, findPerson } = slack;
  return {
    team,
    findChannel: (written) => findChannel(slack, written),
    channelOf: (written) => directory.idOf(written) ?? written,
    channelName: (id) => directory.nameOf(id),
    isWatched: (id) => (listed.length > 0 ? directory.isListed(id) : directory.kindOf(id) === 'channel'),
    watches: ({ channel, channelKind }) =>
      listed.length > 0 ? directory.isListed(channel) : channelKind === 'channel',
    watched: () => watchedOf(listed),
    findPerson,
    nameBook,
    names,
    learnNames: names.learn,
    checkNames: naming.check,
    namingProblems: naming.problems,
    isDeactivated: (user) => isDeactivated(slack, user),
    standing: (user) => standing(slack, user),
  };
}

/**
 * A workspace that installed the app. Every public channel with the bot is matched there. It is loaded when it is needed; what must
 * be answered at once is answered from memory. While its token does not open, what needs Slack for an answer rejects with NotServed.
 */
export function installedWorkspace(id: string, teams: SlackTeams): Workspace {
  const loaded = () => teams.loaded(id);
  return {
    team: () => id,
    async findChannel(written) {
      const slack = served(id, await teams.find(id));
      return slack === null ? null : findChannel(slack, written);
    },
    channelOf: (written) => loaded()?.directory.idOf(written) ?? written,
    channelName: (channel) => loaded()?.directory.nameOf(channel) ?? null,
    isWatched: (channel) => loaded()?.directory.kindOf(channel) === 'channel',
    watches: ({ channelKind }) => channelKind === 'channel',
    watched: () => watchedOf([]),
    findPerson: async (written) => served(id, await teams.find(id))?.findPerson(written) ?? notInstalled,
    nameBook: {
      ofIds: async (ids) => served(id, await reach(id, teams))?.nameBook.ofIds(ids) ?? noBook,
      search: async (kind, text, limit) =>
        served(id, await reach(id, teams))?.nameBook.search(kind, text, limit) ?? noBook,
    },
    get names() {
      return loaded()?.names ?? noNames;
    },
    learnNames: async (mrkdwn) => (await reach(id, teams))?.names.learn(mrkdwn),
    checkNames: async (channels) => (await reach(id, teams))?.naming.check(channels),
    namingProblems: () => loaded()?.naming.problems() ?? [],
    async isDeactivated(user) {
      const slack = await teams.find(id);
      return slack === null ? null : isDeactivated(slack, user);
    },
    async standing(user) {
      const slack = await teams.find(id);
      return slack === null ? 'unavailable' : standing(slack, user);
    },
  };
}

const notInstalled: FoundPerson = { kind: 'absent', reason: 'the app is not installed in this workspace any more' };
const noBook = { names: [], problem: 'The app is not installed in this workspace any more.' };

/** @throws NotServed */
function served(id: string, slack: SlackTeam | null): SlackTeam | null {
  if (slack?.setup.token() === null) throw new NotServed(id);
  return slack;
}

/** For what never rejects: null also when the store is unavailable. */
const reach = (id: string, teams: SlackTeams): Promise<SlackTeam | null> => teams.find(id).catch(() => null);

async function findChannel({ directory }: SlackTeam, written: string): Promise<string | null> {
  const id = await directory.findChannel(written);
  // `isWatched` then knows the channel, even if it is new.
  if (id !== null) await directory.lookUp(id);
  return id;
}

async function isDeactivated({ people }: SlackTeam, user: string): Promise<boolean | null> {
  const found = await people.find(user);
  return found.kind === 'found' ? found.person.deactivated : null;
}

async function standing({ people }: SlackTeam, user: string): Promise<Standing> {
  const lookup = await people.find(user);
  if (lookup.kind === 'absent') return 'external';
  if (lookup.kind === 'unavailable') return lookup.error === 'missing_scope' ? 'missing_scope' : 'unavailable';
  return lookup.person.external || lookup.person.deactivated ? 'external' : 'member';
}
