import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import type { StateTable } from './state.ts';

/** Rows that one step looks at: some 5 ms, so that pruning a ledger of millions holds nobody up. */
const rowsAtOnce = 2_000;

/** One step inside the caller's transaction; returns how many deliveries it deleted, and whether it was the last step. */
export type PruneStep = () => { deleted: number; done: boolean };

/** Forgets what ended before a time, in steps. The newest delivery stays, so that its number is not given to another one. */
export function createPrune(db: Database, lanes: Lanes, state: StateTable, dropBlobs: (id: string) => void) {
  const rows = db.prepare<[number, number], { seq: number; id: string; state: string; open: number; at: number }>(
    'SELECT seq, id, state, open, updated_at AS at FROM deliveries WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM deliveries').pluck();
  const forget = db.prepare('DELETE FROM deliveries WHERE seq = ?');
  const events = db.prepare<[string, number], { key: string; at: number }>(
    'SELECT key, at FROM events WHERE key > ? ORDER BY key LIMIT ?',
  );
  const forgetEvent = db.prepare('DELETE FROM events WHERE key = ?');
  const forgetDigests = db.prepare('DELETE FROM digests WHERE until < ?');
  const forgetMutes = db.prepare('DELETE FROM mutes WHERE until < ?');

  return function prune(before: number): PruneStep {
    let afterSeq = 0;
    let afterKey = '';
    let step = stepDeliveries;

    function stepDeliveries() {
      const last = newest.get() ?? 0;
      const looked = rows.all(afterSeq, rowsAtOnce);
      let deleted = 0;
      for (const row of looked) {
        if (row.open === 1 || row.at >= before || row.seq === last) continue;
        if (row.state === 'failed' || row.state === 'expired' || row.state === 'merged') dropBlobs(row.id);
        forget.run(row.seq);
        deleted += 1;
      }
      afterSeq = looked.at(-1)?.seq ?? afterSeq;
      if (looked.length < rowsAtOnce) step = stepEvents;
      return { deleted, done: false };
    }

    function stepEvents() {
      const looked = events.all(afterKey, rowsAtOnce);
      for (const { key, at } of looked) {
        if (at < before) forgetEvent.run(key);
      }
      afterKey = looked.at(-1)?.key ?? afterKey;
      if (looked.length < rowsAtOnce) step = stepRest;
      return { deleted: 0, done: false };
    }

    function stepRest() {
      forgetDigests.run(before);
      forgetMutes.run(before);
      state.prune(before);
      lanes.prune();
      return { deleted: 0, done: true };
    }

    return () => step();
  };
}
