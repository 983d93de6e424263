import { StoreUnavailable } from '../../domain/errors.ts';
import type { Timer } from '../../lib/timer.ts';
import { look, nothingAccepted } from './store-error.ts';

export interface BatchOptions<T, R> {
  /** Writes a batch in one transaction. Resolves with the results in the order of the items. */
  run(batch: readonly T[]): Promise<R[]>;
  /** Whether an item has to have a transaction of its own. */
  isAlone?(item: T): boolean;
  /** Absent: callers wait until the outcome is known. */
  patience?: Patience<T, R>;
  onCommit(ms: number, items: number): void;
}

export interface Patience<T, R> {
  /** An item waits for its transaction for so long, then its caller is told. Milliseconds. */
  ms: number;
  timer: Timer;
  /** What is known of why the database does not answer, with the remedy. */
  reason(): StoreUnavailable | null;
  /** An item was committed after its caller was told that this is unknown. */
  onLate(item: T, result: R): void;
}

/** Most items of a transaction. */
const mostItems = 500;
/** Most items that wait; a further one is refused. */
const mostWaiting = 10_000;

/**
 * Group commit: while one transaction is under way, everything that comes is collected for the next one. Items keep their order.
 * When a batch fails for another reason than the database's absence, each of its items gets a transaction of its own, so that one
 * wrong item fails alone.
 */
export function createBatches<T, R>({ run, isAlone = () => false, patience, onCommit }: BatchOptions<T, R>) {
  interface Waiting {
    item: T;
    resolve(result: R): void;
    reject(error: unknown): void;
  }
  const waiting: Waiting[] = [];
  let current: Promise<void> | null = null;

  function nextBatch(): Waiting[] {
    const first = waiting.findIndex(({ item }) => isAlone(item));
    const length = first === 0 ? 1 : first === -1 ? waiting.length : first;
    return waiting.splice(0, Math.min(length, mostItems));
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const results = await run(batch.map(({ item }) => item));
      onCommit(performance.now() - startedAt, batch.length);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R);
    } catch (error) {
      if (error instanceof StoreUnavailable || batch.length === 1) {
        for (const { reject } of batch) reject(error);
      } else {
        for (const each of batch) await commit([each]);
      }
    }
  }

  async function commitAll(): Promise<void> {
    // What comes in this turn of the event loop belongs to the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await commit(nextBatch());
    current = null;
  }

  function outOfPatience(mine: Waiting, { ms, reason, onLate }: Patience<T, R>): StoreUnavailable {
    const after = `The database has not answered for ${ms / 1_000} s`;
    const index = waiting.indexOf(mine);
    if (index === -1) {
      mine.resolve = (result) => onLate(mine.item, result);
      mine.reject = () => {};
      return new StoreUnavailable(
        `${after}, so it is unknown whether this was accepted. Send it again with the same Idempotency-Key: it acts once.`,
      );
    }
    waiting.splice(index, 1);
    return reason() ?? nothingAccepted(`${after}. ${look}`);
  }

  return {
    /** Resolves when the item is committed. @throws StoreUnavailable when the database does not answer in time */
    add(item: T): Promise<R> {
      return new Promise<R>((resolve, reject) => {
        if (waiting.length >= mostWaiting) {
          reject(nothingAccepted(`${mostWaiting} writes wait for the database. ${look}`));
          return;
        }
        const mine: Waiting = {
          item,
          resolve(result) {
            cancel();
            resolve(result);
          },
          reject(error) {
            cancel();
            reject(error);
          },
        };
        const cancel = patience?.timer.after(patience.ms, () => reject(outOfPatience(mine, patience))) ?? (() => {});
        waiting.push(mine);
        current ??= commitAll();
      });
    },
    /** Resolves when nothing waits or is under way. */
    async settled(): Promise<void> {
      while (current !== null) await current;
    },
  };
}
