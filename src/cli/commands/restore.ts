import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../app/index.ts';
import { databaseOf, makeDataFolder } from '../../config/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { makePrivate } from '../../files/modes.ts';
import { kindOfEntry } from '../../files/regular.ts';
import { giveNewName, syncFolder } from '../../files/write.ts';
import { createSqliteStore, isDamage, openDatabase, sqliteCode } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { inspectDatabaseFile } from '../database-file.ts';
import { restoreDatabase } from '../restore-database.ts';
import { contentsText, copyStore, removeStore } from '../store-copy.ts';
import { isUnusedStore } from '../unused-store.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Replace the store by a backup, while no program runs. The previous store is kept beside it.',
  usage: '<file> [--force] [--without-log]',
  options: {
    force: { type: 'boolean', description: 'Replace a store that is not empty.' },
    'without-log': {
      type: 'boolean',
      description: 'Accept a plain copy of a store without its log (-wal), which was copied while no program ran.',
    },
  },
  words: [1, 1],
  async run({ values, words: [file = ''], io }) {
    const config = loadConfig(io.env);
    const dir = config.DATA_DIR;
    const store = join(dir, 'ultronex.db');
    const database = databaseOf(config);
    // Before SQLite opens the file: opening a FIFO would block.
    const { log } = inspectDatabaseFile(file);
    if (log === false && !values['without-log']) throw logMissing(file);
    makeDataFolder(dir);
    if (database === null) refuseToReplace(dir, store, values.force);
    const fresh = join(dir, `.restore-${randomBytes(6).toString('hex')}.db`);
    try {
      const contents = await copyStore(file, fresh, { strict: true });
      await tryOut(fresh);
      if (database !== null) {
        for (const line of await restoreDatabase(fresh, database, values.force)) io.out(line);
        io.out(whatIsSent);
        return exit.ok;
      }
      // When root runs this, the program's user must be able to write the file.
      if (process.getuid?.() === 0) chownSync(fresh, statSync(dir).uid, statSync(dir).gid);
      const old = replace(store, fresh);
      syncFolder(dir);
      io.out(`${store}: ${contentsText(contents)}`);
      if (old !== null) io.out(`The previous store: ${old}`);
      io.out(whatIsSent);
      return exit.ok;
    } finally {
      removeStore(fresh);
    }
  },
});

const whatIsSent =
  'Messages that were queued at the time of the backup are sent at the next start, unless they have expired.';

/** @throws CommandFailed when a store is there that was used, and `--force` is not given */
function refuseToReplace(dir: string, store: string, force = false): void {
  const kind = kindOfEntry(store);
  if (kind !== null) throw new CommandFailed(`${store} is ${kind}, not a file. Move it away; nothing was changed.`);
  if (existsSync(store) && !force && !isUnusedStore(dir, store)) {
    throw new CommandFailed(`${store} is there already. With --force it is kept under another name.`);
  }
}

/** Returns the error for a copy without its log: SQLite keeps the newest commits there until a checkpoint. */
function logMissing(file: string): CommandFailed {
  return new CommandFailed(
    `${file} is a store copied without its log ${file}-wal, so the newest messages may be missing. Copy both while no program runs, or make a backup with \`ultronex backup\`. If no program ran when it was copied, there was no log: add --without-log.`,
  );
}

/** Opens and closes the store with this program, which migrates an older one. */
async function tryOut(file: string): Promise<void> {
  const store = await createSqliteStore({ file, owner: `restore-${process.pid}`, clock: systemClock, onError() {} });
  await store.close();
}

/** Replaces the store. Returns the new name of the previous one, or null. @throws CommandFailed when a program uses it */
function replace(store: string, fresh: string): string | null {
  const old = existsSync(store)
    ? `${store}.before-${new Date(systemClock.now()).toISOString().replace(/\W/g, '')}`
    : null;
  const release = old === null ? () => {} : own(store);
  try {
    // SQLite would apply a leftover log to the new store.
    for (const end of ['-wal', '-shm']) {
      if (existsSync(store + end)) renameSync(store + end, `${old ?? `${store}.stray`}${end}`);
    }
    // A second name for the old store, then an atomic rename over it: there is a store at every moment.
    if (old !== null) giveNewName(store, old);
    renameSync(fresh, store);
    for (const end of ['', '-wal', '-shm']) makePrivate((old ?? `${store}.stray`) + end);
    return old;
  } finally {
    release();
  }
}

/** Locks the store exclusively, after a checkpoint of its log. Returns the unlock function. @throws CommandFailed when it is in use */
function own(store: string): () => void {
  const db = openDatabase(store, { timeout: 1_000 });
  try {
    // SQLite allows this only to the last connection: https://www.sqlite.org/wal.html
    const mode = db.pragma('journal_mode = DELETE', { simple: true });
    if (mode === 'wal') throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    // A damaged store cannot be locked, and may be replaced.
    if (isDamage(error)) return () => db.close();
    db.close();
    if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error;
    throw new CommandFailed(`A program uses ${store}. Stop it first; nothing was changed.`);
  }
  return () => db.close();
}
