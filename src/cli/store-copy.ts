import { closeSync, rmSync } from 'node:fs';
import { createPrivate } from '../files/modes.ts';
import { reasonOf } from '../files/reasons.ts';
import { errorCode } from '../lib/error-code.ts';
import type { Database } from '../stores/index.ts';
import {
  foreignParts,
  isNewer,
  onOneLine,
  openDatabase,
  remedyForDamage,
  schemaVersion,
  sqliteCode,
} from '../stores/index.ts';
import { CommandFailed } from './command.ts';

export interface Contents {
  messages: number;
  patterns: number;
  /** Phrases for tables, columns, triggers and views that do not belong to a store. `ultronex restore` refuses a file with any. */
  unknown: string[];
}

/**
 * Copies a store, also while programs write to it: the copy has every commit from before the call. The copy is a single
 * file that only its owner can read, and is checked. https://www.sqlite.org/backup.html
 * @param strict whether to run `checkSchema` on the source before anything is written, and on the copy
 * @throws CommandFailed when source or copy is damaged, or is not a store
 */
export async function copyStore(from: string, to: string, { strict = false } = {}): Promise<Contents> {
  const remedy = strict ? 'Take another backup.' : `${remedyForDamage}.`;
  try {
    const source = openUntrusted(from, { readonly: true });
    try {
      if (strict) checkSchema(source, from);
      closeSync(createPrivate(to));
      // Copied in one step: a commit between two steps would make SQLite start again, endlessly under load.
      await source.backup(to);
    } finally {
      source.close();
    }
    return check(to, from, strict, remedy);
  } catch (error) {
    throw asFailure(error, from, to, remedy);
  }
}

function check(copy: string, from: string, strict: boolean, remedy: string): Contents {
  const db = openUntrusted(copy, { readonly: false });
  try {
    if (strict) checkSchema(db, from);
    // Without WAL, so that the backup is a single file.
    db.pragma('journal_mode = DELETE');
    // https://www.sqlite.org/pragma.html#pragma_integrity_check
    const result = db.pragma('integrity_check(1)', { simple: true });
    if (result !== 'ok') throw new CommandFailed(`${from} is damaged: ${onOneLine(result)}. ${remedy}`);
    const counts = db
      .prepare<[], Omit<Contents, 'unknown'>>(
        'SELECT (SELECT count(*) FROM deliveries) AS messages, (SELECT count(*) FROM subscriptions) AS patterns',
      )
      .get() as Omit<Contents, 'unknown'>;
    return { ...counts, unknown: foreignParts(db).unknown };
  } finally {
    db.close();
  }
}

/** Opens a database with the settings that https://www.sqlite.org/security.html advises for untrusted files. */
export function openUntrusted(file: string, options: { readonly: boolean; timeout?: number }): Database {
  const db = openDatabase(file, options);
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  return db;
}

/**
 * Refuses a file with a schema that no store of its version has: reading through a foreign view would run its expressions.
 * @throws CommandFailed
 */
export function checkSchema(db: Database, file: string): void {
  const version = schemaVersion(db);
  if (isNewer(version)) {
    throw new CommandFailed(
      `${file}: The store is of version ${version}, which is newer than this program. Restore it with the program that made it, or a newer one.`,
    );
  }
  const { unknown, missing } = foreignParts(db);
  if (version < 1) {
    const has = unknown.length === 0 ? 'it has no tables' : `it has ${list(unknown)}`;
    throw new CommandFailed(`${file} is not a store of Ultronex: ${has}. Give a file that \`ultronex backup\` made.`);
  }
  if (missing.length > 0) {
    throw new CommandFailed(
      `${file} is not a whole store of Ultronex: it lacks ${list(missing)}. Take another backup.`,
    );
  }
  if (unknown.length > 0) {
    throw new CommandFailed(
      `${file} is refused, because it has what no store of version ${version} has: ${list(unknown)}. Take another backup; if you added this yourself, drop it in a copy of the file first.`,
    );
  }
}

const shown = 5;

function list(parts: readonly string[]): string {
  const more = parts.length - shown;
  return parts.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Turns errors of SQLite and of the file system into a CommandFailed that names the file and the remedy. */
export function asFailure(error: unknown, from: string, to: string, remedy: string): unknown {
  const code = sqliteCode(error);
  const message = onOneLine((error as Error).message);
  if (code === '') {
    const isOfFiles = /^E(?!RR_)/.test(errorCode(error));
    return isOfFiles ? new CommandFailed(`${to} cannot be written: ${reasonOf(error)}. Nothing was changed.`) : error;
  }
  if (code === 'SQLITE_NOTADB') return new CommandFailed(`${from} is not a SQLite file. ${remedy}`);
  if (/^SQLITE_(CORRUPT|IOERR)/.test(code)) {
    return new CommandFailed(`${from} is damaged: ${message}. ${remedy}`);
  }
  if (code.startsWith('SQLITE_FULL')) {
    return new CommandFailed(`${to} cannot be written: the disk is full. Make room; nothing was changed.`);
  }
  if (code === 'SQLITE_ERROR' && message.startsWith('no such table')) {
    return new CommandFailed(`${from} is not a store of Ultronex: ${message}. ${remedy}`);
  }
  const hint = /^SQLITE_(CANTOPEN|READONLY)/.test(code)
    ? ' Copy it, and its -wal if there is one, into a folder where this user may write.'
    : '';
  return new CommandFailed(`${from} cannot be read: ${message} (${code}).${hint}`);
}

/** Removes a database and the files that SQLite creates beside it. */
export function removeStore(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
}

export function contentsText({ messages, patterns }: Pick<Contents, 'messages' | 'patterns'>): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(messages, 'message')}, ${count(patterns, 'tracked pattern')}`;
}
