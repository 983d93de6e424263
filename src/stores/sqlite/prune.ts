import type { AuditTable } from './audit.ts';
import type { Database } from './database.ts';
import type { HistoryTable } from './history.ts';
import type { IncidentTable } from './incidents.ts';
import type { Lanes } from './lanes.ts';
import type { StateTable } from './state.ts';

/** Rows that one step reads: some 5 ms, so that pruning millions of rows delays nobody. */
const rowsAtOnce = 2_000;
/** Checks whose rollups one step reads: a day of each has 25 of them. */
const checksAtOnce = 80;

/**
 * Makes one step inside the caller's transaction. Returns the number of deleted deliveries, and whether it was the
 * last step.
 */
export type PruneStep = () => { deleted: number; done: boolean };

interface PruneTables {
  lanes: Lanes;
  state: StateTable;
  audit: AuditTable;
  incidents: IncidentTable;
  history: HistoryTable;
}

/**
 * Deletes deliveries that ended before a time, in steps, and entries of the audit log, tokens and incidents that
 * ended before another, and old rollups. The newest delivery stays, so that its number is not used again, and the cards of open incidents stay.
 */
export function createPrune(
  db: Database,
  { lanes, state, audit, incidents, history }: PruneTables,
  dropBlobs: (id: string) => void,
) {
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
  const forgetTokens = db.prepare('DELETE FROM tokens WHERE revoked_at < ? OR expires_at < ?');
  const forgetMutes = db.prepare('DELETE FROM mutes WHERE until < ?');

  return function prune(before: number, auditBefore: number, now: number): PruneStep {
    const cards = incidents.openCards();
    let afterSeq = 0;
    let afterKey = '';
    let afterCheck: string | null = '';
    let step = stepDeliveries;

    function stepDeliveries() {
      const last = newest.get() ?? 0;
      const looked = rows.all(afterSeq, rowsAtOnce);
      let deleted = 0;
      for (const row of looked) {
        if (row.open === 1 || row.at >= before || row.seq === last || cards.has(row.id)) continue;
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
      forgetTokens.run(auditBefore, auditBefore);
      incidents.prune(auditBefore);
      step = stepAudit;
      return { deleted: 0, done: false };
    }

    function stepAudit() {
      if (audit.prune(auditBefore, rowsAtOnce) < rowsAtOnce) step = stepRollups;
      return { deleted: 0, done: false };
    }

    function stepRollups() {
      afterCheck = history.prune(now, afterCheck, checksAtOnce);
      return { deleted: 0, done: afterCheck === null };
    }

    return () => step();
  };
}
