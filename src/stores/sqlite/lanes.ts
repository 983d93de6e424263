import type { Database } from './database.ts';

export interface LaneRow {
  id: number;
  tat: number;
  /** Nothing of the lane is open before it. */
  firstSeq: number;
}

export interface Lanes {
  /** At the start of every transaction: what another process has changed is not relied on. */
  transactionBegun(): void;
  /** A transaction was undone, and the lanes that it made or woke with it. */
  transactionUndone(): void;
  /** The lane's id; made if need be, and marked as having work. */
  wake(team: string, channel: string): number;
  /** The delivery `seq` has something to do again. */
  wakeAt(lane: number, seq: number): void;
  /** Nothing to do in it until it is woken. */
  rest(lane: number): void;
  due(now: number, limit: number): LaneRow[];
  /** For the delivery `seq`; nothing is open before it. */
  lease(lane: number, until: number, seq: number): void;
  renew(lane: number, until: number): void;
  /** Does nothing when the lease ran out and another process has taken the lane. */
  free(lane: number, readyAt: number, tat: number): void;
  releaseAll(now: number): void;
  nextDue(): number;
  /** Forgets lanes without deliveries. */
  prune(): void;
}

/** Lanes remembered as awake; some 100 bytes each. */
const maxKnown = 10_000;

/** The queues of channels: which has work, when it may go on, and whose turn it is. */
export function createLanes(db: Database, owner: string): Lanes {
  const awake = db
    .prepare<[string, string], number>('SELECT id FROM lanes WHERE team = ? AND channel = ? AND waiting = 1')
    .pluck();
  const insert = db
    .prepare<[string, string], number>(
      `INSERT INTO lanes (team, channel, waiting, first_seq)
         VALUES (?, ?, 1, (SELECT ifnull(max(seq), 0) + 1 FROM deliveries))
       ON CONFLICT (team, channel) DO UPDATE SET waiting = 1, first_seq = excluded.first_seq RETURNING id`,
    )
    .pluck();
  const wakeAt = db.prepare(
    `UPDATE lanes SET first_seq = CASE WHEN waiting = 1 THEN min(first_seq, ?) ELSE ? END, waiting = 1 WHERE id = ?`,
  );
  const rest = db.prepare('UPDATE lanes SET waiting = 0 WHERE id = ?');
  const due = db.prepare<[number, number], LaneRow>(
    'SELECT id, tat, first_seq AS firstSeq FROM lanes WHERE waiting = 1 AND ready_at <= ? ORDER BY ready_at LIMIT ?',
  );
  const lease = db.prepare('UPDATE lanes SET lease_owner = ?, ready_at = ?, first_seq = ? WHERE id = ?');
  const renew = db.prepare('UPDATE lanes SET lease_owner = ?, ready_at = ? WHERE id = ?');
  const free = db.prepare(
    'UPDATE lanes SET lease_owner = NULL, ready_at = ?, tat = ? WHERE id = ? AND lease_owner = ?',
  );
  const releaseAll = db.prepare('UPDATE lanes SET lease_owner = NULL, ready_at = ? WHERE lease_owner = ?');
  const nextDue = db.prepare('SELECT min(ready_at) FROM lanes WHERE waiting = 1').pluck();
  const prune = db.prepare(
    'DELETE FROM lanes WHERE waiting = 0 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.lane = lanes.id)',
  );

  const version = db.prepare<[], number>('PRAGMA data_version').pluck();

  // Most messages go to a lane that has work already; asking SQLite each time is a fifteenth of what a durable POST takes.
  const knownAwake = new Map<string, number>();
  let knownVersion = version.get();

  function wake(team: string, channel: string): number {
    const name = `${team} ${channel}`;
    const known = knownAwake.get(name);
    if (known !== undefined) return known;
    const id = awake.get(team, channel) ?? (insert.get(team, channel) as number);
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
    due: (now, limit) => due.all(now, limit),
    lease: (lane, until, seq) => void lease.run(owner, until, seq, lane),
    renew: (lane, until) => void renew.run(owner, until, lane),
    free: (lane, readyAt, tat) => void free.run(readyAt, tat, lane, owner),
    releaseAll: (now) => void releaseAll.run(now, owner),
    nextDue: () => (nextDue.get() as number | null) ?? Number.POSITIVE_INFINITY,
    prune() {
      knownAwake.clear();
      prune.run();
    },
  };
}
