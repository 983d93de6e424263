import { bestNames } from '../domain/best-names.ts';
import { isUserId } from '../domain/slack-ids.ts';
import { within } from '../lib/deadline.ts';
import type { KnownName, NameBook } from '../ports/names.ts';
import type { SlackDirectory } from './directory.ts';
import type { SlackSetup } from './options.ts';
import type { People } from './people.ts';
import { whyNotListed } from './recipients.ts';
import type { Roster } from './roster.ts';

interface Parts {
  roster: Roster;
  people: Pick<People, 'remembered'>;
  directory: Pick<SlackDirectory, 'channels' | 'refreshIfDue'>;
  setup: Pick<SlackSetup, 'clock' | 'timings'>;
}

/** From the lists of users and channels, each read when it is too old; never a call for one id. */
export function createNameBook({ roster, people, directory, setup }: Parts): NameBook {
  const { clock, timings } = setup;

  /** Waits for a list no longer than somebody waits for a page; what comes later is there for the next question. */
  async function users(): Promise<string | null> {
    const answer = await within(clock, timings.askMs, roster.refresh());
    if (answer === null) return 'Slack did not list the people in time; try again in a moment.';
    return answer.value && sentence(answer.value.error);
  }

  async function channels(): Promise<Map<string, KnownName>> {
    await within(clock, timings.askMs, directory.refreshIfDue());
    return new Map(directory.channels().map(({ id, name }) => [id, { id, kind: 'channel', name }]));
  }

  return {
    async ofIds(ids) {
      const wanted = [...new Set(ids)];
      const isKnown = (id: string) => people.remembered(id) !== null || roster.members().has(id);
      const problem = wanted.some((id) => isUserId(id) && !isKnown(id)) ? await users() : null;
      const known = wanted.some((id) => !isUserId(id)) ? await channels() : new Map<string, KnownName>();
      const names = wanted.flatMap((id): KnownName[] => {
        const channel = known.get(id);
        if (channel) return [channel];
        const person = people.remembered(id) ?? roster.members().get(id);
        return person ? [{ id, kind: 'user', name: person.name }] : [];
      });
      return { names, problem };
    },
    async search(kind, text, limit) {
      if (kind === 'channel') return { names: bestNames((await channels()).values(), text, limit), problem: null };
      const problem = await users();
      const reachable = [...roster.members().values()].filter((each) => each.reachable);
      const names = bestNames(reachable, text, limit).map(({ id, name }) => ({ id, kind, name }));
      return { names, problem };
    },
  };
}

function sentence(error: string): string {
  const why = whyNotListed(error, 'users:read');
  return `People are shown by their ids: ${why}.`;
}
