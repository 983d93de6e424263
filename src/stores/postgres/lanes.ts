import type { Bindable, Statements } from './database.ts';

export interface LaneRow {
  id: number;
  team: string;
  tat: number;
  /** When the lane was due, before it was leased. */
  due: number;
}

/** The queues of destinations, inside the caller's transaction. Times are of the server's clock. */
export const lanes = {
  /** Locks the lanes of deliveries. @param where condition of the deliveries, which indexes answer */
  lockOf(tx: Statements, where: string, values: readonly Bindable[]): void {
    void tx.run(
      `SELECT id FROM lanes WHERE id IN (SELECT lane FROM deliveries WHERE ${where}) ORDER BY id FOR NO KEY UPDATE`,
      values,
    );
  },

  /** Marks locked lanes as having work. */
  wakeLocked(tx: Statements, ids: readonly number[]): void {
    if (ids.length > 0) void tx.run('UPDATE lanes SET waiting = true WHERE id = ANY($1) AND NOT waiting', [ids]);
  },

  /** Leases up to `limit` lanes that are due: first those whose lease ran out, else a backlog would delay what a killed instance had. */
  lease(
    tx: Statements,
    owner: string,
    now: number,
    until: number,
    limit: number,
    onHold: readonly string[],
  ): Promise<LaneRow[]> {
    return tx.query<LaneRow>(
      `WITH due AS (
         SELECT id, ready_at FROM lanes WHERE waiting AND ready_at <= $1 AND team <> ALL($4::text[])
         ORDER BY lease_owner IS NULL, ready_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE lanes l SET ready_at = $2, lease_owner = $5 FROM due WHERE l.id = due.id
       RETURNING l.id, l.team, l.tat, due.ready_at AS due`,
      [now, until, limit, onHold, owner],
    );
  },

  /**
   * Gives leased lanes without an open delivery back, and puts them to rest. One that an accept under way holds is not put to rest:
   * the rows of that accept cannot be seen yet.
   */
  async rest(tx: Statements, empty: readonly LaneRow[]): Promise<void> {
    const ids = empty.map(({ id }) => id);
    const locked = await tx.query<{ id: number }>(
      'SELECT id FROM lanes WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED',
      [ids],
    );
    const isLocked = new Set(locked.map(({ id }) => id));
    void tx.run(
      `UPDATE lanes l SET lease_owner = NULL, ready_at = u.ready_at,
         waiting = NOT u.locked OR EXISTS (SELECT FROM deliveries d WHERE d.lane = l.id AND d.open = 1)
       FROM unnest($1::bigint[], $2::float8[], $3::boolean[]) u (id, ready_at, locked) WHERE l.id = u.id`,
      [ids, empty.map(({ due }) => due), ids.map((id) => isLocked.has(id))],
    );
  },

  /** Prolongs leases: the deliveries' files are still to be sent. Does nothing for one that another instance has. */
  renew(tx: Statements, owner: string, now: number, each: readonly { lane: number; readyAt: number }[]): void {
    if (each.length === 0) return;
    void tx.run(
      `UPDATE lanes l SET lease_owner = $1, ready_at = u.ready_at
       FROM unnest($2::bigint[], $3::float8[]) u (id, ready_at)
       WHERE l.id = u.id AND (l.lease_owner IS NULL OR l.lease_owner = $1 OR l.ready_at <= $4)`,
      [owner, each.map(({ lane }) => lane), each.map(({ readyAt }) => readyAt), now],
    );
  },

  /** Ends leases. Does nothing for one that ran out and that another instance has. */
  free(tx: Statements, owner: string, each: readonly { lane: number; readyAt: number; tat: number }[]): void {
    if (each.length === 0) return;
    void tx.run(
      `UPDATE lanes l SET lease_owner = NULL, ready_at = u.ready_at, tat = u.tat
       FROM unnest($2::bigint[], $3::float8[], $4::float8[]) u (id, ready_at, tat)
       WHERE l.id = u.id AND l.lease_owner = $1`,
      [owner, each.map(({ lane }) => lane), each.map(({ readyAt }) => readyAt), each.map(({ tat }) => tat)],
    );
  },

  /** Ends all leases of an instance. */
  async release(db: Statements, owner: string, now: number): Promise<void> {
    await db.run(
      `UPDATE lanes SET lease_owner = NULL, ready_at = $1
       WHERE id IN (SELECT id FROM lanes WHERE lease_owner = $2 ORDER BY id FOR NO KEY UPDATE)`,
      [now, owner],
    );
  },

  async nextDue(db: Statements, onHold: readonly string[]): Promise<number> {
    const [row] = await db.query<{ due: number | null }>(
      'SELECT min(ready_at) AS due FROM lanes WHERE waiting AND team <> ALL($1::text[])',
      [onHold],
    );
    return row?.due ?? Number.POSITIVE_INFINITY;
  },
};
