import type { SlackApi } from './api.ts';
import { list, object, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import type { Failure } from './outcomes.ts';
import { createWalk } from './walk.ts';

/** users.list allows 20 calls a minute. */
const mostPages = 20;
const mostMembers = 20_000;
const keepMs = 10 * 60_000;
const askAgainMs = 30_000;

/** Somebody in the list of users. */
interface Member {
  id: string;
  /** The name that others see: the display name, else the real name, else the handle. */
  name: string;
  handle: string;
  /** False for deactivated users and apps, to whom nobody sends messages. */
  reachable: boolean;
}

/** The users of the workspace, or of an organisation, 20,000 at most: the only reader of users.list. */
export interface Roster {
  members(): ReadonlyMap<string, Member>;
  /** Returns the ids of users with this handle or display name, in any case. A handle goes first. */
  called(name: string): readonly string[];
  /**
   * Reads the list if it is ten minutes old, or with `anew` half a minute. Resolves with the reason if it could not
   * be read.
   */
  refresh(options?: { anew?: boolean }): Promise<Failure | null>;
}

/** https://docs.slack.dev/reference/methods/users.list. `isOrg`: whether the token is of an organisation. */
export function createRoster(
  api: SlackApi,
  { clock }: Pick<SlackSetup, 'clock'>,
  isOrg: () => boolean = () => false,
): Roster {
  let members = new Map<string, Member>();
  let ids = new Map<string, Set<string>>();
  let readAt = Number.NEGATIVE_INFINITY;
  let failed: { failure: Failure; at: number } | null = null;
  let running: Promise<Failure | null> | null = null;

  const walk = createWalk(api, {
    ...{ isOrg, method: 'users.list', mostPages },
    make: () => ({
      found: new Map<string, Member>(),
      named: new Map<string, Set<string>>(),
      handles: new Map<string, Set<string>>(),
    }),
    take({ found, named, handles }, body) {
      for (const user of list(body.members)) if (found.size < mostMembers) add(user, found, named, handles);
    },
  });

  async function read(): Promise<Failure | null> {
    const { into, failure } = await walk.read();
    if (failure !== null) {
      failed = { failure, at: clock.monotonic() };
      return failure;
    }
    const { found, named, handles } = into;
    // A handle is one person's; a display name may be several people's.
    for (const [handle, owners] of handles) named.set(handle, owners);
    members = found;
    ids = named;
    readAt = clock.monotonic();
    failed = null;
    return null;
  }

  return {
    members: () => members,
    called: (name) => [...(ids.get(name.toLowerCase()) ?? [])],
    async refresh({ anew = false } = {}) {
      const now = clock.monotonic();
      if (now - readAt < (anew ? askAgainMs : keepMs)) return null;
      if (!anew && failed !== null && now - failed.at < askAgainMs) return failed.failure;
      running ??= read().finally(() => {
        running = null;
      });
      return running;
    },
  };
}

function add(
  value: unknown,
  members: Map<string, Member>,
  names: Map<string, Set<string>>,
  handles: Map<string, Set<string>>,
): void {
  const user = object(value);
  const id = text(user?.id);
  if (!user || id === null) return;
  const profile = object(user.profile);
  const display = text(profile?.display_name);
  const handle = text(user.name) ?? id;
  const gone = user.deleted === true;
  const name = display ?? text(profile?.real_name) ?? text(user.real_name) ?? handle;
  members.set(id, { id, name, handle, reachable: !gone && user.is_bot !== true && id !== 'USLACKBOT' });
  if (gone) return;
  const put = (to: Map<string, Set<string>>, key: string | null) => {
    if (key !== null) to.set(key.toLowerCase(), (to.get(key.toLowerCase()) ?? new Set()).add(id));
  };
  put(handles, text(user.name));
  put(names, display);
}
