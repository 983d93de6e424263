import type { Database } from 'better-sqlite3';
import { type DeliveryRow, selectDelivery } from './rows.ts';

export interface MergeOptions {
  /** A channel with more than this many waiting has fallen behind. */
  backlog: number;
  /** How long a digest that was sent takes in more, milliseconds. */
  openMs: number;
}

export interface Merger {
  /**
   * When the head's channel has fallen behind: merges what is similar behind the head into it, or head and all into a
   * digest sent a short while ago. Answers that digest, to be edited, or null: the head itself is to be sent.
   */
  merge(head: DeliveryRow, now: number, ended: string[]): DeliveryRow | null;
}

/** How far behind the head similar messages are looked for at once. */
const reach = 1_000;

export function createMerger(db: Database, { backlog, openMs }: MergeOptions): Merger {
  const countOpen = db
    .prepare<[number, number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE lane = ? AND open = 1 LIMIT ?)',
    )
    .pluck();
  const openDigest = db.prepare<[number, string, number], DeliveryRow>(
    `${selectDelivery} JOIN digests g ON g.seq = d.seq
     WHERE g.lane = ? AND g.similar = ? AND g.until > ? AND d.state = 'sent' AND d.pending IS NOT 'delete'`,
  );
  const rememberDigest = db.prepare('INSERT OR REPLACE INTO digests (lane, similar, seq, until) VALUES (?, ?, ?, ?)');
  const mergeInto = db
    .prepare<[string, number, number, number, number, string, number], string>(
      `UPDATE deliveries SET state = 'merged', open = 0, merged_into = ?, updated_at = ?
     WHERE seq IN (SELECT seq FROM (SELECT seq, similar FROM deliveries
         WHERE lane = ? AND open = 1 AND seq >= ? ORDER BY seq LIMIT ?) WHERE similar = ?)
       AND state = 'queued' AND hidden = 0 AND pending IS NULL AND seq != ?
     RETURNING id`,
    )
    .pluck();
  const grow = db.prepare('UPDATE deliveries SET merged_count = merged_count + ? WHERE seq = ?');
  const editDigest = db.prepare(
    `UPDATE deliveries SET merged_count = merged_count + ?, pending = 'update', revision = revision + 1, open = 1
     WHERE seq = ?`,
  );
  const bySeq = db.prepare<[number], DeliveryRow>(`${selectDelivery} WHERE d.seq = ?`);

  return {
    merge(head, now, ended) {
      if (head.similar === null || head.state !== 'queued' || head.hidden === 1 || head.slack_ts !== null) return null;
      if ((countOpen.get(head.lane, backlog + 1) ?? 0) <= backlog) return null;
      const digest = openDigest.get(head.lane, head.similar, now);
      const target = digest ?? head;
      const merged = mergeInto.all(target.id, now, head.lane, head.seq, reach, head.similar, target.seq);
      ended.push(...merged);
      if (digest !== undefined) {
        editDigest.run(merged.length, digest.seq);
        return bySeq.get(digest.seq) ?? null;
      }
      if (merged.length > 0) {
        grow.run(merged.length, head.seq);
        rememberDigest.run(head.lane, head.similar, head.seq, now + openMs);
      }
      return null;
    },
  };
}
