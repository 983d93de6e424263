import type { EventLogStore, LoggedEvent, NewEvent } from '../../ports/event-log-store.ts';
import type { Database, Statements } from './database.ts';

/** Events that one transaction deletes. */
const prunedAtOnce = 2_000;

/** An event with the time of its acceptance. */
export interface AcceptedEvent {
  event: NewEvent;
  now: number;
}

export interface EventLog extends Omit<EventLogStore, 'onEvents'> {
  /** Inside the caller's transaction. */
  write(tx: Statements, events: readonly AcceptedEvent[]): void;
}

/** The log of events. @param trusted see Pruning.trusted */
export function createEventLog(db: Database, trusted: (before: number) => number): EventLog {
  const prune = (upTo: number, before: number): Promise<number> =>
    db.run(
      `DELETE FROM event_log WHERE position IN (SELECT position FROM event_log WHERE position < coalesce(
         (SELECT position FROM event_log WHERE position > $1 AND at >= $2 ORDER BY position LIMIT 1),
         (SELECT last + 1 FROM event_order)) ORDER BY position LIMIT ${prunedAtOnce})`,
      [upTo, before],
    );

  return {
    write(tx, events) {
      void tx.run(
        `INSERT INTO events_out (at, id, team, body) SELECT u.at, u.id, u.team, u.body
         FROM unnest($1::float8[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY u (at, id, team, body, n) ORDER BY u.n`,
        [
          events.map(({ now }) => now),
          events.map(({ event }) => event.id),
          events.map(({ event }) => event.team),
          events.map(({ event }) => event.body),
        ],
      );
    },

    async orderEvents(limit) {
      // Most times there is nothing to do, and then no lock.
      const [waiting] = await db.query('SELECT FROM events_out LIMIT 1');
      if (waiting === undefined) return 0;
      return db.transaction(async (tx) => {
        // The next statement sees what was committed before this lock.
        void tx.run('SELECT FROM event_order FOR UPDATE');
        const [row] = await tx.query<{ count: number }>(
          `WITH moved AS (
             DELETE FROM events_out WHERE seq IN (SELECT seq FROM events_out ORDER BY seq LIMIT $1)
             RETURNING seq, at, id, team, body
           ), logged AS (
             INSERT INTO event_log (position, at, id, team, body)
             SELECT o.last + row_number() OVER (ORDER BY m.seq), m.at, m.id, m.team, m.body FROM moved m, event_order o
             RETURNING position
           )
           UPDATE event_order SET last = last + (SELECT count(*) FROM logged) RETURNING (SELECT count(*) FROM logged) AS count`,
          [limit],
        );
        return row?.count ?? 0;
      });
    },

    eventsAfter: (position, limit) =>
      db.query<LoggedEvent>(
        'SELECT position, at, id, team, body FROM event_log WHERE position > $1 ORDER BY position LIMIT $2',
        [position, limit],
      ),

    // PostgreSQL knows the length of a long text without reading it.
    async eventBytes(after, upTo) {
      const [row] = await db.query<{ bytes: number }>(
        'SELECT coalesce(sum(octet_length(body)), 0)::float8 AS bytes FROM event_log WHERE position > $1 AND position <= $2',
        [after, upTo],
      );
      return row?.bytes ?? 0;
    },

    async eventEnds() {
      const [row] = await db.query<{ first: number; last: number }>(
        'SELECT coalesce((SELECT min(position) FROM event_log), o.last + 1) AS first, o.last FROM event_order o',
      );
      return row ?? { first: 1, last: 0 };
    },

    async pruneEvents(upTo, before) {
      while ((await prune(upTo, trusted(before))) === prunedAtOnce);
    },
  };
}
