import type { Delivery } from '../../domain/delivery.ts';
import { emptied, handOver, lost, memberChanged } from '../../domain/merging.ts';
import type { MergedContent } from '../../ports/outbox-store.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from '../common/rows.ts';
import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import type { RowWriter } from './row-writer.ts';

/**
 * The rules of a digest and the messages merged into it. Every function that changes something runs inside the
 * caller's transaction.
 */
export interface Digests {
  contents(digestId: string, limit: number, after: number): MergedContent[];
  /** Renders a digest again after one of its messages was edited, or (`left`) left the digest. */
  memberChanged(member: DeliveryRow, left: boolean, now: number): void;
  hasMembers(seq: number): boolean;
  /**
   * Makes the oldest merged message the digest, in the same place in Slack, because the digest's own message is
   * withdrawn.
   */
  handOver(digest: DeliveryRow, now: number): void;
  withdrawMembers(digest: DeliveryRow, now: number): void;
  /** Ends the merging into a card. Messages that the card does not show are queued again, with a new time to live. */
  close(digest: Delivery, now: number): void;
}

export function createDigests(db: Database, rows: RowWriter, lanes: Lanes): Digests {
  const contents = db.prepare<[string, number, number], { seq: number; text: string; title: string | null }>(
    `SELECT seq, text, title FROM deliveries WHERE state = 'merged'
       AND merged_into = (SELECT seq FROM deliveries WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const bySeq = db.prepare<[number], DeliveryRow>(`${selectDelivery} WHERE d.seq = ?`);
  const digestOf = db.prepare<[number], DeliveryRow>(
    `${selectDelivery} WHERE d.seq = (SELECT merged_into FROM deliveries WHERE seq = ?)`,
  );
  const oldest = db
    .prepare<[number], number>("SELECT min(seq) FROM deliveries WHERE merged_into = ? AND state = 'merged'")
    .pluck();
  const follow = db.prepare("UPDATE deliveries SET merged_into = ? WHERE merged_into = ? AND state = 'merged'");
  const rename = db.prepare('UPDATE digests SET seq = ? WHERE lane = ? AND seq = ?');
  const withdraw = db.prepare(
    "UPDATE deliveries SET state = 'withdrawn', merged_into = NULL, updated_at = ? WHERE merged_into = ? AND state = 'merged'",
  );
  const forget = db.prepare('DELETE FROM digests WHERE lane = (SELECT lane FROM deliveries WHERE seq = ?) AND seq = ?');
  const requeue = db.prepare<[number, number, number, number], { seq: number; lane: number }>(
    `UPDATE deliveries SET state = 'queued', open = 1, merged_into = NULL, updated_at = ?,
       expires_at = ? + (expires_at - created_at)
     WHERE seq IN (SELECT seq FROM deliveries WHERE merged_into = ? AND state = 'merged' ORDER BY seq
       LIMIT -1 OFFSET (SELECT shown FROM deliveries WHERE seq = ?))
     RETURNING seq, lane`,
  );

  return {
    contents: (digestId, limit, after) =>
      contents.all(digestId, after, limit).map(({ title, ...row }) => ({ ...row, ...(title !== null && { title }) })),
    hasMembers: (seq) => oldest.get(seq) != null,
    memberChanged(member, left, now) {
      const digest = digestOf.get(member.seq);
      if (digest === undefined) return;
      rows.write(toDelivery(digest), memberChanged(toDelivery(digest), left, now));
      lanes.wakeAt(digest.lane, digest.seq);
    },
    handOver(digest, now) {
      const seq = oldest.get(digest.seq) ?? null;
      const row = seq === null ? undefined : bySeq.get(seq);
      if (row === undefined) return;
      const delivery = toDelivery(digest);
      rows.write(toDelivery(row), handOver(delivery, toDelivery(row), now));
      follow.run(row.seq, digest.seq);
      rows.write(delivery, emptied);
      rename.run(row.seq, digest.lane, digest.seq);
      lanes.wakeAt(digest.lane, row.seq);
    },
    withdrawMembers(digest, now) {
      if (withdraw.run(now, digest.seq).changes > 0) rows.write(toDelivery(digest), emptied);
    },
    close(digest, now) {
      forget.run(digest.seq, digest.seq);
      const queued = requeue.all(now, now, digest.seq, digest.seq);
      if (queued.length === 0) return;
      rows.write(digest, lost(digest, queued.length));
      const first = Math.min(...queued.map((row) => row.seq));
      lanes.wakeAt(queued[0]?.lane ?? 0, first);
    },
  };
}
