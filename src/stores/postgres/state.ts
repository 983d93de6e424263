import type { StateChange } from '../../ports/unit-of-work.ts';
import { stateChanged } from '../common/state.ts';
import type { Database, Statements } from './database.ts';

/** The stored values of modules, by name. */
export function createState(db: Database) {
  return {
    /** Inside the caller's transaction; null forgets a value. Of values with the same name the last one counts. `was` is not heeded. */
    write(tx: Statements, values: readonly StateChange[], now: number): void {
      const newest = new Map(values.map(({ name, value }) => [name, value]));
      const names = [...newest.keys()].sort();
      const kept = names.filter((name) => newest.get(name) !== null);
      const forgotten = names.filter((name) => newest.get(name) === null);
      // All rows in the order of their names, before the two statements change some of them each.
      if (names.length > 1)
        void tx.query('SELECT FROM module_state WHERE name = ANY($1) ORDER BY name FOR UPDATE', [names]);
      if (kept.length > 0) {
        void tx.run(
          `INSERT INTO module_state (name, value, updated_at) SELECT name, value, $3
           FROM unnest($1::text[], $2::text[]) u (name, value)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          [kept, kept.map((name) => newest.get(name) ?? ''), now],
        );
      }
      if (forgotten.length > 0) void tx.run('DELETE FROM module_state WHERE name = ANY($1)', [forgotten]);
    },

    /** Tries a real write. */
    async touch(now: number): Promise<void> {
      await db.transaction((tx) =>
        tx.run(
          `INSERT INTO meta (name, value) VALUES ('checked_at', $1)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
          [now],
        ),
      );
    },

    /** Inside the caller's transaction. @throws WrongState when `was` is another value */
    async replace(
      tx: Statements,
      { name, value, was }: StateChange & { was: string | null },
      now: number,
    ): Promise<void> {
      if (was === null && value === null) return;
      // A statement that waited for another transaction compares with what that one wrote.
      const count =
        was === null
          ? await tx.run(
              'INSERT INTO module_state (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
              [name, value, now],
            )
          : value === null
            ? await tx.run('DELETE FROM module_state WHERE name = $1 AND value = $2', [name, was])
            : await tx.run('UPDATE module_state SET value = $2, updated_at = $3 WHERE name = $1 AND value = $4', [
                ...[name, value, now, was],
              ]);
      if (count === 0) throw stateChanged(name);
    },

    async read(name: string): Promise<string | null> {
      const [row] = await db.query<{ value: string }>('SELECT value FROM module_state WHERE name = $1', [name]);
      return row?.value ?? null;
    },
  };
}
