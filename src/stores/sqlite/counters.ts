import { type CounterName, type Counts, counterNames } from '../../domain/counters.ts';
import { createTally, maxErrorTexts, otherErrors } from '../common/tally.ts';
import type { Database } from './database.ts';

/** Counts of a team that is not installed, such as one that was erased, are not written. */
export interface CounterTable {
  /** Inside a transaction: exact. `now` becomes `writtenAt`. */
  add(team: string, counts: Counts, now: number): void;
  /** In memory until the next `write`. */
  count(team: string, name: CounterName, by: number): void;
  countError(team: string, text: string): void;
  hasUnwritten(): boolean;
  /** Inside a transaction; then either `written` or `unwritten`. */
  write(): void;
  written(now: number): void;
  unwritten(): void;
  totals(team: string): Record<CounterName, number>;
  errors(team: string): Record<string, number>;
  writtenAt(): number;
  /** From now on counts of this team are written, whether it is stored as installed or not: it is the workspace of the program. */
  serve(team: string): void;
  /** After a team was erased: forgets what is not written. */
  forget(team: string): void;
  /** Inside a transaction: moves the counts of team '' to `team`, and counts for team '' there from now on. */
  adopt(team: string): void;
}

export function createCounterTable(db: Database, startedAt: number): CounterTable {
  const addCounter = db.prepare(
    `INSERT INTO counters (team, name, value) VALUES (?, ?, ?)
     ON CONFLICT (team, name) DO UPDATE SET value = value + excluded.value`,
  );
  const addError = db.prepare(
    `INSERT INTO slack_errors (team, text, count) VALUES (?, ?, ?)
     ON CONFLICT (team, text) DO UPDATE SET count = count + excluded.count`,
  );
  const hasRoom = db
    .prepare<[string, string, string, number], number>(
      `SELECT EXISTS (SELECT 1 FROM slack_errors WHERE team = ? AND text = ?)
           OR (SELECT count(*) FROM slack_errors WHERE team = ?) < ?`,
    )
    .pluck();
  const countersOf = db.prepare<[string], { name: CounterName; value: number }>(
    'SELECT name, value FROM counters WHERE team = ?',
  );
  const errorsOf = db.prepare<[string], { text: string; count: number }>(
    `SELECT text, count FROM slack_errors WHERE team = ? ORDER BY count DESC LIMIT ${maxErrorTexts}`,
  );
  const forgetCounters = db.prepare("DELETE FROM counters WHERE team = ''");
  const forgetErrors = db.prepare("DELETE FROM slack_errors WHERE team = ''");

  const isInstalled = db
    .prepare<[string, string], number>(
      'SELECT EXISTS (SELECT 1 FROM workspaces WHERE team = ?) OR EXISTS (SELECT 1 FROM installations WHERE team = ?)',
    )
    .pluck();

  const served = new Set(['']);
  const isCounted = (team: string) => served.has(team) || isInstalled.get(team, team) === 1;
  let unwritten = createTally();
  let writing = createTally();
  let writtenAt = startedAt;
  /** The team for counts of team ''. */
  let adopter = '';
  const counting = (team: string) => (team === '' ? adopter : team);

  function writeError(team: string, text: string, by: number): void {
    // One place is reserved for all other texts.
    const listed = hasRoom.get(team, text, team, maxErrorTexts - 1) === 1;
    addError.run(team, listed ? text : otherErrors, by);
  }

  return {
    add(team, added, now) {
      writtenAt = now;
      const counted = counting(team);
      if (!isCounted(counted)) return;
      for (const [name, by] of Object.entries(added)) addCounter.run(counted, name, by);
    },
    count: (team, name, by) => unwritten.add(counting(team), name, by),
    countError: (team, text) => unwritten.addError(counting(team), text),
    hasUnwritten: () => !unwritten.isEmpty(),
    write() {
      writing = unwritten;
      unwritten = createTally();
      for (const [team, name, by] of writing.entries()) {
        if (isCounted(counting(team))) addCounter.run(counting(team), name, by);
      }
      for (const [team, text, by] of writing.errors.entries()) {
        if (isCounted(counting(team))) writeError(counting(team), text, by);
      }
    },
    written(now) {
      writing = createTally();
      writtenAt = now;
    },
    unwritten() {
      for (const [team, name, by] of writing.entries()) unwritten.add(team, name, by);
      for (const [team, text, by] of writing.errors.entries()) unwritten.errors.add(team, text, by);
      writing = createTally();
    },
    totals(team) {
      const totals = Object.fromEntries(counterNames.map((name) => [name, unwritten.of(team, name)])) as Record<
        CounterName,
        number
      >;
      for (const { name, value } of countersOf.all(team)) if (name in totals) totals[name] += value;
      return totals;
    },
    errors(team) {
      const all: Record<string, number> = {};
      for (const { text, count } of errorsOf.all(team)) all[text] = count;
      for (const [text, count] of unwritten.errors.allOf(team)) {
        const listed = Object.hasOwn(all, text) || Object.keys(all).length < maxErrorTexts;
        const counted = listed ? text : otherErrors;
        all[counted] = (all[counted] ?? 0) + count;
      }
      return all;
    },
    writtenAt: () => writtenAt,
    serve: (team) => void served.add(team),
    forget(team) {
      served.delete(team);
      unwritten.forget(team);
    },
    adopt(team) {
      for (const { name, value } of countersOf.all('')) addCounter.run(team, name, value);
      for (const { text, count } of errorsOf.all('')) writeError(team, text, count);
      forgetCounters.run();
      forgetErrors.run();
      unwritten.move('', team);
      adopter = team;
    },
  };
}
