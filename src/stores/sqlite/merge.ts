import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import { blockOf, blockSize, type OpenDeliveries, openBlocks, openInBlocks } from './open.ts';
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
   * digest sent a short while ago. `target` is what the lane's turn is for: the head, or that digest, to be edited.
   */
  merge(head: DeliveryRow, now: number): { target: DeliveryRow; count: number };
}

/** In how many blocks from the head on similar messages are looked for at once: 65,536 deliveries. */
const reach = 65_536 / blockSize;

export function createMerger(
  db: Database,
  lanes: Lanes,
  open: OpenDeliveries,
  { backlog, openMs }: MergeOptions,
): Merger {
  const openDigest = db.prepare<[number, number, number], DeliveryRow>(
    `${selectDelivery} JOIN digests g ON g.seq = d.seq
     WHERE g.lane = ? AND g.similar = ? AND g.until > ? AND d.state = 'sent' AND d.pending IS NOT 'delete'`,
  );
  const rememberDigest = db.prepare('INSERT OR REPLACE INTO digests (lane, similar, seq, until) VALUES (?, ?, ?, ?)');
  const mergeInto = db.prepare<[number, number, number, number, number, number]>(
    `WITH ${openBlocks(reach)}
     UPDATE deliveries SET state = 'merged', open = 0, merged_into = ?, updated_at = ?
     WHERE state = 'queued' AND hidden = 0 AND pending IS NULL AND seq IN (
       SELECT d.seq FROM ${openInBlocks} WHERE d.similar = ? AND d.seq > ?)`,
  );
  // It waits as long as the newest one merged into it may.
  const grow = db.prepare(
    `UPDATE deliveries SET merged_count = merged_count + ?, revision = revision + 1, expires_at = max(expires_at, ifnull(
       (SELECT m.expires_at FROM deliveries m WHERE m.merged_into = deliveries.seq ORDER BY m.seq DESC LIMIT 1), 0))
     WHERE seq = ?`,
  );
  const editDigest = db.prepare(
    `UPDATE deliveries SET merged_count = merged_count + ?, pending = 'update', revision = revision + 1, open = 1
     WHERE seq = ?`,
  );
  const bySeq = db.prepare<[number], DeliveryRow>(`${selectDelivery} WHERE d.seq = ?`);

  /** Merges what is similar to the head and comes after `after`; answers how many. */
  function mergeAfter(after: number, head: DeliveryRow, similar: number, into: number, now: number): number {
    return mergeInto.run(blockOf(head.seq), into, now, head.lane, similar, after).changes;
  }

  return {
    merge(head, now) {
      const { lane, similar, seq } = head;
      const alone = { target: head, count: 0 };
      if (similar === null || head.state !== 'queued' || head.hidden === 1 || head.slack_ts !== null) return alone;
      if (!open.isMoreThan(backlog, lane, seq)) return alone;
      const digest = openDigest.get(lane, similar, now);
      if (digest !== undefined) {
        const count = mergeAfter(seq - 1, head, similar, digest.seq, now);
        editDigest.run(count, digest.seq);
        lanes.wakeAt(lane, digest.seq);
        return { target: bySeq.get(digest.seq) ?? head, count };
      }
      const count = mergeAfter(seq, head, similar, seq, now);
      if (count > 0) {
        grow.run(count, seq);
        rememberDigest.run(lane, similar, seq, now + openMs);
      }
      return { target: head, count };
    },
  };
}
