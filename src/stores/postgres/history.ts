import { type Span, spanKeptMs } from '../../domain/rollup-span.ts';
import type { HistoryStore } from '../../ports/history-store.ts';
import { spanNumber } from '../common/spans.ts';
import type { Database } from './database.ts';

interface RollupRow {
  name: string;
  start: number;
  total: number;
  up: number;
  latencies: string;
}

/** The history of checks. */
export function createHistory(db: Database): HistoryStore & { prune(now: number): Promise<void> } {
  return {
    async rollups(checks, span, from) {
      const rows = await db.query<RollupRow>(
        `SELECT name, start, total, up, latencies FROM rollups WHERE name = ANY($1) AND span = $2 AND start >= $3
         ORDER BY name, start`,
        [checks, spanNumber(span), from],
      );
      const order = new Map(checks.map((name, index) => [name, index]));
      return rows
        .map(({ name, start, latencies, ...row }) => ({
          check: name,
          span,
          from: start,
          ...row,
          latencies: JSON.parse(latencies),
        }))
        .sort((a, b) => (order.get(a.check) ?? 0) - (order.get(b.check) ?? 0) || a.from - b.from);
    },
    async writeRollups(rollups) {
      await db.transaction(async (tx) => {
        const newest = new Map(rollups.map((each) => [`${each.check} ${each.span} ${each.from}`, each]));
        const rows = [...newest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
        void tx.run(
          `INSERT INTO rollups (name, span, start, total, up, latencies)
           SELECT * FROM unnest($1::text[], $2::int[], $3::float8[], $4::int[], $5::int[], $6::text[])
           ON CONFLICT (name, span, start) DO UPDATE SET total = excluded.total, up = excluded.up, latencies = excluded.latencies`,
          [
            rows.map(({ check }) => check),
            rows.map(({ span }) => spanNumber(span)),
            rows.map(({ from }) => from),
            rows.map(({ total }) => total),
            rows.map(({ up }) => up),
            rows.map(({ latencies }) => JSON.stringify(latencies)),
          ],
        );
      });
    },
    async prune(now) {
      for (const span of ['hour', 'day'] as const satisfies Span[]) {
        await db.run('DELETE FROM rollups WHERE span = $1 AND start < $2', [spanNumber(span), now - spanKeptMs[span]]);
      }
    },
  };
}
