import type { Lifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { begin, canExpire, parentDeleted, settle } from '../../domain/transitions.ts';
import { longestHoldMs, longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed, Settlement } from '../../ports/outbox-store.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from '../common/rows.ts';
import type { Database } from './database.ts';
import type { Digests } from './digests.ts';
import { expiredValues, isExpired, setExpired } from './expiry.ts';
import type { LaneRow, Lanes } from './lanes.ts';
import type { Merger } from './merge.ts';
import { blockOf, inBlock, type OpenDeliveries } from './open.ts';
import type { RowWriter } from './row-writer.ts';

interface Turn {
  claimed: Claimed[];
  /** Ids of the deliveries that expired during the claim. */
  expired: string[];
  /** Digests that similar messages were merged into, and how many. */
  merged: { digest: string; count: number }[];
}

export interface Queue {
  claim(now: number, leaseMs: number, limit: number, onHold: readonly string[]): Turn;
  /** Returns the parent of the delivery, if the attempt has shown that it was deleted in Slack. */
  settle(delivery: Delivery, settlement: Settlement, now: number): Delivery | null;
}

/** The store's part for the outbox worker. Every function runs inside the caller's transaction. */
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
  const byId = db.prepare<[string], DeliveryRow>(`${selectDelivery} WHERE d.id = ?`);
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

  function settleParent(id: string, ts: string, now: number): Delivery | null {
    const row = byId.get(id);
    if (row === undefined) return null;
    const parent = toDelivery(row);
    const change = parentDeleted(parent, ts, now);
    if (change === null) return null;
    const after = rows.write(parent, change);
    if (parent.mergedCount > 0) digests.close(after, now);
    return after;
  }

  return {
    claim(now, leaseMs, limit, onHold) {
      const turn: Turn = { claimed: [], expired: [], merged: [] };
      for (const lane of lanes.due(now, limit, onHold)) {
        const next = claimLane(lane, now, leaseMs, turn);
        if (next !== null) turn.claimed.push(next);
      }
      return turn;
    },
    settle(delivery, settlement, now) {
      const row = bySeq.get(delivery.seq);
      if (row === undefined) return null;
      const { lane } = row;
      const current = toDelivery(row);
      const settled = settle(delivery, current, settlement, now);
      const after = rows.write(current, settled.change);
      if (settled.dropsFiles) dropBlobs(delivery.id);
      if (settled.closesDigest) digests.close(after, now);
      const longest = settlement.to === 'retry' ? longestHoldMs : longestUsualHoldMs;
      const readyAt = Math.min(settlement.readyAt, now + longest);
      // After `posted` the uploads continue under the same lease.
      if (settlement.to === 'posted') lanes.renew(lane, readyAt);
      else lanes.free(lane, readyAt, settlement.tat);
      if (!('goneThread' in settlement) || settlement.goneThread === undefined) return null;
      return current.replyTo === undefined ? null : settleParent(current.replyTo, settlement.goneThread, now);
    },
  };
}
