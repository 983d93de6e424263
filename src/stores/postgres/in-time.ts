import { StoreUnavailable } from '../../domain/errors.ts';
import { within } from '../../lib/deadline.ts';
import type { Timer } from '../../lib/timer.ts';
import type { Store } from '../../ports/store.ts';
import { look } from './store-error.ts';

/** What a request or a probe waits for, besides `accept`. Lists may take longer; workers wait until the outcome is known. */
const reads = [
  ...(['delivery', 'mergedContents', 'state', 'tokenByHash', 'databaseState'] as const),
  ...(['incident', 'latestIncident', 'incidentOfCard', 'nextIncidentNumber', 'incidentHistory'] as const),
  ...(['job', 'countUnfinishedJobs', 'lastEndedJob'] as const),
  ...(['workspace', 'workspaces', 'countWorkspaces'] as const),
] as const;
const writes = [
  'check',
  'edit',
  'withdraw',
  'requeue',
  'createToken',
  'revokeToken',
  'tokenUsed',
  'writeAudit',
] as const;

/** Reads that may take seconds. */
const lists = ['deliveries', 'auditEntries', 'incidents', 'jobs', 'output', 'rollups'] as const;
/** Lists that are read at the same time; the other connections are for what is accepted and sent. */
const mostLists = 3;
/** Lists that wait for their turn; a further one is refused. */
const mostWaiting = 100;

/** Returns a function that runs so much work at the same time at most. */
function createGate() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= mostWaiting)
      throw new StoreUnavailable(`${mostWaiting} searches wait already. Try again later.`);
    if (running < mostLists) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * Returns the store with methods that reject with StoreUnavailable when the database does not answer in time, and whose lists
 * leave connections to the others.
 */
export function inTime(store: Store, timer: Timer, patienceMs: number): Store {
  const pass = createGate();

  function gated<A extends unknown[], T>(method: (...args: A) => Promise<T>) {
    return (...args: A): Promise<T> => pass(() => method(...args));
  }

  function limited<A extends unknown[], T>(method: (...args: A) => Promise<T>, outcome: 'unknown' | null) {
    return async (...args: A): Promise<T> => {
      const done = await within(timer, patienceMs, method(...args));
      if (done !== null) return done.value;
      const late = `The database has not answered for ${patienceMs / 1_000} s`;
      const toReader = `${late}. ${look}.`;
      const message = outcome === null ? toReader : `${late}, so it is unknown whether the change was made. ${look}.`;
      throw new StoreUnavailable(message, { details: { toReader, outcome } });
    };
  }

  type Method = (...args: unknown[]) => Promise<unknown>;
  const each = (names: readonly (keyof Store)[], wrap: (method: Method) => Method) =>
    Object.fromEntries(names.map((name) => [name, wrap(store[name] as Method)]));
  return {
    ...store,
    ...each(lists, gated),
    ...each(reads, (method) => limited(method, null)),
    ...each(writes, (method) => limited(method, 'unknown')),
  };
}
