import type { MergedContent } from '../../ports/outbox-store.ts';
import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import type { DeliveryRow } from './rows.ts';

/** What becomes of a digest and of the messages merged into it. Every changing function runs inside the caller's transaction. */
export interface Digests {
  contents(digestId: string, limit: number, after: number): MergedContent[];
  /** A message merged into a digest was edited, or (`left`) is no longer part of it: the digest is to be rendered anew. */
  memberChanged(member: DeliveryRow, left: boolean, now: number): void;
  /**
   * The digest's own message is withdrawn: the oldest one merged into it becomes the digest, in the same place in Slack.
   * False: nothing is merged into it.
   */
  handOver(digest: DeliveryRow, now: number): boolean;
  withdrawMembers(seq: number, now: number): void;
  /** The card now shows so many of the messages merged into it. */
  shows(seq: number, count: number): void;
  /** The card takes in no more messages. Those that it does not show yet are queued again, with a new time to live. */
  close(seq: number, now: number): void;
}

export function createDigests(db: Database, lanes: Lanes): Digests {
  const contents = db.prepare<[string, number, number], { seq: number; text: string; title: string | null }>(
    `SELECT seq, text, title FROM deliveries WHERE state = 'merged'
       AND merged_into = (SELECT seq FROM deliveries WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const change = db.prepare<[number, number, number, number]>(
    `UPDATE deliveries SET merged_count = merged_count - ?, shown = max(0, shown - ?), updated_at = ?,
       pending = CASE WHEN state IN ('sending', 'sent') AND pending IS NULL THEN 'update' ELSE pending END,
       revision = revision + 1, open = CASE WHEN state IN ('queued', 'sending', 'sent') THEN 1 ELSE open END
     WHERE seq = ?`,
  );
  const digestOf = db.prepare<[number], { seq: number; lane: number; open: number }>(
    'SELECT seq, lane, open FROM deliveries WHERE seq = (SELECT merged_into FROM deliveries WHERE seq = ?)',
  );
  const oldest = db
    .prepare<[number], number>("SELECT min(seq) FROM deliveries WHERE merged_into = ? AND state = 'merged'")
    .pluck();
  const become = db.prepare(
    `UPDATE deliveries SET state = :state, open = 1, merged_into = NULL, merged_count = :count - 1, shown = :shown,
       slack_channel = :channel, slack_ts = :ts, permalink = :permalink, pending = :pending, revision = revision + 1,
       expires_at = max(expires_at, :expiresAt), updated_at = :now
     WHERE seq = :seq`,
  );
  const follow = db.prepare("UPDATE deliveries SET merged_into = ? WHERE merged_into = ? AND state = 'merged'");
  const rename = db.prepare('UPDATE digests SET seq = ? WHERE lane = ? AND seq = ?');
  const withdraw = db.prepare(
    "UPDATE deliveries SET state = 'withdrawn', merged_into = NULL, updated_at = ? WHERE merged_into = ? AND state = 'merged'",
  );
  // Some may have been withdrawn while the attempt was under way.
  const shows = db.prepare('UPDATE deliveries SET shown = min(?, merged_count) WHERE seq = ?');
  const empty = db.prepare('UPDATE deliveries SET merged_count = 0, shown = 0 WHERE seq = ?');
  const forget = db.prepare('DELETE FROM digests WHERE lane = (SELECT lane FROM deliveries WHERE seq = ?) AND seq = ?');
  const requeue = db.prepare<[number, number, number, number], { seq: number; lane: number }>(
    `UPDATE deliveries SET state = 'queued', open = 1, merged_into = NULL, updated_at = ?,
       expires_at = ? + (expires_at - created_at)
     WHERE seq IN (SELECT seq FROM deliveries WHERE merged_into = ? AND state = 'merged' ORDER BY seq
       LIMIT -1 OFFSET (SELECT shown FROM deliveries WHERE seq = ?))
     RETURNING seq, lane`,
  );
  const lose = db.prepare('UPDATE deliveries SET merged_count = merged_count - ? WHERE seq = ?');

  return {
    contents: (digestId, limit, after) =>
      contents.all(digestId, after, limit).map(({ title, ...row }) => ({ ...row, ...(title !== null && { title }) })),
    memberChanged(member, left, now) {
      const digest = digestOf.get(member.seq);
      if (digest === undefined) return;
      change.run(left ? 1 : 0, left ? 1 : 0, now, digest.seq);
      lanes.wakeAt(digest.lane, digest.seq);
    },
    handOver(digest, now) {
      const seq = oldest.get(digest.seq) ?? null;
      if (seq === null) return false;
      const sent = digest.state === 'sent';
      become.run({
        seq,
        now,
        state: sent ? 'sent' : 'queued',
        pending: sent ? 'update' : null,
        count: digest.merged_count,
        shown: Math.max(0, digest.shown - 1),
        channel: digest.slack_channel,
        ts: digest.slack_ts,
        permalink: digest.permalink,
        expiresAt: digest.expires_at,
      });
      follow.run(seq, digest.seq);
      empty.run(digest.seq);
      rename.run(seq, digest.lane, digest.seq);
      lanes.wakeAt(digest.lane, seq);
      return true;
    },
    withdrawMembers(seq, now) {
      if (withdraw.run(now, seq).changes > 0) empty.run(seq);
    },
    shows: (seq, count) => void shows.run(count, seq),
    close(seq, now) {
      forget.run(seq, seq);
      const queued = requeue.all(now, now, seq, seq);
      if (queued.length === 0) return;
      lose.run(queued.length, seq);
      const first = Math.min(...queued.map((row) => row.seq));
      lanes.wakeAt(queued[0]?.lane ?? 0, first);
    },
  };
}
