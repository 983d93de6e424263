import type { Database } from 'better-sqlite3';
import type { Lanes } from './lanes.ts';
import type { StateTable } from './state.ts';

/** A transaction stays short: the caller repeats until it answers less than this. */
export const pruneAtOnce = 1_000;

/**
 * Answers a function that forgets what ended before a time; inside the caller's transaction. The newest delivery stays,
 * so that its number is not given to another one.
 */
export function createPrune(db: Database, lanes: Lanes, state: StateTable, dropBlobs: (id: string) => void) {
  const old = db.prepare<[number, number], { seq: number; id: string; state: string }>(
    `SELECT seq, id, state FROM deliveries
     WHERE open = 0 AND updated_at < ? AND seq < (SELECT max(seq) FROM deliveries) ORDER BY seq LIMIT ?`,
  );
  const forget = db.prepare('DELETE FROM deliveries WHERE seq = ?');
  const forgetEvents = db.prepare('DELETE FROM events WHERE at < ?');
  const forgetDigests = db.prepare('DELETE FROM digests WHERE until < ?');

  return function prune(before: number): number {
    const rows = old.all(before, pruneAtOnce);
    for (const row of rows) {
      if (row.state === 'failed' || row.state === 'expired' || row.state === 'merged') dropBlobs(row.id);
      forget.run(row.seq);
    }
    forgetEvents.run(before);
    forgetDigests.run(before);
    state.prune(before);
    lanes.prune();
    return rows.length;
  };
}
