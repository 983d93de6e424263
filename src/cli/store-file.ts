import { chownSync, closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPrivate } from '../files/modes.ts';
import { giveNewName, syncFolder } from '../files/write.ts';
import { errorCode } from '../lib/error-code.ts';
import { type Database, lockSqlite, onOneLine, openDatabase, remedyForDamage } from '../stores/index.ts';
import { CommandFailed } from './command.ts';
import { inspectDatabaseFile } from './database-file.ts';
import { asFailure, checkSchema, openUntrusted, removeStore } from './store-copy.ts';

/** @throws CommandFailed when the file is there, or its folder is not */
export function refusePath(file: string): void {
  if (existsSync(file)) throw alreadyThere(file);
  if (!existsSync(dirname(file))) throw new CommandFailed(`There is no folder ${dirname(file)}; make it first.`);
}

const alreadyThere = (file: string): CommandFailed =>
  new CommandFailed(`${file} is there already; nothing is overwritten. Give another name.`);

/**
 * Makes a file under another name, and gives it its name when it is complete. So a file of that name is always whole.
 * @throws CommandFailed when there is one meanwhile
 */
export async function makeWhole<T>(file: string, make: (beside: string) => Promise<T>): Promise<T> {
  const beside = `${file}.${process.pid}.partial`;
  try {
    const value = await make(beside);
    // Unlike a rename, it fails if the file was created meanwhile.
    giveNewName(beside, file);
    syncFolder(dirname(file));
    return value;
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? alreadyThere(file) : error;
  } finally {
    removeStore(beside);
  }
}

/** Makes a store in a new file, which only its owner can read, and checks it. `fill` writes it. */
export async function makeStoreFile<T>(file: string, fill: (db: Database) => Promise<T>): Promise<T> {
  closeSync(createPrivate(file));
  const db = openDatabase(file);
  try {
    const value = await fill(db);
    const result = db.pragma('integrity_check(1)', { simple: true });
    if (result !== 'ok') throw new CommandFailed(`${file} is damaged: ${onOneLine(result)}. Look at its disk.`);
    db.close();
    syncFile(file);
    return value;
  } catch (error) {
    throw asFailure(error, file, file, 'Look at its disk.');
  } finally {
    db.close();
  }
}

/** The file was written without syncs. */
function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const otherFile = 'It is no store of Ultronex; give the file of one, such as data/ultronex.db, or of a backup.';

/** The program's user must be able to write a store that root made in its folder. */
export function giveToFolder(file: string): void {
  const { uid, gid } = statSync(dirname(file));
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}

/**
 * Opens a store that no program has open, checks it, and keeps programs from opening it.
 * @param isNamed the user named the file, which may be any; otherwise it is that of the settings
 * @throws CommandFailed
 */
export async function readingStore<T>(
  file: string,
  read: (db: Database) => Promise<T>,
  { isNamed = false } = {},
): Promise<T> {
  const remedy = `${remedyForDamage}.`;
  inspectDatabaseFile(file, isNamed ? otherFile : remedy);
  const db = openUntrusted(file, { readonly: false, timeout: 1_000 });
  try {
    await lockSqlite(db, file);
    checkSchema(db, file);
    const result = db.pragma('integrity_check(1)', { simple: true });
    if (result !== 'ok') throw new CommandFailed(`${file} is damaged: ${onOneLine(result)}. ${remedy}`);
    return await read(db);
  } catch (error) {
    throw asFailure(error, file, file, remedy);
  } finally {
    db.close();
  }
}
