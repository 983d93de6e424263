import type { LeaseStore } from '../../ports/incident-store.ts';
import type { Database } from './database.ts';

/** A lease that ends later than this many times its length was taken while the clock was ahead. */
const mostLengths = 2;

export interface Leases extends LeaseStore {
  /** Ends all leases of this instance. Never rejects: they also end by themselves. */
  endAll(): Promise<void>;
}

/** Leases of tasks that one of several instances runs. `owner`: this instance. They end by the server's clock. */
export function createLeases(db: Database, owner: string, toServer: (at: number) => number): Leases {
  let tookOne = false;
  return {
    async lease(name, at, ms) {
      const now = toServer(at);
      const count = await db.run(
        `INSERT INTO leases AS l (name, owner, until) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
         WHERE l.owner = $2 OR l.until <= $4 OR l.until > $5`,
        [name, owner, now + ms, now, now + mostLengths * ms],
      );
      tookOne ||= count === 1;
      return count === 1;
    },
    async endAll() {
      if (tookOne) await db.run('DELETE FROM leases WHERE owner = $1', [owner]).catch(() => {});
    },
  };
}
