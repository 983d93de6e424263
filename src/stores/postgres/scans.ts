import type { IncomingMessage } from '../../domain/event.ts';
import type { ScanJob } from '../../ports/store.ts';
import type { Claiming } from './claiming.ts';
import type { Database, Statements } from './database.ts';

/** Messages whose files have to be fetched and matched. A lease is a `ready_at` in the future. Times are of the server's clock. */
export function createScans(db: Database, claiming: Claiming) {
  return {
    /** Leases up to `limit` scans, oldest first. */
    async claim(now: number, until: number, limit: number): Promise<ScanJob[]> {
      const [due] = await db.query('SELECT FROM scans WHERE ready_at <= $1 LIMIT 1', [now]);
      if (due === undefined) return [];
      const rows = await claiming(
        until - now,
        (tx) =>
          tx.query<{ id: number; attempts: number; message: string }>(
            `UPDATE scans SET ready_at = $2, attempts = attempts + 1
           WHERE id IN (SELECT id FROM scans WHERE ready_at <= $1 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING id, attempts, message`,
            [now, until, limit],
          ),
        () => [],
      );
      return rows
        .sort((a, b) => a.id - b.id)
        .map(({ id, attempts, message }) => ({ id, attempts, message: JSON.parse(message) as IncomingMessage }));
    },
    /** Inside the caller's transaction. Resolves with false when another instance ended the scan after our lease ran out. */
    end: async (tx: Statements, id: number): Promise<boolean> =>
      (await tx.run('DELETE FROM scans WHERE id = $1', [id])) === 1,
    async retry(id: number, at: number): Promise<void> {
      await db.run('UPDATE scans SET ready_at = $1 WHERE id = $2', [at, id]);
    },
    async nextDue(): Promise<number> {
      const [row] = await db.query<{ due: number | null }>('SELECT min(ready_at) AS due FROM scans');
      return row?.due ?? Number.POSITIVE_INFINITY;
    },
  };
}
