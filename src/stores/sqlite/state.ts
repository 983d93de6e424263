import type { Database } from './database.ts';

export interface StateTable {
  /** Inside the caller's transaction; null forgets it. */
  write(name: string, value: string | null, now: number): void;
  read(name: string): string | null;
  /** Inside the caller's transaction: forgets what was written before a time. */
  prune(before: number): void;
}

/** What modules remember, by name. */
export function createStateTable(db: Database): StateTable {
  const write = db.prepare('INSERT OR REPLACE INTO module_state (name, value, updated_at) VALUES (?, ?, ?)');
  const forget = db.prepare('DELETE FROM module_state WHERE name = ?');
  const read = db.prepare<[string], string>('SELECT value FROM module_state WHERE name = ?').pluck();
  const prune = db.prepare('DELETE FROM module_state WHERE updated_at < ?');

  return {
    write: (name, value, now) => void (value === null ? forget.run(name) : write.run(name, value, now)),
    read: (name) => (read.get(name) as string | undefined) ?? null,
    prune: (before) => void prune.run(before),
  };
}
