import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../app/index.ts';
import { makeDataFolder } from '../../config/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { makePrivate } from '../../files/modes.ts';
import { kindOfEntry } from '../../files/regular.ts';
import { giveNewName, syncFolder } from '../../files/write.ts';
import { createSqliteStore, isDamage, openDatabase, sqliteCode } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { inspectDatabaseFile } from '../database-file.ts';
import { copyStore, describe, removeStore } from '../store-copy.ts';
import { isUnusedStore } from '../unused-store.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Put a backup in place of the store, while no program runs. The store of before is kept beside it.',
  usage: '<file> [--force] [--without-log]',
  options: {
    force: { type: 'boolean', description: 'Also when there is a store already, and not an empty one.' },
    'without-log': {
      type: 'boolean',
      description: 'Also the plain copy of a store whose log (-wal) is missing: it was copied while no program ran.',
    },
  },
  words: [1, 1],
  async run({ values, words: [file = ''], io }) {
    const dir = loadConfig(io.env).DATA_DIR;
    const store = join(dir, 'ultronex.db');
    // Before SQLite opens anything: it would wait for a FIFO.
    const { log } = inspectDatabaseFile(file);
    if (log === false && !values['without-log']) throw logMissing(file);
    makeDataFolder(dir);
    const kind = kindOfEntry(store);
    if (kind !== null) throw new CommandFailed(`${store} is ${kind}, not a file. Move it away; nothing was changed.`);
    if (existsSync(store) && !values.force && !isUnusedStore(dir, store)) {
      throw new CommandFailed(`${store} is there already. With --force it is kept under another name.`);
    }
    const fresh = join(dir, `.restore-${randomBytes(6).toString('hex')}.db`);
    try {
      const contents = await copyStore(file, fresh, { strict: true });
      await tryOut(fresh);
      // Run by root, the program's user must still be able to write it.
      if (process.getuid?.() === 0) chownSync(fresh, statSync(dir).uid, statSync(dir).gid);
      const old = replace(store, fresh);
      syncFolder(dir);
      io.out(`${store}: ${describe(contents)}`);
      if (old !== null) io.out(`The store of before: ${old}`);
      io.out('What was waiting at the time of the backup is sent at the next start, unless it has expired.');
      return exit.ok;
    } finally {
      removeStore(fresh);
    }
  },
});

/** SQLite keeps the newest commits in its log until they are copied into the file. */
function logMissing(file: string): CommandFailed {
  return new CommandFailed(
    `${file} is a store copied without its log ${file}-wal, so the newest messages may be missing. Copy both while no program runs, or make a backup with \`ultronex backup\`. If no program ran when it was copied, there was no log: add --without-log.`,
  );
}

/** This program can open it. An older one is brought up to date. */
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
    if (old !== null) giveNewName(store, old);
    renameSync(fresh, store);
    for (const end of ['', '-wal', '-shm']) makePrivate((old ?? `${store}.stray`) + end);
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
    // What is damaged cannot be locked either, and is replaced all the same.
    if (isDamage(error)) return () => db.close();
    db.close();
    if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error;
    throw new CommandFailed(`A program uses ${store}. Stop it first; nothing was changed.`);
  }
  return () => db.close();
}
