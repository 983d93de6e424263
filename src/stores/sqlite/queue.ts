import type { Lifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { longestHoldMs, longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed, Settlement } from '../../ports/outbox-store.ts';
import type { Database } from './database.ts';
import type { Digests } from './digests.ts';
import { expiredValues, isExpired, setExpired } from './expiry.ts';
import type { LaneRow, Lanes } from './lanes.ts';
import type { Merger } from './merge.ts';
import { blockOf, inBlock, type OpenDeliveries } from './open.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from './rows.ts';

export interface Turn {
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
  lanes: Lanes,
  open: OpenDeliveries,
  merger: Merger,
  digests: Digests,
  lifetimes: Lifetimes,
  dropBlobs: (id: string) => void,
): Queue {
  const bySeq = db.prepare<[number], DeliveryRow>(`${selectDelivery} WHERE d.seq = ?`);
  const laneOf = db.prepare<[number], number>('SELECT lane FROM deliveries WHERE seq = ?').pluck();
  const expire = db
    .prepare<number[], string>(
      `UPDATE deliveries SET ${setExpired}
       WHERE ${inBlock} AND state IN ('queued', 'sending') AND slack_ts IS NULL AND pending IS NOT 'delete'
         AND ${isExpired}
       RETURNING id`,
    )
    .pluck();
  const begin = db.prepare(
    `UPDATE deliveries SET state = 'sending', attempts = attempts + 1, updated_at = ?, hidden = ?,
       pending = CASE WHEN pending = 'delete' THEN 'delete' END WHERE seq = ?`,
  );
  const posted = db.prepare(
    `UPDATE deliveries SET slack_channel = ?, slack_ts = ?, permalink = ?, uploaded = ?, warnings = ?, hidden = 0, error = NULL,
       state = ?, open = CASE WHEN ? = 'sent' AND pending IS NULL THEN 0 ELSE 1 END, updated_at = ? WHERE seq = ?`,
  );
  const retry = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN state = 'sending' THEN 'queued' ELSE state END, hidden = ?, error = ?,
       updated_at = ? WHERE seq = ?`,
  );
  const failed = db.prepare(
    "UPDATE deliveries SET state = 'failed', open = 0, pending = NULL, error = ?, updated_at = ? WHERE seq = ?",
  );
  const updated = db.prepare(
    `UPDATE deliveries SET error = ?, updated_at = ?, pending = CASE WHEN revision = ? AND pending IS NOT 'delete' THEN NULL ELSE pending END,
       open = CASE WHEN revision = ? AND pending IS NOT 'delete' THEN 0 ELSE 1 END WHERE seq = ?`,
  );
  const deleted = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN ? IS NULL THEN 'withdrawn' ELSE state END, pending = NULL, open = 0,
       error = ?, updated_at = ? WHERE seq = ?`,
  );

  const gone = db.prepare(
    "UPDATE deliveries SET state = 'withdrawn', pending = NULL, open = 0, error = ?, updated_at = ? WHERE seq = ?",
  );

  function claimLane(lane: LaneRow, now: number, leaseMs: number, turn: Turn): Claimed | null {
    for (;;) {
      const seq = open.head(lane.id, lane.firstSeq);
      const row = seq === null ? undefined : bySeq.get(seq);
      if (row === undefined) {
        lanes.rest(lane.id);
        return null;
      }
      if (isUnsent(row) && lifetimes.left(row.created_at, row.expires_at, now) <= 0) {
        turn.expired.push(...expire.all(now, blockOf(row.seq), lane.id, ...expiredValues(lifetimes, now)));
        continue;
      }
      lanes.lease(lane.id, now + leaseMs, row.seq);
      const { tat } = lane;
      let merged = 0;
      if (row.state === 'sent') return { delivery: toDelivery(row), hidden: false, merged, tat };
      if (row.pending === null) {
        const { target, count } = merger.merge(row, now);
        merged = count;
        if (count > 0) turn.merged.push({ digest: target.id, count });
        if (target !== row) return { delivery: toDelivery(target), hidden: false, merged, tat };
      }
      // Still `sending` when it is claimed again: the one who sent it is gone, and its answer with it.
      const hidden = row.slack_ts === null && (row.hidden === 1 || row.state === 'sending');
      begin.run(now, hidden ? 1 : 0, row.seq);
      return { delivery: toDelivery(bySeq.get(row.seq) ?? row), hidden, merged, tat };
    }
  }

  function settleDelivery(delivery: Delivery, to: Settlement, now: number): void {
    switch (to.to) {
      case 'sent':
      case 'posted': {
        const state = to.to === 'sent' ? 'sent' : 'sending';
        const { channel, ts, permalink } = to.slack;
        const warnings = to.warnings?.length ? JSON.stringify(to.warnings) : null;
        posted.run(channel, ts, permalink, to.uploaded, warnings, state, state, now, delivery.seq);
        if (to.to === 'sent') dropBlobs(delivery.id);
        if (delivery.mergedCount > 0) digests.shows(delivery.seq, delivery.mergedCount);
        break;
      }
      case 'retry':
        retry.run(to.hidden ? 1 : 0, to.error, now, delivery.seq);
        break;
      case 'failed':
        failed.run(to.error, now, delivery.seq);
        break;
      case 'changed':
        if (delivery.pending === 'delete') deleted.run(to.error ?? null, to.error ?? null, now, delivery.seq);
        else if (to.gone) gone.run(to.error ?? null, now, delivery.seq);
        else updated.run(to.error ?? null, now, delivery.revision, delivery.revision, delivery.seq);
        if (delivery.mergedCount > 0) settleDigest(delivery, to.error === undefined, now);
        break;
    }
  }

  /** After an edit that Slack refused, or a deletion, others that the card was to show are queued again. */
  function settleDigest({ seq, pending, mergedCount }: Delivery, done: boolean, now: number): void {
    if (pending === 'delete') {
      if (!done) return;
      digests.shows(seq, 0);
      digests.close(seq, now);
    } else if (done) {
      digests.shows(seq, mergedCount);
    } else {
      digests.close(seq, now);
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
      settleDelivery(delivery, settlement, now);
      const lane = laneOf.get(delivery.seq);
      if (lane === undefined) return;
      const longest = settlement.to === 'retry' ? longestHoldMs : longestUsualHoldMs;
      const readyAt = Math.min(settlement.readyAt, now + longest);
      // `posted` goes on with the uploads under the same lease.
      if (settlement.to === 'posted') lanes.renew(lane, readyAt);
      else lanes.free(lane, readyAt, settlement.tat);
    },
  };
}

function isUnsent(row: DeliveryRow): boolean {
  return (row.state === 'queued' || row.state === 'sending') && row.slack_ts === null && row.pending !== 'delete';
}
