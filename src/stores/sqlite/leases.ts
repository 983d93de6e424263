import type { LeaseStore } from '../../ports/incident-store.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Database } from './database.ts';

/** A lease that ends later than this many times its length was taken while the clock was ahead. */
const mostLengths = 2;

export interface Leases extends LeaseStore {
  /** Ends all leases of this program. Never rejects: they also end by themselves. */
  endAll(): Promise<void>;
}

/** Leases of tasks that one of several programs on the store runs. `owner`: this program. */
export function createLeases(db: Database, queue: CommitQueue, owner: string): Leases {
  const take = db.prepare<[string, string, number, string, number, number]>(
    `INSERT INTO leases (name, owner, until) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
     WHERE owner = ? OR until <= ? OR until > ?`,
  );
  let tookOne = false;
  return {
    async lease(name, now, ms) {
      const { changes } = await queue.run(() => take.run(name, owner, now + ms, owner, now, now + mostLengths * ms));
      tookOne ||= changes === 1;
      return changes === 1;
    },
    async endAll() {
      if (!tookOne) return;
      await queue.run(() => db.prepare('DELETE FROM leases WHERE owner = ?').run(owner)).catch(() => {});
    },
  };
}
