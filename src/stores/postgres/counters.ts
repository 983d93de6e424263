import { type CounterName, type Counts, counterNames } from '../../domain/counters.ts';
import type { CounterStore } from '../../ports/store.ts';
import { type Counted, createTally, maxErrorTexts, otherErrors } from '../common/tally.ts';
import type { Database, Statements } from './database.ts';

export interface CounterParts {
  db: Database;
  /** The number of this instance among those that run. */
  instance(): number;
  now(): number;
  onError(error: unknown): void;
}

export interface Counters extends CounterStore {
  /** In the caller's transaction: exact. `now` becomes `writtenAt`. */
  add(tx: Statements, counts: readonly { team: string; by: Counts }[], now: number): void;
  /** Writes the new counts. Counts that the store refuses are written the next time. Never rejects. */
  write(): Promise<void>;
  /** From now on counts of this team are written, whether it is stored as installed or not: it is the workspace of the program. */
  serve(team: string): void;
  /** After a team was erased: forgets what is not written. */
  forget(team: string): void;
  /** In the caller's transaction: moves the counts of team '' to `team`, and counts for team '' there from now on. */
  adopt(tx: Statements, team: string): void;
}

/** Condition of a team `u.team` whose counts are written: it is installed, or among those of the parameter. */
const isCounted = (
  served: string,
) => `(u.team = ANY(${served}) OR EXISTS (SELECT FROM workspaces w WHERE w.team = u.team)
  OR EXISTS (SELECT FROM installations i WHERE i.team = u.team))`;

/**
 * Counters in rows of this instance, so that instances do not wait for one another. Counts of a team that is not installed, such as
 * one that was erased, are not written.
 */
export function createCounters({ db, instance, now, onError }: CounterParts): Counters {
  let unwritten = createTally();
  /** What a transaction under way writes. */
  let writing = createTally();
  let writtenAt = now();
  let adopter = '';
  const served = new Set(['']);
  const counting = (team: string) => (team === '' ? adopter : team);

  function addAll(tx: Statements, rows: Iterable<[team: string, name: string, by: number]>): void {
    const sums = createTally();
    for (const [team, name, by] of rows) sums.add(counting(team), name, by);
    const list = sums.entries().sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1));
    if (list.length === 0) return;
    void tx.run(
      `INSERT INTO counters AS c (team, name, instance, value)
       SELECT u.team, u.name, $1, u.value FROM unnest($2::text[], $3::text[], $4::bigint[]) u (team, name, value)
       WHERE ${isCounted('$5')}
       ON CONFLICT (team, name, instance) DO UPDATE SET value = c.value + excluded.value`,
      [instance(), ...columnsOf(list), [...served]],
    );
  }

  /** One place of each team is reserved for all other texts. */
  function addErrors(tx: Statements, tally: Counted): void {
    const list = tally.entries().map(([team, text, by]) => [counting(team), text, by] as const);
    if (list.length === 0) return;
    void tx.run(
      `INSERT INTO slack_errors AS e (team, text, count)
       SELECT team, text, sum(count) FROM (
         SELECT u.team, CASE WHEN EXISTS (SELECT FROM slack_errors k WHERE k.team = u.team AND k.text = u.text)
             OR (SELECT count(*) FROM slack_errors k WHERE k.team = u.team) < $4 THEN u.text ELSE $5 END AS text, u.count
         FROM unnest($1::text[], $2::text[], $3::bigint[]) u (team, text, count) WHERE ${isCounted('$6')}) given
       GROUP BY team, text ORDER BY team, text
       ON CONFLICT (team, text) DO UPDATE SET count = e.count + excluded.count`,
      [...columnsOf(list), maxErrorTexts - 1, otherErrors, [...served]],
    );
  }

  return {
    count: (team, name, by = 1) => unwritten.add(counting(team), name, by),
    countError: (team, text) => unwritten.addError(counting(team), text),
    add(tx, counts, at) {
      writtenAt = at;
      addAll(
        tx,
        counts.flatMap(({ team, by }) =>
          Object.entries(by).map(([name, value]) => [team, name, value] as [string, string, number]),
        ),
      );
    },
    serve: (team) => void served.add(team),
    forget(team) {
      served.delete(team);
      unwritten.forget(team);
    },
    async write() {
      if (unwritten.isEmpty()) return;
      writing = unwritten;
      unwritten = createTally();
      try {
        await db.transaction(async (tx) => {
          addAll(tx, writing.entries());
          addErrors(tx, writing.errors);
        });
        writtenAt = now();
      } catch (error) {
        for (const [team, name, by] of writing.entries()) unwritten.add(team, name, by);
        for (const [team, text, by] of writing.errors.entries()) unwritten.errors.add(team, text, by);
        onError(error);
      } finally {
        writing = createTally();
      }
    },
    async counters(team) {
      const rows = await db.query<{ name: CounterName; value: number }>(
        'SELECT name, sum(value)::bigint AS value FROM counters WHERE team = $1 GROUP BY name',
        [team],
      );
      const totals = Object.fromEntries(
        counterNames.map((name) => [name, unwritten.of(team, name) + writing.of(team, name)]),
      ) as Record<CounterName, number>;
      for (const { name, value } of rows) if (name in totals) totals[name] += value;
      return { totals, writtenAt };
    },
    async errors(team) {
      const rows = await db.query<{ text: string; count: number }>(
        `SELECT text, count FROM slack_errors WHERE team = $1 ORDER BY count DESC LIMIT ${maxErrorTexts}`,
        [team],
      );
      const all: Record<string, number> = {};
      for (const { text, count } of rows) all[text] = count;
      for (const tally of [writing.errors, unwritten.errors]) {
        for (const [text, count] of tally.allOf(team)) {
          const isListed = Object.hasOwn(all, text) || Object.keys(all).length < maxErrorTexts;
          const listed = isListed ? text : otherErrors;
          all[listed] = (all[listed] ?? 0) + count;
        }
      }
      return all;
    },
    adopt(tx, team) {
      void tx.run(
        `WITH moved AS (DELETE FROM counters WHERE team = '' RETURNING name, value)
         INSERT INTO counters AS c (team, name, instance, value)
         SELECT $1, name, $2, sum(value) FROM moved GROUP BY name
         ON CONFLICT (team, name, instance) DO UPDATE SET value = c.value + excluded.value`,
        [team, instance()],
      );
      void tx.run(
        `WITH moved AS (DELETE FROM slack_errors WHERE team = '' RETURNING text, count)
         INSERT INTO slack_errors AS e (team, text, count) SELECT $1, text, count FROM moved
         ON CONFLICT (team, text) DO UPDATE SET count = e.count + excluded.count`,
        [team],
      );
      unwritten.move('', team);
      adopter = team;
    },
  };
}

const columnsOf = (rows: readonly (readonly [string, string, number])[]) => [
  rows.map(([team]) => team),
  rows.map(([, name]) => name),
  rows.map(([, , by]) => by),
];
