import { type Lifetimes, smallestJumpMs } from '../../domain/clock.ts';
import type { Database, Statements } from './database.ts';

/** "Past its time to live"; `$1`: now, `$2` and `$3` as in `expiredValues`. Equal to `Lifetimes.left(…) <= 0`. */
const isExpired = `(expires_at <= $1 OR (created_at > $2 AND expires_at > created_at AND expires_at - created_at <= $3))`;
const unsent = "open = 1 AND slack_ts IS NULL AND pending IS DISTINCT FROM 'delete'";
const setExpired = `state = 'expired', open = 0, pending = NULL, updated_at = $1,
  error = CASE WHEN error IS NULL THEN 'time to live ran out' ELSE 'time to live ran out; last: ' || error END`;

const expiredValues = (lifetimes: Lifetimes, now: number): [number, number, number] => [
  now,
  now + smallestJumpMs,
  lifetimes.sinceSetBack(),
];

/** Most lanes that one sweep looks at. */
const lanesAtOnce = 500;

/** Expires deliveries of lanes that the caller's transaction has locked. Resolves with their ids. */
export async function expireIn(
  tx: Statements,
  lanes: readonly number[],
  lifetimes: Lifetimes,
  now: number,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE deliveries SET ${setExpired} WHERE lane = ANY($4) AND ${unsent} AND state IN ('queued', 'sending') AND ${isExpired}
     RETURNING id`,
    [...expiredValues(lifetimes, now), lanes],
  );
  return rows.map(({ id }) => id);
}

/**
 * Expires deliveries anywhere in their queues, also while their lane has to wait. A lane that somebody holds is left to the next
 * sweep. Resolves with the ids of what expired.
 */
export async function sweepExpired(db: Database, lifetimes: Lifetimes, now: number): Promise<string[]> {
  const values = expiredValues(lifetimes, now);
  const found = await db.query<{ lane: number }>(
    `SELECT DISTINCT lane FROM deliveries WHERE ${unsent} AND state = 'queued' AND ${isExpired} LIMIT ${lanesAtOnce}`,
    values,
  );
  if (found.length === 0) return [];
  return db.transaction(async (tx) => {
    const locked = await tx.query<{ id: number }>(
      'SELECT id FROM lanes WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED',
      [found.map(({ lane }) => lane)],
    );
    const rows = await tx.query<{ id: string }>(
      `UPDATE deliveries SET ${setExpired} WHERE lane = ANY($4) AND ${unsent} AND state = 'queued' AND ${isExpired} RETURNING id`,
      [...values, locked.map(({ id }) => id)],
    );
    return rows.map(({ id }) => id);
  });
}
