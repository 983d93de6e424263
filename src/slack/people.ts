import { within } from '../lib/deadline.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';
import { type Json, object, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import type { SlackStatus } from './status.ts';

/** A user as `users.info` tells. */
interface Person {
  id: string;
  /** The name that others see in Slack, without `@`. */
  name: string;
  /** A guest, or somebody of another workspace. */
  external: boolean;
  deactivated: boolean;
  bot: boolean;
}

/** `absent`: Slack knows no such user, or does not show them to us. `unavailable`: Slack could not be asked just now. */
type PersonLookup = { kind: 'found'; person: Person } | { kind: 'absent' } | { kind: 'unavailable'; error: string };

export interface People {
  /** From the cache, else from Slack within `askMs`. Never rejects. */
  find(user: string): Promise<PersonLookup>;
  /**
   * Returns the known person, however old the answer is; null: none. Asks Slack in the background if there is none or
   * it is too old.
   */
  known(user: string): Person | null;
  /** Returns the known person, without asking Slack. */
  remembered(user: string): Person | null;
}

interface Remembered {
  lookup: PersonLookup & { kind: 'found' | 'absent' };
  at: number;
}

interface Parts {
  setup: Pick<SlackSetup, 'clock' | 'timings'>;
  identity(): Identity | null;
  status: Pick<SlackStatus, 'lacksScope'>;
}

/** A guest who became a member, or the reverse, is noticed after this. */
export const personGoodForMs = 15 * 60_000;
const mostRemembered = 5_000;
/** The method allows 100 calls a minute. More questions than this at once are not asked. */
const mostAsking = 20;
const askAfterFailureMs = 5_000;

/** The only reader of `users.info` (https://docs.slack.dev/reference/methods/users.info): cached, bounded, one call a user at a time. */
export function createPeople(api: SlackApi, { setup, identity, status }: Parts): People {
  const { clock, timings } = setup;
  const remembered = new Map<string, Remembered>();
  const asking = new Map<string, Promise<PersonLookup>>();
  let notBefore = Number.NEGATIVE_INFINITY;
  let lastError = '';

  function ask(user: string): Promise<PersonLookup> {
    const running = asking.get(user);
    if (running) return running;
    if (clock.monotonic() < notBefore) return Promise.resolve({ kind: 'unavailable', error: lastError });
    if (asking.size >= mostAsking) return Promise.resolve({ kind: 'unavailable', error: 'too many questions at once' });
    const answer = askSlack(user).finally(() => asking.delete(user));
    asking.set(user, answer);
    return answer;
  }

  async function askSlack(user: string): Promise<PersonLookup> {
    const me = identity();
    if (me === null) return { kind: 'unavailable', error: 'our own workspace is not known yet' };
    const answer = await api.call('users.info', { user });
    if (answer.ok) {
      status.lacksScope('users:read', false);
      const person = readPerson(answer.body.user, me);
      return remember(user, person ? { kind: 'found', person } : { kind: 'absent' });
    }
    const { failure } = answer;
    if (absent.has(failure.error)) return remember(user, { kind: 'absent' });
    if (failure.error === 'missing_scope') status.lacksScope('users:read', true);
    lastError = failure.error;
    const waitMs = failure.kind === 'retry' ? (failure.afterMs ?? 0) : 0;
    notBefore = clock.monotonic() + Math.max(askAfterFailureMs, waitMs);
    return { kind: 'unavailable', error: failure.error };
  }

  function remember(user: string, lookup: Remembered['lookup']): PersonLookup {
    // Deleting first moves the user to the end: the first of the map was asked for longest ago.
    remembered.delete(user);
    remembered.set(user, { lookup, at: clock.monotonic() });
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return lookup;
  }

  function fresh(user: string): PersonLookup | null {
    const found = remembered.get(user);
    if (found === undefined) return null;
    return clock.monotonic() - found.at < personGoodForMs ? found.lookup : null;
  }

  function rememberedPerson(user: string): Person | null {
    const lookup = remembered.get(user)?.lookup;
    return lookup?.kind === 'found' ? lookup.person : null;
  }

  return {
    async find(user) {
      const now = fresh(user);
      if (now !== null) return now;
      const answer = await within(clock, timings.askMs, ask(user));
      return answer?.value ?? { kind: 'unavailable', error: 'timeout' };
    },
    known(user) {
      if (fresh(user) === null) void ask(user);
      return rememberedPerson(user);
    },
    remembered: rememberedPerson,
  };
}

const absent = new Set(['user_not_found', 'user_not_visible']);

function readPerson(value: unknown, me: Identity): Person | null {
  const user = object(value);
  const id = text(user?.id);
  if (!user || !id) return null;
  const profile = object(user.profile);
  const names = [profile?.display_name, profile?.real_name, user.real_name, user.name].map(text);
  return {
    id,
    name: names.find((name) => name !== null) ?? id,
    external: isGuest(user) || !belongs(user, me),
    deactivated: user.deleted === true,
    bot: user.is_bot === true,
  };
}

/** https://docs.slack.dev/reference/objects/user-object: multi-channel guest, single-channel guest, of another workspace. */
function isGuest(user: Json): boolean {
  return user.is_restricted === true || user.is_ultra_restricted === true || user.is_stranger === true;
}

/** Users of an Enterprise organisation may be members of several of its workspaces; an app of the whole organisation serves all. */
function belongs(user: Json, me: Identity): boolean {
  const home = text(user.team_id);
  if (home === null || home === me.team) return true;
  const organisation = object(user.enterprise_user);
  const teams = Array.isArray(organisation?.teams) ? organisation.teams : [];
  if (teams.includes(me.team)) return true;
  return me.orgInstall === true && me.enterprise !== undefined && text(organisation?.enterprise_id) === me.enterprise;
}
