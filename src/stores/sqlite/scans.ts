import type { IncomingMessage } from '../../domain/event.ts';
import { referenceText, visibleText } from '../../domain/visible-text.ts';
import type { ScanJob } from '../../ports/store.ts';
import type { Database } from './database.ts';

export interface ScanTable {
  claim(now: number, leaseMs: number, limit: number): ScanJob[];
  /** Returns false when another process ended the scan after our lease ran out. */
  end(id: number): boolean;
  retry(id: number, at: number): void;
  nextDue(): number;
}

/** Messages whose files have to be fetched and matched. A lease is a `ready_at` in the future. */
export function createScanTable(db: Database): ScanTable {
  const claim = db.prepare<[number, number, number], { id: number; attempts: number; message: string }>(
    `UPDATE scans SET ready_at = ?, attempts = attempts + 1
     WHERE id IN (SELECT id FROM scans WHERE ready_at <= ? ORDER BY id LIMIT ?) RETURNING id, attempts, message`,
  );
  const end = db.prepare('DELETE FROM scans WHERE id = ?');
  const retry = db.prepare('UPDATE scans SET ready_at = ? WHERE id = ?');
  const nextDue = db.prepare('SELECT min(ready_at) FROM scans').pluck();

  return {
    claim: (now, leaseMs, limit) =>
      claim
        .all(now + leaseMs, now, limit)
        .map(({ id, attempts, message }) => ({ id, attempts, message: read(message) })),
    end: (id) => end.run(id).changes === 1,
    retry: (id, at) => void retry.run(at, id),
    nextDue: () => (nextDue.get() as number | null) ?? Number.POSITIVE_INFINITY,
  };
}

/** Adds the fields that scans of older versions lack. */
function read(json: string): IncomingMessage {
  const message = JSON.parse(json) as IncomingMessage;
  const authorTeam = message.authorTeam ?? message.team;
  if (message.visible !== undefined) return { ...message, authorTeam };
  const references = referenceText(message.text) ?? undefined;
  return { ...message, authorTeam, visible: visibleText(message.text), references };
}
