import { closeSync, openSync, rmSync } from 'node:fs';
import { openDatabase, sqliteCode } from '../stores/sqlite/driver.ts';
import { CommandFailed } from './command.ts';

export interface Contents {
  messages: number;
  patterns: number;
}

/**
 * Copies a store, also while programs write to it: the copy has every commit from before the start. One file, readable
 * by its owner alone, checked. https://www.sqlite.org/backup.html
 * @throws CommandFailed when one of the two is damaged or is no store
 */
export async function copyStore(from: string, to: string): Promise<Contents> {
  const source = openDatabase(from, { readonly: true });
  try {
    closeSync(openSync(to, 'wx', 0o600));
    // In one step: between two of them somebody else's commit would make SQLite begin again, without end under load.
    await source.backup(to);
  } catch (error) {
    throw asFailure(error, from);
  } finally {
    source.close();
  }
  return check(to, from);
}

function check(copy: string, from: string): Contents {
  const db = openDatabase(copy);
  try {
    // Without a log beside it, so that this one file is all there is to keep.
    db.pragma('journal_mode = DELETE');
    // https://www.sqlite.org/pragma.html#pragma_integrity_check
    const said = db.pragma('integrity_check(1)', { simple: true });
    if (said !== 'ok') throw new CommandFailed(`${from} is damaged: ${said}. Restore the last good backup.`);
    return db
      .prepare<[], Contents>(
        'SELECT (SELECT count(*) FROM deliveries) AS messages, (SELECT count(*) FROM subscriptions) AS patterns',
      )
      .get() as Contents;
  } catch (error) {
    throw asFailure(error, from);
  } finally {
    db.close();
  }
}

function asFailure(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  const { message } = error as Error;
  if (code === 'SQLITE_NOTADB') return new CommandFailed(`${file} is not a SQLite file.`);
  if (/^SQLITE_(CORRUPT|IOERR)/.test(code)) return new CommandFailed(`${file} is damaged: ${message}.`);
  if (code === 'SQLITE_ERROR' && message.startsWith('no such table')) {
    return new CommandFailed(`${file} is not a store of Ultronex: ${message}.`);
  }
  return error;
}

/** A database with what SQLite may have put beside it. */
export function removeStore(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
}

export function describe({ messages, patterns }: Contents): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(messages, 'message')}, ${count(patterns, 'tracked pattern')}`;
}
