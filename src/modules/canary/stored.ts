import type { StateStore } from '../../ports/store.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';

type StateChange = NonNullable<UnitOfWork['state']>[number];

/** The newest canary, as stored for other programs on the store and for the next start. Times are milliseconds since the epoch. */
export interface Remembered {
  id: string;
  startedAt: number;
  /** It was deleted, and its result is known. */
  done: boolean;
  ok: boolean;
  /** When a canary last came back; null: none ever did. */
  backAt: number | null;
  /** When sockets were last found silent; 0: never. Each program on the store then replaces its own. */
  silentAt: number;
}

const runName = 'canary:run';
const seenName = 'canary:seen';

export async function readRun(store: StateStore): Promise<Remembered | null> {
  const value = parse(await store.state(runName));
  const { id, startedAt, done, ok, backAt, silentAt } = value;
  if (typeof id !== 'string' || typeof startedAt !== 'number') return null;
  return {
    ...{ id, startedAt, done: done === true, ok: ok === true },
    backAt: typeof backAt === 'number' ? backAt : null,
    silentAt: typeof silentAt === 'number' ? silentAt : 0,
  };
}

export const runState = (run: Remembered): StateChange => ({ name: runName, value: JSON.stringify(run) });

/** The event of a canary that another program on the store sent. */
export const seenState = (id: string, at: number): StateChange => ({
  name: seenName,
  value: JSON.stringify({ id, at }),
});

/** Resolves with when another program received the event of a canary; null: none did. */
export async function readSeen(store: StateStore, id: string): Promise<number | null> {
  const seen = parse(await store.state(seenName));
  return seen.id === id && typeof seen.at === 'number' ? seen.at : null;
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
