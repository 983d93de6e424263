import type { Database } from 'better-sqlite3';
import type { Delivery } from '../../domain/delivery.ts';
import type { Claimed, Settlement } from '../../ports/store.ts';
import type { Lanes } from './lanes.ts';
import type { Merger } from './merge.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from './rows.ts';

export interface Queue {
  /** `ended`: ids that were settled on the way (expired, merged). */
  claim(now: number, leaseMs: number, limit: number): { claimed: Claimed[]; ended: string[] };
  settle(delivery: Delivery, settlement: Settlement, now: number): void;
}

/** At most this many expire in one claim, so that a transaction stays short. */
const expireAtOnce = 500;

/** The part of the store that the worker drives. Every function runs inside the caller's transaction. */
export function createQueue(db: Database, lanes: Lanes, merger: Merger, dropBlobs: (id: string) => void): Queue {
  const head = db.prepare<[number], DeliveryRow>(
    `${selectDelivery} WHERE d.lane = ? AND d.open = 1 ORDER BY d.seq LIMIT 1`,
  );
  const laneOf = db.prepare<[number], number>('SELECT lane FROM deliveries WHERE seq = ?').pluck();
  const expire = db
    .prepare<[number, number, number, number], string>(
      `UPDATE deliveries SET state = 'expired', open = 0, updated_at = ?,
       error = CASE WHEN error IS NULL THEN 'time to live ran out' ELSE 'time to live ran out; last: ' || error END
     WHERE seq IN (SELECT seq FROM deliveries WHERE lane = ? AND open = 1 AND state IN ('queued', 'sending')
       AND slack_ts IS NULL AND pending IS NOT 'delete' AND expires_at <= ? ORDER BY seq LIMIT ?)
     RETURNING id`,
    )
    .pluck();
  const begin = db.prepare(
    `UPDATE deliveries SET state = 'sending', attempts = attempts + 1, updated_at = ?, hidden = ?,
       pending = CASE WHEN pending = 'delete' THEN 'delete' END WHERE seq = ?`,
  );
  const posted = db.prepare(
    `UPDATE deliveries SET slack_channel = ?, slack_ts = ?, permalink = ?, uploaded = ?, hidden = 0, error = NULL,
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

  function claimLane(lane: number, tat: number, now: number, leaseMs: number, ended: string[]): Claimed | null {
    for (;;) {
      const row = head.get(lane);
      if (row === undefined) {
        lanes.rest(lane);
        return null;
      }
      if (isExpired(row, now)) {
        ended.push(...expire.all(now, lane, now, expireAtOnce));
        continue;
      }
      lanes.lease(lane, now + leaseMs);
      if (row.state === 'sent') return { delivery: toDelivery(row), hidden: false, tat };
      const digest = row.pending === null ? merger.merge(row, now, ended) : null;
      if (digest !== null) return { delivery: toDelivery(digest), hidden: false, tat };
      // Still `sending` when it is claimed again: the one who sent it is gone, and its answer with it.
      const hidden = row.slack_ts === null && (row.hidden === 1 || row.state === 'sending');
      begin.run(now, hidden ? 1 : 0, row.seq);
      const claimed = head.get(lane) ?? row;
      return { delivery: toDelivery(claimed), hidden, tat };
    }
  }

  function settleDelivery(delivery: Delivery, to: Settlement, now: number): void {
    switch (to.to) {
      case 'sent':
      case 'posted': {
        const state = to.to === 'sent' ? 'sent' : 'sending';
        const { channel, ts, permalink } = to.slack;
        posted.run(channel, ts, permalink, to.uploaded, state, state, now, delivery.seq);
        if (to.to === 'sent') dropBlobs(delivery.id);
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
        else updated.run(to.error ?? null, now, delivery.revision, delivery.revision, delivery.seq);
        break;
    }
  }

  return {
    claim(now, leaseMs, limit) {
      const claimed: Claimed[] = [];
      const ended: string[] = [];
      for (const { id, tat } of lanes.due(now, limit)) {
        const next = claimLane(id, tat, now, leaseMs, ended);
        if (next !== null) claimed.push(next);
      }
      return { claimed, ended };
    },
    settle(delivery, settlement, now) {
      settleDelivery(delivery, settlement, now);
      const lane = laneOf.get(delivery.seq);
      if (lane === undefined) return;
      // `posted` goes on with the uploads under the same lease.
      if (settlement.to === 'posted') lanes.lease(lane, settlement.readyAt);
      else lanes.free(lane, settlement.readyAt, settlement.tat);
    },
  };
}

function isExpired(row: DeliveryRow, now: number): boolean {
  const unsent = row.state === 'queued' || row.state === 'sending';
  return unsent && row.slack_ts === null && row.pending !== 'delete' && row.expires_at <= now;
}
