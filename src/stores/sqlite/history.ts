import { setImmediate } from 'node:timers/promises';
import { spanKeptMs } from '../../domain/rollup-span.ts';
import type { HistoryStore, Rollup } from '../../ports/history-store.ts';
import { spanNumber, spans } from '../common/spans.ts';
import type { Database } from './database.ts';

export interface HistoryTable {
  read: HistoryStore['rollups'];
  /** Inside the caller's transaction. */
  write(rollups: readonly Rollup[]): void;
  /**
   * Inside the caller's transaction: deletes old rollups of the next `limit` checks whose names come after `after`. Returns
   * the name to go on after; null: those were the last.
   */
  prune(now: number, after: string | null, limit: number): string | null;
}

interface RollupRow {
  start: number;
  total: number;
  up: number;
  /** JSON */
  latencies: string;
}

/** Rows that are read in one turn of the event loop: about 5 ms. */
const rowsAtOnce = 2_000;

export function createHistoryTable(db: Database): HistoryTable {
  const select = db.prepare<[string, number, number], RollupRow>(
    'SELECT start, total, up, latencies FROM rollups WHERE name = ? AND span = ? AND start >= ? ORDER BY start',
  );
  const insert = db.prepare(
    'INSERT OR REPLACE INTO rollups (name, span, start, total, up, latencies) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const nextName = db.prepare<[string], string | null>('SELECT min(name) FROM rollups WHERE name > ?').pluck();
  const forget = db.prepare('DELETE FROM rollups WHERE name = ? AND span = ? AND start < ?');

  return {
    async read(checks, span, from) {
      const found: Rollup[] = [];
      let sinceTurn = 0;
      for (const check of checks) {
        const rows = select.all(check, spanNumber(span), from);
        for (const { start, total, up, latencies } of rows) {
          found.push({ check, span, from: start, total, up, latencies: JSON.parse(latencies) });
        }
        sinceTurn += rows.length;
        if (sinceTurn < rowsAtOnce) continue;
        sinceTurn = 0;
        await setImmediate();
      }
      return found;
    },
    write(rollups) {
      for (const { check, span, from, total, up, latencies } of rollups) {
        insert.run(check, spanNumber(span), from, total, up, JSON.stringify(latencies));
      }
    },
    prune(now, after, limit) {
      let name = after ?? '';
      for (let looked = 0; looked < limit; looked += 1) {
        const next = nextName.get(name) ?? null;
        if (next === null) return null;
        name = next;
        for (const [index, span] of spans.entries()) forget.run(name, index, now - spanKeptMs[span]);
      }
      return name;
    },
  };
}
