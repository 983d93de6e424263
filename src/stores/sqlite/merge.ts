import type { Delivery } from '../../domain/delivery.ts';
import { canLead, takeIn } from '../../domain/merging.ts';
import type { MergeOptions } from '../common/merge-options.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from '../common/rows.ts';
import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import { blockOf, blockSize, type OpenDeliveries, openBlocks, openInBlocks } from './open.ts';
import type { RowWriter } from './row-writer.ts';

export interface Merger {
  /**
   * If the head's channel has fallen behind: merges similar messages behind the head into it, or the head and all of
   * them into a digest that was sent a short while ago. `target`: the delivery to send, which is the head, or that
   * digest to be edited.
   */
  merge(lane: number, head: Delivery, now: number): Merge;
}

interface Merge {
  target: Delivery;
  count: number;
}

/** The number of blocks, from the head on, in which similar messages are looked for: 65,536 deliveries. */
const reach = 65_536 / blockSize;

export function createMerger(
  db: Database,
  rows: RowWriter,
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
  const newestMember = db
    .prepare<[number], number>('SELECT expires_at FROM deliveries WHERE merged_into = ? ORDER BY seq DESC LIMIT 1')
    .pluck();

  /** Merges messages that are similar to the head and come after `after` into the digest `into`. */
  function mergeAfter(after: number, lane: number, head: Delivery, into: Delivery, now: number): Merge {
    const { changes: count } = mergeInto.run(blockOf(head.seq), into.seq, now, lane, head.similarKey as number, after);
    if (count === 0) return { target: into, count };
    return { target: rows.write(into, takeIn(into, count, newestMember.get(into.seq) ?? 0)), count };
  }

  return {
    merge(lane, head, now) {
      const { similarKey, seq } = head;
      const alone = { target: head, count: 0 };
      if (!canLead(head) || similarKey === null || !open.isMoreThan(backlog, lane, seq)) return alone;
      const row = openDigest.get(lane, similarKey, now);
      if (row !== undefined) {
        lanes.wakeAt(lane, row.seq);
        return mergeAfter(seq - 1, lane, head, toDelivery(row), now);
      }
      const merge = mergeAfter(seq, lane, head, head, now);
      if (merge.count > 0) rememberDigest.run(lane, similarKey, seq, now + openMs);
      return merge;
    },
  };
}
