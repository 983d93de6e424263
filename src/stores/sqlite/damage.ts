import { sqliteCode } from './driver.ts';

/** `restore` keeps the damaged file under another name, and asks for --force because there is a file. */
export const remedyForDamage =
  'Stop the program and restore the last good backup with `ultronex restore FILE --force`, which keeps this file beside it';

/**
 * Returns a sentence about a damaged store with the remedy: `/data/ultronex.db is damaged: … Stop the program and
 * restore …`. Null: the error has another cause, such as a full disk.
 */
export function describeDamage(error: unknown, file: string): string | null {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB') return `${file} is not a SQLite database. ${remedyForDamage}`;
  return code.startsWith('SQLITE_CORRUPT') ? damaged(file, (error as Error).message) : null;
}

export const isDamage = (error: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test(sqliteCode(error));

/** `found`: SQLite's message, or the result of a check, which has several lines. */
export function damaged(file: string, found: string): string {
  return `${file} is damaged: ${onOneLine(found)}. ${remedyForDamage}`;
}

/** SQLite's messages quote names from the file, which may have line breaks. */
export function onOneLine(message: unknown): string {
  return String(message)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 300);
}
