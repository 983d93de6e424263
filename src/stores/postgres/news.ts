import type { Timer } from '../../lib/timer.ts';
import type { NewsStore } from '../../ports/news-store.ts';
import type { Database, Statements } from './database.ts';

/**
 * Which workers of other instances have work after a transaction. Effects wake only the instance that accepted them, because it
 * shows their outcome to the one who asked; the others find them after a while.
 */
export interface Woken {
  work: boolean;
  scan: boolean;
  tracking: boolean;
}

const letters = { work: 'w', scan: 's', tracking: 't' } as const satisfies Record<keyof Woken, string>;
const parts = Object.keys(letters) as (keyof Woken)[];

export interface NewsParts {
  db: Database;
  schema: string;
  owner: string;
  timer: Timer;
  onError(error: unknown): void;
}

export interface News {
  store: NewsStore;
  /** Tells what still waits, and nothing after it. */
  close(): Promise<void>;
  /** In the caller's transaction: tells the other instances with its commit that a subscription has changed. */
  trackingChanged(tx: Statements): void;
  /**
   * After a commit: wakes workers of other instances soon. Not in the transaction: PostgreSQL commits those with a notification one
   * after another, which would end the group commit of several instances.
   */
  wakeOthers(woken: Omit<Woken, 'tracking'>): void;
  /** Reads a notification. Null: it is of this instance itself, or wakes no worker. */
  read(payload: string): Woken | null;
}

/** PostgreSQL refuses notifications of 8,000 bytes. */
const mostBytes = 7_000;
/** What is told within this time after something else goes together. Milliseconds. */
const gatherMs = 50;
/** Messages that wait to be sent; further ones are dropped, as they are only hints. */
const mostWaiting = 1_000;

/** Notifications between instances: who sent it, and letters for the workers that it wakes or a list of messages as JSON. */
export function createNews({ db, schema, owner, timer, onError }: NewsParts): News {
  const listeners = new Map<string, ((body: unknown) => void)[]>();
  const waiting = new Set<string>();
  const toWake = new Set<string>();
  let isScheduled = false;
  let isResting = false;
  let isClosed = false;

  async function tellAll(): Promise<void> {
    const payloads = [...(toWake.size > 0 ? [[...toWake].join('')] : []), ...packed([...waiting])];
    toWake.clear();
    waiting.clear();
    if (payloads.length === 0) return;
    await db.run('SELECT pg_notify($1, payload) FROM unnest($2::text[]) payload', [
      schema,
      payloads.map((payload) => `${owner}:${payload}`),
    ]);
  }

  function begin(): void {
    isScheduled = false;
    if (isClosed) return;
    isResting = true;
    timer.after(gatherMs, () => {
      isResting = false;
      if (waiting.size + toWake.size > 0) schedule();
    });
    void tellAll().catch(onError);
  }

  function schedule(): void {
    if (isScheduled || isResting || isClosed) return;
    isScheduled = true;
    // What is told in this turn of the event loop goes together, too.
    timer.after(0, begin);
  }

  return {
    trackingChanged: (tx) => void tx.run('SELECT pg_notify($1, $2)', [schema, `${owner}:${letters.tracking}`]),

    wakeOthers({ work, scan }) {
      if (work) toWake.add(letters.work);
      if (scan) toWake.add(letters.scan);
      if (toWake.size > 0) schedule();
    },

    read(payload) {
      const colon = payload.indexOf(':');
      const said = payload.slice(colon + 1);
      if (payload.slice(0, colon) === owner) return null;
      if (!said.startsWith('[')) {
        return Object.fromEntries(parts.map((part) => [part, said.includes(letters[part])])) as unknown as Woken;
      }
      for (const [topic, body] of JSON.parse(said) as [topic: string, body: unknown][]) {
        for (const listener of listeners.get(topic) ?? []) listener(body);
      }
      return null;
    },

    async close() {
      isClosed = true;
      await tellAll().catch(onError);
    },

    store: {
      isShared: true,
      tell(topic, body) {
        const message = JSON.stringify([topic, body]);
        if (waiting.size >= mostWaiting || Buffer.byteLength(message) > mostBytes) return;
        waiting.add(message);
        schedule();
      },
      onTold: (topic, listener) => void listeners.set(topic, [...(listeners.get(topic) ?? []), listener]),
    },
  };
}

/** Puts messages, each as JSON, into as few lists as their size allows. */
function packed(messages: readonly string[]): string[] {
  const lists: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = Buffer.byteLength(message) + 1;
    if (bytes + size > mostBytes) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)?.push(message);
    bytes += size;
  }
  return lists.map((list) => `[${list.join(',')}]`);
}
