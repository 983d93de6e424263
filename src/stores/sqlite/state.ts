import type { StateChange } from '../../ports/unit-of-work.ts';
import { stateChanged } from '../common/state.ts';
import type { Database } from './database.ts';

export interface StateTable {
  /** Inside the caller's transaction. @throws WrongState when `was` is another value */
  write(change: StateChange, now: number): void;
  read(name: string): string | null;
  /** Inside the caller's transaction: deletes values written before a time. */
  prune(before: number): void;
}

/** The stored values of modules, by name. */
export function createStateTable(db: Database): StateTable {
  const write = db.prepare('INSERT OR REPLACE INTO module_state (name, value, updated_at) VALUES (?, ?, ?)');
  const forget = db.prepare('DELETE FROM module_state WHERE name = ?');
  const read = db.prepare<[string], string>('SELECT value FROM module_state WHERE name = ?').pluck();
  const current = (name: string) => (read.get(name) as string | undefined) ?? null;
  const prune = db.prepare('DELETE FROM module_state WHERE updated_at < ?');

  return {
    write({ name, value, was }, now) {
      if (was !== undefined && was !== current(name)) throw stateChanged(name);
      if (value === null) forget.run(name);
      else write.run(name, value, now);
    },
    read: current,
    prune: (before) => void prune.run(before),
  };
}
