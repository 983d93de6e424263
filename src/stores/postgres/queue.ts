import type { Lifetimes } from '../../domain/clock.ts';
import type { Attachment, Delivery } from '../../domain/delivery.ts';
import { begin, canExpire, parentDeleted, settle } from '../../domain/transitions.ts';
import { longestHoldMs, longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed, Settlement } from '../../ports/outbox-store.ts';
import type { MergeOptions } from '../common/merge-options.ts';
import { type DeliveryRow, toDelivery } from '../common/rows.ts';
import { dropBlobs } from './blobs.ts';
import type { Claiming } from './claiming.ts';
import type { Database, Statements, Transaction } from './database.ts';
import { createDigests } from './digests.ts';
import { expireIn } from './expiry.ts';
import { type LaneRow, lanes } from './lanes.ts';
import { createRowWriter, deliveryRow, selectDelivery } from './rows.ts';

export interface Turn {
  claimed: Claimed[];
  /** Ids of the deliveries that expired during the claim. */
  expired: string[];
  /** Digests that similar messages were merged into, and how many. */
  merged: { digest: string; count: number }[];
}

export interface Settling {
  delivery: Delivery;
  settlement: Settlement;
  now: number;
}

/** What a settlement changed; null: nothing, such a delivery is not there. */
export interface Settled {
  after: Delivery | null;
  /** The parent of the delivery, if the attempt has shown that it was deleted in Slack. */
  parent: Delivery | null;
}

export interface QueueParts {
  db: Database;
  claiming: Claiming;
  owner: string;
  merge: MergeOptions;
  lifetimes: Lifetimes;
  /** Converts a time of this program to the server's clock. */
  toServer(at: number): number;
  /** In the transaction: counts a team's deliveries that were sent. */
  countSent(tx: Statements, byTeam: ReadonlyMap<string, number>): void;
}

interface HeadRow extends DeliveryRow {
  /** Open deliveries of the lane, if there is something to merge; counted up to the limit of the backlog and one more. */
  waiting: number;
}

