import type { Lifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { begin, canExpire, settle } from '../../domain/transitions.ts';
import { longestHoldMs, longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed, Settlement } from '../../ports/outbox-store.ts';
import type { Database } from './database.ts';
import type { Digests } from './digests.ts';
import { expiredValues, isExpired, setExpired } from './expiry.ts';
import type { LaneRow, Lanes } from './lanes.ts';
import type { Merger } from './merge.ts';
import { blockOf, inBlock, type OpenDeliveries } from './open.ts';
import type { RowWriter } from './row-writer.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from './rows.ts';

interface Turn {
  claimed: Claimed[];
  /** Ids of those whose time to live ran out on the way. */
  expired: string[];
  /** Digests that took in similar messages, and how many. */
  merged: { digest: string; count: number }[];
}

export interface Queue {
  claim(now: number, leaseMs: number, limit: number): Turn;
  settle(delivery: Delivery, settlement: Settlement, now: number): void;
}

/** The part of the store that the worker drives. Every function runs inside the caller's transaction. */
export function createQueue(
  db: Database,
  rows: RowWriter,
  lanes: Lanes,
  open: OpenDeliveries,
  merger: Merger,
  digests: Digests,
  lifetimes: Lifetimes,
  dropBlobs: (id: string) => void,
): Queue {
  const bySeq = db.prepare<[number], DeliveryRow>(`${selectDelivery} WHERE d.seq = ?`);
  const expire = db
    .prepare<number[], string>(
      `UPDATE deliveries SET ${setExpired}
       WHERE ${inBlock} AND state IN ('queued', 'sending') AND slack_ts IS NULL AND pending IS NOT 'delete'
         AND ${isExpired}
       RETURNING id`,
    )
    .pluck();
  function claimLane(lane: LaneRow, now: number, leaseMs: number, turn: Turn): Claimed | null {
    for (;;) {
      const seq = open.head(lane.id, lane.firstSeq);
      const row = seq === null ? undefined : bySeq.get(seq);
      if (row === undefined) {
        lanes.rest(lane.id);
        return null;
      }
      const head = toDelivery(row);
      if (canExpire(head) && lifetimes.left(head.createdAt, head.expiresAt, now) <= 0) {
        turn.expired.push(...expire.all(now, blockOf(row.seq), lane.id, ...expiredValues(lifetimes, now)));
        continue;
      }
      lanes.lease(lane.id, now + leaseMs, row.seq);
      const { tat } = lane;
      if (head.state === 'sent') return { delivery: head, merged: 0, tat };
      const { target, count } = merger.merge(row.lane, head, now);
      if (count > 0) turn.merged.push({ digest: target.id, count });
      if (target.state === 'sent') return { delivery: target, merged: count, tat };
      return { delivery: rows.write(target, begin(target, now)), merged: count, tat };
    }
  }

  return {
    claim(now, leaseMs, limit) {
      const turn: Turn = { claimed: [], expired: [], merged: [] };
      for (const lane of lanes.due(now, limit)) {
        const next = claimLane(lane, now, leaseMs, turn);
        if (next !== null) turn.claimed.push(next);
      }
      return turn;
    },
    settle(delivery, settlement, now) {
      const row = bySeq.get(delivery.seq);
      if (row === undefined) return;
      const { lane } = row;
      const current = toDelivery(row);
      const settled = settle(delivery, current, settlement, now);
      const after = rows.write(current, settled.change);
      if (settled.dropsFiles) dropBlobs(delivery.id);
      if (settled.closesDigest) digests.close(after, now);
      const longest = settlement.to === 'retry' ? longestHoldMs : longestUsualHoldMs;
      const readyAt = Math.min(settlement.readyAt, now + longest);
      // `posted` goes on with the uploads under the same lease.
      if (settlement.to === 'posted') lanes.renew(lane, readyAt);
      else lanes.free(lane, readyAt, settlement.tat);
    },
  };
}
