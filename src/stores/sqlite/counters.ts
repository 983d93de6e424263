import { type CounterName, type Counts, counterNames } from '../../domain/counters.ts';
import { cut } from '../../domain/cut.ts';
import type { Database } from './database.ts';

export interface CounterTable {
  /** Inside a transaction: exact. `now` becomes `writtenAt`. */
  add(counts: Counts, now: number): void;
  /** In memory until the next `write`. */
  count(name: CounterName, by: number): void;
  countError(text: string): void;
  hasUnwritten(): boolean;
  /** Inside a transaction; then either `written` or `unwritten`. */
  write(): void;
  written(now: number): void;
  unwritten(): void;
  totals(): Record<CounterName, number>;
  errors(): Record<string, number>;
  writtenAt(): number;
}

/** At most this many different error texts are kept, so that a strange server cannot fill the table. */
const maxErrorTexts = 1_000;
/** Characters; longer error texts are cut. */
const maxErrorText = 300;
const otherErrors = 'Slack error : other';

export function createCounterTable(db: Database, startedAt: number): CounterTable {
  const addCounter = db.prepare(
    'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
  );
  const addError = db.prepare(
    'INSERT INTO slack_errors (text, count) VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET count = count + excluded.count',
  );
  const hasRoom = db
    .prepare<[string, number], number>(
      'SELECT EXISTS (SELECT 1 FROM slack_errors WHERE text = ?) OR (SELECT count(*) FROM slack_errors) < ?',
    )
    .pluck();
  const allCounters = db.prepare<[], { name: CounterName; value: number }>('SELECT name, value FROM counters');
  const allErrors = db.prepare<[], { text: string; count: number }>(
    `SELECT text, count FROM slack_errors ORDER BY count DESC LIMIT ${maxErrorTexts}`,
  );

  let counts = new Map<CounterName, number>();
  let errors = new Map<string, number>();
  let writing = { counts: new Map<CounterName, number>(), errors: new Map<string, number>() };
  let writtenAt = startedAt;

  const plus = <K>(map: Map<K, number>, key: K, by: number) => map.set(key, (map.get(key) ?? 0) + by);

  return {
    add(added, now) {
      writtenAt = now;
      for (const [name, by] of Object.entries(added)) addCounter.run(name, by);
    },
    count: (name, by) => void plus(counts, name, by),
    countError(text) {
      const short = cut(text, maxErrorText, () => '…');
      plus(errors, errors.has(short) || errors.size < maxErrorTexts - 1 ? short : otherErrors, 1);
    },
    hasUnwritten: () => counts.size > 0 || errors.size > 0,
    write() {
      writing = { counts, errors };
      counts = new Map();
      errors = new Map();
      for (const [name, by] of writing.counts) addCounter.run(name, by);
      // One place is kept for the rest.
      for (const [text, by] of writing.errors) {
        addError.run(hasRoom.get(text, maxErrorTexts - 1) === 1 ? text : otherErrors, by);
      }
    },
    written(now) {
      writing = { counts: new Map(), errors: new Map() };
      writtenAt = now;
    },
    unwritten() {
      for (const [name, by] of writing.counts) plus(counts, name, by);
      for (const [text, by] of writing.errors) plus(errors, text, by);
      writing = { counts: new Map(), errors: new Map() };
    },
    totals() {
      const totals = Object.fromEntries(counterNames.map((name) => [name, counts.get(name) ?? 0])) as Record<
        CounterName,
        number
      >;
      for (const { name, value } of allCounters.all()) if (name in totals) totals[name] += value;
      return totals;
    },
    errors() {
      const all: Record<string, number> = {};
      for (const { text, count } of allErrors.all()) all[text] = count;
      for (const [text, count] of errors) {
        const listed = Object.hasOwn(all, text) || Object.keys(all).length < maxErrorTexts ? text : otherErrors;
        all[listed] = (all[listed] ?? 0) + count;
      }
      return all;
    },
    writtenAt: () => writtenAt,
  };
}
