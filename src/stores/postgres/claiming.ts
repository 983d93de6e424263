import type { Clock } from '../../domain/clock.ts';
import type { Database, Transaction } from './database.ts';

/** Claims whose transaction took more than this part of their lease are not handed out. */
const latestPart = 1 / 4;

export type Claiming = <T>(
  leaseMs: number,
  work: (tx: Transaction) => Promise<T>,
  late: (claimed: T | null) => T,
) => Promise<T>;

/**
 * Returns a function that claims in a transaction. The outcome of a commit may become known long after it, when another instance
 * has claimed the same: then it resolves with `late(…)` of the claim, or of null when nothing was claimed.
 */
export function createClaiming(db: Database, clock: Pick<Clock, 'monotonic'>): Claiming {
  return async function claiming(leaseMs, work, late) {
    const latest = clock.monotonic() + leaseMs * latestPart;
    const isLate = () => clock.monotonic() > latest;
    const claimed = await db.transaction(async (tx) => {
      if (!isLate()) return work(tx);
      tx.abandon();
      return late(null);
    });
    return isLate() ? late(claimed) : claimed;
  };
}
