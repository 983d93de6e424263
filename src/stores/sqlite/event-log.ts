import type { EventLogStore, LoggedEvent, NewEvent } from '../../ports/event-log-store.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Database } from './database.ts';

export interface EventLogTable {
  /** Inside the caller's transaction. */
  write(event: NewEvent, now: number): void;
  after(position: number, limit: number): LoggedEvent[];
  bytes(after: number, upTo: number): number;
  ends(): { first: number; last: number };
  /** Inside the caller's transaction: deletes at most `limit` of the oldest events. Returns their number. */
  prune(upTo: number, before: number, limit: number): number;
}

/** Events that one transaction deletes: some 5 ms. */
const prunedAtOnce = 2_000;

/** The log of events. A writer has the database for itself, so positions are in the order of the commits. */
export function createEventLogTable(db: Database): EventLogTable {
  const insert = db.prepare('INSERT INTO event_log (at, id, team, body) VALUES (?, ?, ?, ?)');
  const after = db.prepare<[number, number], LoggedEvent>(
    'SELECT position, at, id, team, body FROM event_log WHERE position > ? ORDER BY position LIMIT ?',
  );
  // SQLite knows the length of a text without reading it.
  const bytes = db
    .prepare<[number, number], number>(
      'SELECT coalesce(sum(octet_length(body)), 0) FROM event_log WHERE position > ? AND position <= ?',
    )
    .pluck();
  const first = db.prepare<[], number | null>('SELECT min(position) FROM event_log').pluck();
  const last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'event_log'").pluck();
  // Events are nearly in the order of their times, so the oldest position that stays ends the deletion.
  const kept = db
    .prepare<[number, number], number>(
      'SELECT position FROM event_log WHERE position > ? AND at >= ? ORDER BY position LIMIT 1',
    )
    .pluck();
  const remove = db.prepare(
    'DELETE FROM event_log WHERE position IN (SELECT position FROM event_log WHERE position < ? ORDER BY position LIMIT ?)',
  );

  return {
    write: ({ id, team, body }, now) => void insert.run(now, id, team, body),
    after: (position, limit) => after.all(position, limit),
    bytes: (from, upTo) => bytes.get(from, upTo) ?? 0,
    ends() {
      const newest = last.get() ?? 0;
      return { first: first.get() ?? newest + 1, last: newest };
    },
    prune(upTo, before, limit) {
      const end = kept.get(upTo, before) ?? Number.MAX_SAFE_INTEGER;
      return remove.run(end, limit).changes;
    },
  };
}

export function createEventLogStore(
  table: EventLogTable,
  queue: CommitQueue,
  trusted: (before: number) => number,
): Omit<EventLogStore, 'onEvents'> {
  return {
    orderEvents: async () => 0,
    eventsAfter: async (position, limit) => table.after(position, limit),
    eventBytes: async (after, upTo) => table.bytes(after, upTo),
    eventEnds: async () => table.ends(),
    async pruneEvents(upTo, before) {
      for (;;) {
        const deleted = await queue.run(() => table.prune(upTo, trusted(before), prunedAtOnce));
        if (deleted < prunedAtOnce) return;
      }
    },
  };
}
