import type { Destination } from '../../domain/destination.ts';
import type { Database } from './database.ts';

export interface LaneRow {
  id: number;
  tat: number;
  /** No delivery of the lane before this one is open. */
  firstSeq: number;
}

export interface Lanes {
  /** Called at the start of every transaction: clears the cache if another process wrote. */
  transactionBegun(): void;
  /** Call after ROLLBACK: clears the cache of awake lanes. */
  transactionUndone(): void;
  /** Returns the lane's id. Creates the lane if needed, and marks it as having work. */
  wake(team: string, destination: Destination): number;
  /** Marks the lane as having work, from the delivery `seq` on. */
  wakeAt(lane: number, seq: number): void;
  /** Marks the lane as having no work. */
  rest(lane: number): void;
  /** `onHold`: teams whose lanes are left out. */
  due(now: number, limit: number, onHold: readonly string[]): LaneRow[];
  /** Leases the lane for the delivery `seq`, its first open one. */
  lease(lane: number, until: number, seq: number): void;
  renew(lane: number, until: number): void;
  /** Ends a lease. Does nothing if it ran out and another process has leased the lane. */
  free(lane: number, readyAt: number, tat: number): void;
  releaseAll(now: number): void;
  nextDue(onHold: readonly string[]): number;
  /** Inside a transaction: lanes without a team become this team's. */
  adopt(team: string): void;
  /** Forgets lanes without deliveries. */
  prune(): void;
  /** Clears the cache of awake lanes, after lanes were deleted. */
  forget(): void;
}

/** The most awake lanes in the cache; some 100 bytes each. */
const maxKnown = 10_000;

/** The queues of destinations: which of them have work, and when each may go on. */
export function createLanes(db: Database, owner: string): Lanes {
  const awake = db
    .prepare<[string, string, string], number>(
      'SELECT id FROM lanes WHERE team = ? AND kind = ? AND address = ? AND waiting = 1',
    )
    .pluck();
  const insert = db
    .prepare<[string, string, string], number>(
      `INSERT INTO lanes (team, kind, address, waiting, first_seq)
         VALUES (?, ?, ?, 1, (SELECT ifnull(max(seq), 0) + 1 FROM deliveries))
       ON CONFLICT (team, kind, address) DO UPDATE SET waiting = 1, first_seq = excluded.first_seq RETURNING id`,
    )
    .pluck();
  const wakeAt = db.prepare(
    `UPDATE lanes SET first_seq = CASE WHEN waiting = 1 THEN min(first_seq, ?) ELSE ? END, waiting = 1 WHERE id = ?`,
  );
  const rest = db.prepare('UPDATE lanes SET waiting = 0 WHERE id = ?');
  const selectDue = 'SELECT id, tat, first_seq AS firstSeq FROM lanes WHERE waiting = 1 AND ready_at <= ?';
  const selectNextDue = 'SELECT min(ready_at) FROM lanes WHERE waiting = 1';
  const notOnHold = 'AND team NOT IN (SELECT value FROM json_each(?))';
  const due = db.prepare<[number, number], LaneRow>(`${selectDue} ORDER BY ready_at LIMIT ?`);
  const dueNotOnHold = db.prepare<[number, string, number], LaneRow>(
    `${selectDue} ${notOnHold} ORDER BY ready_at LIMIT ?`,
  );
  const lease = db.prepare('UPDATE lanes SET lease_owner = ?, ready_at = ?, first_seq = ? WHERE id = ?');
  const renew = db.prepare('UPDATE lanes SET lease_owner = ?, ready_at = ? WHERE id = ?');
  const free = db.prepare(
    'UPDATE lanes SET lease_owner = NULL, ready_at = ?, tat = ? WHERE id = ? AND lease_owner = ?',
  );
  const releaseAll = db.prepare('UPDATE lanes SET lease_owner = NULL, ready_at = ? WHERE lease_owner = ?');
  const nextDue = db.prepare<[], number | null>(selectNextDue).pluck();
  const nextDueNotOnHold = db.prepare<[string], number | null>(`${selectNextDue} ${notOnHold}`).pluck();
  const prune = db.prepare(
    'DELETE FROM lanes WHERE waiting = 0 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.lane = lanes.id)',
  );

  const adopt = db.prepare("UPDATE OR IGNORE lanes SET team = ? WHERE team = ''");

  const version = db.prepare<[], number>('PRAGMA data_version').pluck();

  // Most messages go to a lane that is awake. A query for each would cost a fifteenth of a durable POST.
  const knownAwake = new Map<string, number>();
  let knownVersion = version.get();

  function wake(team: string, { kind, address }: Destination): number {
    const name = `${team} ${kind} ${address}`;
    const known = knownAwake.get(name);
    if (known !== undefined) return known;
    const id = awake.get(team, kind, address) ?? (insert.get(team, kind, address) as number);
    if (knownAwake.size === maxKnown) knownAwake.clear();
    knownAwake.set(name, id);
    return id;
  }

  return {
    transactionBegun() {
      const current = version.get();
      if (current !== knownVersion) knownAwake.clear();
      knownVersion = current;
    },
    transactionUndone: () => knownAwake.clear(),
    wake,
    wakeAt: (lane, seq) => void wakeAt.run(seq, seq, lane),
    rest(lane) {
      knownAwake.clear();
      rest.run(lane);
    },
    due: (now, limit, onHold) =>
      onHold.length === 0 ? due.all(now, limit) : dueNotOnHold.all(now, JSON.stringify(onHold), limit),
    lease: (lane, until, seq) => void lease.run(owner, until, seq, lane),
    renew: (lane, until) => void renew.run(owner, until, lane),
    free: (lane, readyAt, tat) => void free.run(readyAt, tat, lane, owner),
    releaseAll: (now) => void releaseAll.run(now, owner),
    nextDue: (onHold) =>
      (onHold.length === 0 ? nextDue.get() : nextDueNotOnHold.get(JSON.stringify(onHold))) ?? Number.POSITIVE_INFINITY,
    adopt(team) {
      knownAwake.clear();
      adopt.run(team);
    },
    prune() {
      knownAwake.clear();
      prune.run();
    },
    forget: () => knownAwake.clear(),
  };
}
