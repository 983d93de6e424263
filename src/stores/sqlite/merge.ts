import type { Delivery } from '../../domain/delivery.ts';
import { canLead, takeIn } from '../../domain/merging.ts';
import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import { blockOf, blockSize, type OpenDeliveries, openBlocks, openInBlocks } from './open.ts';
import type { RowWriter } from './row-writer.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from './rows.ts';

export interface MergeOptions {
  /** A channel with more than this many waiting has fallen behind. */
  backlog: number;
  /** How long a digest that was sent takes in more, milliseconds. */
  openMs: number;
}

/** `given`: null turns merging off; absent: the usual options. */
export function mergeOptions(given: MergeOptions | null | undefined): MergeOptions {
  return given === null ? { backlog: Number.MAX_SAFE_INTEGER, openMs: 0 } : (given ?? { backlog: 10, openMs: 600_000 });
}

export interface Merger {
  /**
   * When the head's channel has fallen behind: merges what is similar behind the head into it, or head and all into a
   * digest sent a short while ago. `target` is what the lane's turn is for: the head, or that digest, to be edited.
   */
  merge(lane: number, head: Delivery, now: number): Merge;
}

interface Merge {
  target: Delivery;
  count: number;
}

/** In how many blocks from the head on similar messages are looked for at once: 65,536 deliveries. */
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

  /** Merges what is similar to the head and comes after `after` into the digest `into`. */
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
