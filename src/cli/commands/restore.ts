import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { systemClock } from '../../domain/clock.ts';
import { openDatabase, sqliteCode } from '../../stores/sqlite/driver.ts';
import { createSqliteStore } from '../../stores/sqlite/store.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { copyStore, describe, removeStore } from '../store-copy.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Put a backup in place of the store, while no program runs. The store of before is kept beside it.',
  usage: '<file> [--force]',
  options: { force: { type: 'boolean', description: 'Also when there is a store already.' } },
  words: [1, 1],
  async run({ values, words: [file = ''], io }) {
    const dir = loadConfig(io.env).DATA_DIR;
    const store = join(dir, 'ultronex.db');
    if (!existsSync(file)) throw new CommandFailed(`There is no ${file}.`);
    if (existsSync(store) && !values.force) {
      throw new CommandFailed(`${store} is there already. With --force it is kept under another name.`);
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const fresh = join(dir, `.restore-${process.pid}.db`);
    try {
      const contents = await copyStore(file, fresh);
      await tryOut(fresh);
      // Run by root, the program's user must still be able to write it.
      if (process.getuid?.() === 0) chownSync(fresh, statSync(dir).uid, statSync(dir).gid);
      const old = replace(store, fresh);
      sync(dir);
      io.out(`${store}: ${describe(contents)}`);
      if (old !== null) io.out(`The store of before: ${old}`);
      io.out('What was waiting at the time of the backup is sent at the next start, unless it has expired.');
      return exit.ok;
    } finally {
      removeStore(fresh);
    }
  },
});

/** This program can open it: it is not from a newer one. An older one is brought up to date. */
async function tryOut(file: string): Promise<void> {
  const store = await createSqliteStore({ file, owner: `restore-${process.pid}`, clock: systemClock, onError() {} });
  await store.close();
}

/** Answers the new name of what was there; null: nothing was. @throws CommandFailed when a program uses it */
function replace(store: string, fresh: string): string | null {
  const old = existsSync(store)
    ? `${store}.before-${new Date(systemClock.now()).toISOString().replace(/\W/g, '')}`
    : null;
  const release = old === null ? () => {} : own(store);
  try {
    // A log that stays would be played into the new store.
    for (const end of ['-wal', '-shm']) {
      if (existsSync(store + end)) renameSync(store + end, `${old ?? `${store}.stray`}${end}`);
    }
    // A second name, and then the first one goes over: at no moment is there no store.
    if (old !== null) linkSync(store, old);
    renameSync(fresh, store);
    return old;
  } finally {
    release();
  }
}

/** Locks it against everybody else, with all that was in its log; the answer lets go. */
function own(store: string): () => void {
  const db = openDatabase(store, { timeout: 1_000 });
  try {
    // Only the one connection that is left may do this: https://www.sqlite.org/wal.html
    const mode = db.pragma('journal_mode = DELETE', { simple: true });
    if (mode === 'wal') throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    const code = sqliteCode(error);
    // What is damaged cannot be locked either, and is replaced all the same.
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return () => db.close();
    db.close();
    if (!code.startsWith('SQLITE_BUSY')) throw error;
    throw new CommandFailed(`A program uses ${store}. Stop it first; nothing was changed.`);
  }
  return () => db.close();
}

function sync(dir: string): void {
  const handle = openSync(dir, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
