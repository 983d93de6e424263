import type { Clock } from '../../domain/clock.ts';
import { HerokuFailed } from '../../heroku-api/index.ts';
import type { WatchedApp } from './apps.ts';
import { changesOf } from './changes.ts';
import type { HerokuClient } from './client.ts';
import type { VarHashes } from './hashes.ts';
import type { Readings } from './readings.ts';
import { type Seen, wantedOf } from './seen.ts';
import type { AppState } from './state.ts';
import type { Teller } from './tell.ts';
import { judgeAddons, judgeDynos, type Verdict } from './verdicts.ts';

export interface LookParts {
  client: HerokuClient;
  readings: Pick<Readings, 'note' | 'noteDynos'>;
  hashes: VarHashes;
  teller: Teller;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}

export interface Looked {
  /** Whether the app should be looked at again soon. */
  isUnsettled: boolean;
  /** Why only the dynos were read; null: there is no such reason. */
  failure: HerokuFailed | null;
}

/** Looks at an app. `isCheap`: with few requests. @throws HerokuFailed if the dynos are not read; StoreUnavailable */
export interface Look {
  (watched: WatchedApp, isCheap: boolean): Promise<Looked>;
  /** The next look at the app reads everything. */
  readAll(app: string): void;
  forget(app: string): void;
}

/** Everything is read in each tenth look; in the others only the dynos, unless something has changed. */
const looksBetween = 10;
/** Apps without dynos have none that tell of a new release. */
const looksWithoutDynos = 2;

interface Memory {
  /** Looks since everything was read. */
  looks: number;
  /** Number of dynos by type when the formation was last read. */
  shape: string;
  wantsAll: boolean;
  /** A change of config vars was seen without its release. */
  sawVars: boolean;
}

type Details = Omit<Partial<Seen>, 'at' | 'dynos'>;

export function createLook({ client, readings, hashes, teller, clock }: LookParts): Look {
  const memories = new Map<string, Memory>();

  function memoryOf(app: string): Memory {
    const memory = memories.get(app) ?? { looks: 0, shape: '', wantsAll: true, sawVars: false };
    memories.set(app, memory);
    return memory;
  }

  /** The rest of an app, as far as it is due. A part that the key may not read is left out. */
  async function detailsOf(
    app: string,
    memory: Memory,
    state: AppState,
    seen: Seen,
    isCheap: boolean,
  ): Promise<Details> {
    const newest = Math.max(0, ...seen.dynos.map(({ version }) => version ?? 0));
    const isNew = state.version === null || newest > state.version;
    const all = isNew || memory.wantsAll || memory.sawVars || (!isCheap && memory.looks >= looksBetween);
    if (all) {
      const [info, formation, addons] = await Promise.all([
        readable(client.app(app)),
        readable(client.formation(app)),
        readable(client.addons(app)),
      ]);
      // Releases first: a change of config vars without its release waits for it.
      const releases = await readable(client.releases(app));
      const vars = await readable(client.configVars(app));
      Object.assign(memory, { looks: 0, wantsAll: false, shape: shapeOf(seen) });
      return { info, formation, addons, releases, vars: vars && (await hashes.of(app, vars)) };
    }
    const details: Details = {};
    if (shapeOf(seen) !== memory.shape) {
      details.formation = await readable(client.formation(app));
      memory.shape = shapeOf(seen);
    }
    const hasPending = (state.addons ?? []).some(({ badSince }) => badSince !== null);
    if (hasPending) details.addons = await readable(client.addons(app));
    const hasDynos = seen.dynos.some(({ version }) => version !== null);
    if (!hasDynos && !isCheap && memory.looks % looksWithoutDynos === 0) {
      details.releases = await readable(client.releases(app));
    }
    return details;
  }

  async function look(watched: WatchedApp, isCheap: boolean): Promise<Looked> {
    const { app } = watched;
    const memory = memoryOf(app);
    memory.looks += 1;
    const state = await teller.stateOf(app);
    const askedAt = clock.monotonic();
    const seen: Seen = { at: clock.now(), dynos: await client.dynos(app) };
    readings.noteDynos(app, seen.dynos, askedAt);
    let failure: HerokuFailed | null = null;
    try {
      Object.assign(seen, defined(await detailsOf(app, memory, state, seen, isCheap)));
      const { at: _, dynos: __, vars: ___, ...shown } = seen;
      readings.note(app, shown);
    } catch (error) {
      if (!(error instanceof HerokuFailed)) throw error;
      // The dynos were read, so their state is told even without the rest.
      memory.wantsAll = true;
      failure = error;
    }
    const changes = changesOf(state, seen, memory.sawVars);
    memory.sawVars = changes.waitsForRelease;
    if (changes.isUnsettled) memory.wantsAll = true;
    const dynos = judgeDynos(app, seen, state);
    const addons = judgeAddons(app, seen, state);
    const verdicts: Verdict[] = [...dynos.verdicts, ...addons.verdicts, isThere];
    const next: AppState = { ...changes.state, down: dynos.down, addons: addons.addons };
    await teller.tell(watched, state, next, changes.news, verdicts);
    const isUnsure = verdicts.some(({ part, status }) => status === 'unsure' && state.open[part] !== undefined);
    return { isUnsettled: changes.isUnsettled || isUnsure || Object.keys(next.down).length > 0, failure };
  }

  return Object.assign(look, {
    readAll: (app: string) => {
      memoryOf(app).wantsAll = true;
    },
    forget: (app: string) => void memories.delete(app),
  });
}

const isThere: Verdict = { part: 'gone', status: 'resolved', text: 'The app can be read again.' };

/** Resolves with undefined for what the key may not read: a scope may be missing. */
async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HerokuFailed && error.kind === 'forbidden') return undefined;
    throw error;
  }
}

/** Number of dynos by type. If it changes, the app may have been scaled, which is no release. */
const shapeOf = ({ dynos }: Seen): string => JSON.stringify([...wantedOf(null, dynos)].sort());

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
