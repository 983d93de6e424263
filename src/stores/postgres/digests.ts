import type { Delivery } from '../../domain/delivery.ts';
import { canLead, emptied, handOver, lost, memberChanged, takeIn } from '../../domain/merging.ts';
import type { MergedContent } from '../../ports/outbox-store.ts';
import type { MergeOptions } from '../common/merge-options.ts';
import { type DeliveryRow, toDelivery } from '../common/rows.ts';
import type { Statements } from './database.ts';
import { lanes } from './lanes.ts';
import { deliveryRow, type RowWriter, selectDelivery } from './rows.ts';

/** Messages that one claim merges. */
const mostMerged = 20_000;

export async function mergedContents(
  db: Statements,
  digestId: string,
  limit: number,
  after: number,
): Promise<MergedContent[]> {
  const rows = await db.query<{ seq: number; text: string; title: string | null }>(
    `SELECT seq, text, title FROM deliveries WHERE state = 'merged'
       AND merged_into = (SELECT seq FROM deliveries WHERE id = $1) AND seq > $2 ORDER BY seq LIMIT $3`,
    [digestId, after, limit],
  );
  return rows.map(({ title, ...row }) => ({ ...row, ...(title !== null && { title }) }));
}

/** A digest and the messages merged into it, inside a transaction that has locked their lane. The rules are in `domain/merging.ts`. */
export interface Digests {
  hasMembers(seq: number): Promise<boolean>;
  /** Renders a digest again after one of its messages was edited, or (`left`) left the digest. */
  memberChanged(member: DeliveryRow, left: boolean, now: number): Promise<void>;
  /** Makes the oldest merged message the digest, in the same place in Slack, because the digest's own message is withdrawn. */
  handOver(digest: DeliveryRow, now: number): Promise<void>;
  withdrawMembers(digest: DeliveryRow, now: number): Promise<void>;
  /** Ends the merging into a card. Messages that the card does not show are queued again, with a new time to live. */
  close(digest: Delivery, lane: number, now: number): Promise<void>;
  /**
   * Merges messages that are similar to the head of an overlong queue into it, or it and all of them into a digest that was
   * sent a short while ago. `target`: the delivery to send, or that digest to be edited.
   */
  merge(lane: number, head: Delivery, now: number, options: MergeOptions): Promise<{ target: Delivery; count: number }>;
}

export function createDigests(tx: Statements, rows: RowWriter): Digests {
  async function oldestMember(seq: number): Promise<number | null> {
    const [row] = await tx.query<{ seq: number | null }>(
      "SELECT min(seq) AS seq FROM deliveries WHERE merged_into = $1 AND state = 'merged'",
      [seq],
    );
    return row?.seq ?? null;
  }

  /** Merges messages that are similar to the head and come after `after` into the digest `into`. */
  async function mergeAfter(after: number, lane: number, head: Delivery, into: Delivery, now: number) {
    const members = await tx.query<{ seq: number; expires_at: number }>(
      `UPDATE deliveries SET state = 'merged', open = 0, merged_into = $1, updated_at = $2 WHERE seq IN (
         SELECT seq FROM deliveries WHERE lane = $3 AND open = 1 AND similar_key = $4 AND seq > $5 AND state = 'queued'
           AND hidden = 0 AND pending IS NULL ORDER BY seq LIMIT ${mostMerged})
       RETURNING seq, expires_at`,
      [into.seq, now, lane, head.similarKey, after],
    );
    const count = members.length;
    if (count === 0) return { target: into, count };
    const newest = members.reduce((a, b) => (b.seq > a.seq ? b : a));
    return { target: rows.write(into, takeIn(into, count, newest.expires_at)), count };
  }

  return {
    hasMembers: async (seq) => (await oldestMember(seq)) !== null,

    async memberChanged(member, left, now) {
      if (member.merged_into === null) return;
      const row = await deliveryRow(tx, 'd.seq = $1', member.merged_into);
      if (row === null) return;
      const digest = toDelivery(row);
      rows.write(digest, memberChanged(digest, left, now));
      lanes.wakeLocked(tx, [row.lane]);
    },

    async handOver(digest, now) {
      const seq = await oldestMember(digest.seq);
      const row = seq === null ? null : await deliveryRow(tx, 'd.seq = $1', seq);
      if (row === null) return;
      const before = toDelivery(digest);
      rows.write(toDelivery(row), handOver(before, toDelivery(row), now));
      void tx.run("UPDATE deliveries SET merged_into = $1 WHERE merged_into = $2 AND state = 'merged' AND seq <> $1", [
        row.seq,
        digest.seq,
      ]);
      rows.write(before, emptied);
      void tx.run('UPDATE digests SET seq = $1 WHERE lane = $2 AND seq = $3', [row.seq, digest.lane, digest.seq]);
      lanes.wakeLocked(tx, [digest.lane]);
    },

    async withdrawMembers(digest, now) {
      const count = await tx.run(
        `UPDATE deliveries SET state = 'withdrawn', merged_into = NULL, updated_at = $1
         WHERE merged_into = $2 AND state = 'merged'`,
        [now, digest.seq],
      );
      if (count > 0) rows.write(toDelivery(digest), emptied);
    },

    async close(digest, lane, now) {
      rows.flush();
      void tx.run('DELETE FROM digests WHERE lane = $1 AND seq = $2', [lane, digest.seq]);
      const queued = await tx.query<{ seq: number }>(
        `UPDATE deliveries SET state = 'queued', open = 1, merged_into = NULL, updated_at = $1,
           expires_at = $1 + (expires_at - created_at)
         WHERE seq IN (SELECT seq FROM deliveries WHERE merged_into = $2 AND state = 'merged' ORDER BY seq
           OFFSET (SELECT shown FROM deliveries WHERE seq = $2))
         RETURNING seq`,
        [now, digest.seq],
      );
      if (queued.length === 0) return;
      rows.write(digest, lost(digest, queued.length));
      lanes.wakeLocked(tx, [lane]);
    },

    async merge(lane, head, now, { openMs }) {
      const alone = { target: head, count: 0 };
      const { similarKey, seq } = head;
      if (!canLead(head) || similarKey === null) return alone;
      const [row] = await tx.query<DeliveryRow>(
        `${selectDelivery} JOIN digests g ON g.seq = d.seq WHERE g.lane = $1 AND g.similar_key = $2 AND g.until > $3
           AND d.state = 'sent' AND d.pending IS DISTINCT FROM 'delete'`,
        [lane, similarKey, now],
      );
      if (row !== undefined) return mergeAfter(seq - 1, lane, head, toDelivery(row), now);
      const merge = await mergeAfter(seq, lane, head, head, now);
      if (merge.count > 0) {
        void tx.run(
          `INSERT INTO digests (lane, similar_key, seq, until) VALUES ($1, $2, $3, $4)
           ON CONFLICT (lane, similar_key) DO UPDATE SET seq = excluded.seq, until = excluded.until`,
          [lane, similarKey, seq, now + openMs],
        );
      }
      return merge;
    },
  };
}