/** The store's part for the outbox worker. */
export function createQueue({ db, claiming, owner, merge, lifetimes, toServer, countSent }: QueueParts) {
  async function headsOf(tx: Statements, ids: readonly number[]): Promise<Map<number, HeadRow>> {
    const rows = await tx.query<HeadRow>(
      `SELECT d.*, d.similar_key AS similar, l.team, l.kind, l.address, NULL AS digest,
         (SELECT p.slack_ts FROM deliveries p WHERE p.id = d.reply_to AND p.state = 'sent') AS parent_ts,
         CASE WHEN d.similar_key IS NULL OR $2 < 0 THEN 0 ELSE (SELECT count(*) FROM
           (SELECT FROM deliveries o WHERE o.lane = l.id AND o.open = 1 LIMIT $2 + 1) counted) END AS waiting
       FROM lanes l CROSS JOIN LATERAL
         (SELECT * FROM deliveries o WHERE o.lane = l.id AND o.open = 1 ORDER BY o.seq LIMIT 1) d
       WHERE l.id = ANY($1)`,
      [ids, merge.openMs === 0 ? -1 : merge.backlog],
    );
    return new Map(rows.map((row) => [row.lane, row]));
  }

  async function claimIn(tx: Transaction, now: number, leaseMs: number, limit: number, onHold: readonly string[]) {
    const turn: Turn = { claimed: [], expired: [], merged: [] };
    const leased = await lanes.lease(tx, owner, toServer(now), toServer(now) + leaseMs, limit, onHold);
    if (leased.length === 0) {
      tx.abandon();
      return turn;
    }
    const rows = createRowWriter(tx);
    const digests = createDigests(tx, rows);
    const empty: LaneRow[] = [];
    const isExpired = (head: Delivery) => canExpire(head) && lifetimes.left(head.createdAt, head.expiresAt, now) <= 0;

    async function claimHead({ tat }: LaneRow, row: HeadRow, head: Delivery): Promise<void> {
      if (head.state === 'sent') {
        turn.claimed.push({ delivery: head, merged: 0, tat });
        return;
      }
      const isBehind = row.waiting > merge.backlog;
      const { target, count } = isBehind ? await digests.merge(row.lane, head, now, merge) : { target: head, count: 0 };
      if (count > 0) turn.merged.push({ digest: target.id, count });
      const delivery = target.state === 'sent' ? target : rows.write(target, begin(target, now));
      turn.claimed.push({ delivery, merged: count, tat });
    }

    for (let left = leased; left.length > 0; ) {
      const heads = await headsOf(
        tx,
        left.map(({ id }) => id),
      );
      const withExpired: LaneRow[] = [];
      for (const lane of left) {
        const row = heads.get(lane.id);
        const head = row === undefined ? null : toDelivery(row);
        if (row === undefined || head === null) empty.push(lane);
        else if (isExpired(head)) withExpired.push(lane);
        else await claimHead(lane, row, head);
      }
      const ids = withExpired.map(({ id }) => id);
      if (ids.length > 0) turn.expired.push(...(await expireIn(tx, ids, lifetimes, now)));
      left = withExpired;
    }
    rows.flush();
    if (empty.length > 0) await lanes.rest(tx, empty);
    return turn;
  }

  async function settleIn(tx: Transaction, batch: readonly Settling[]): Promise<Settled[]> {
    const seqs = batch.map(({ delivery }) => delivery.seq);
    // A parent may be in another lane: the same channel by another name.
    const parents = batch.flatMap(({ delivery, settlement }) =>
      goneThreadOf(settlement) === undefined ? [] : (delivery.replyTo ?? []),
    );
    if (parents.length === 0) lanes.lockOf(tx, 'seq = ANY($1)', [seqs]);
    else lanes.lockOf(tx, 'seq = ANY($1) OR id = ANY($2)', [seqs, parents]);
    const found = await tx.query<DeliveryRow>(`${selectDelivery} WHERE d.seq = ANY($1)`, [seqs]);
    const laneOf = new Map(found.map((row) => [row.seq, row.lane]));
    const current = new Map(found.map((row) => [row.seq, toDelivery(row)]));
    const rows = createRowWriter(tx);
    const digests = createDigests(tx, rows);
    const freed: { lane: number; readyAt: number; tat: number }[] = [];
    const renewed: { lane: number; readyAt: number }[] = [];
    const files: Attachment[] = [];
    const sent = new Map<string, number>();
    const results: Settled[] = [];

    async function settleParent(id: string, ts: string, now: number): Promise<Delivery | null> {
      rows.flush();
      const row = await deliveryRow(tx, 'd.id = $1', id);
      const change = row === null ? null : parentDeleted(toDelivery(row), ts, now);
      if (row === null || change === null) return null;
      const after = rows.write(toDelivery(row), change);
      if (after.mergedCount > 0) await digests.close(after, row.lane, now);
      return after;
    }

    for (const { delivery, settlement, now } of batch) {
      const before = current.get(delivery.seq);
      const lane = laneOf.get(delivery.seq);
      if (before === undefined || lane === undefined) {
        results.push({ after: null, parent: null });
        continue;
      }
      const { change, dropsFiles, closesDigest } = settle(delivery, before, settlement, now);
      const after = rows.write(before, change);
      current.set(delivery.seq, after);
      // An attempt whose settlement is repeated because nobody knew whether it was committed counts once.
      if (settlement.to === 'sent' && before.state !== 'sent')
        sent.set(delivery.team, (sent.get(delivery.team) ?? 0) + 1);
      if (dropsFiles && before.state !== 'sent') files.push(...before.attachments);
      if (closesDigest) await digests.close(after, lane, now);
      const longest = settlement.to === 'retry' ? longestHoldMs : longestUsualHoldMs;
      const readyAt = toServer(Math.min(settlement.readyAt, now + longest));
      // After `posted` the uploads continue under the same lease.
      if (settlement.to === 'posted') renewed.push({ lane, readyAt });
      else freed.push({ lane, readyAt, tat: settlement.tat });
      const goneThread = goneThreadOf(settlement);
      const isParentGone = goneThread !== undefined && before.replyTo !== undefined;
      results.push({ after, parent: isParentGone ? await settleParent(before.replyTo ?? '', goneThread, now) : null });
    }
    rows.flush();
    dropBlobs(tx, files);
    lanes.renew(tx, owner, toServer(batch.at(-1)?.now ?? 0), renewed);
    lanes.free(tx, owner, freed);
    countSent(tx, sent);
    return results;
  }

  return {
    claim: (now: number, leaseMs: number, limit: number, onHold: readonly string[]): Promise<Turn> =>
      claiming(
        leaseMs,
        (tx) => claimIn(tx, now, leaseMs, limit, onHold),
        (turn) => ({ claimed: [], expired: turn?.expired ?? [], merged: turn?.merged ?? [] }),
      ),
    /** Settles a batch in one transaction. */
    settle: (batch: readonly Settling[]): Promise<Settled[]> => db.transaction((tx) => settleIn(tx, batch)),
    async release(now: number): Promise<void> {
      await lanes.release(db, owner, toServer(now));
    },
  };
}

const goneThreadOf = (settlement: Settlement): string | undefined =>
  'goneThread' in settlement ? settlement.goneThread : undefined;
