import { type Stats, statSync } from 'node:fs';
import { StoreUnavailable } from '../../domain/errors.ts';
import { damaged, isDamage } from './damage.ts';
import { asStoreError } from './store-error.ts';

/** Watches the store's file: the same one that was opened, and not damaged. */
export interface FileState {
  /** Returns the error for a caller, see `asStoreError`. Remembers damage. */
  told(error: unknown): unknown;
  /** Checks that the path still leads to the file that was opened. */
  look(): void;
  /** The reason to refuse writes: the path leads to another file now, so writes would be lost when this process ends. */
  refusal(): StoreUnavailable | null;
  /** The reason for bad health: `refusal`, or damage that was found, even if later writes succeed. */
  trouble(): StoreUnavailable | null;
}

const pageBytes = 4_096;

/**
 * SQLite continues to write into a removed file without an error, so the path is checked. The file itself is not
 * opened again: closing it would end SQLite's locks on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 * `file`: an open file, or ':memory:'. `onTrouble`: called once for each new refusal.
 */
export function createFileState(file: string, onTrouble: (error: StoreUnavailable) => void): FileState {
  const opened = file === ':memory:' ? undefined : statSync(file, { throwIfNoEntry: false });
  let refusal: StoreUnavailable | null = null;
  let damage: StoreUnavailable | null = null;
  return {
    told(error) {
      const told = asStoreError(error, file);
      if (isDamage(error)) damage = told as StoreUnavailable;
      return told;
    },
    look() {
      if (opened === undefined) return;
      const problem = problemWith(file, opened);
      if (problem === refusal?.message) return;
      refusal = problem === null ? null : replaced(problem);
      if (refusal !== null) onTrouble(refusal);
    },
    refusal: () => refusal,
    trouble: () => refusal ?? damage,
  };
}

const replaced = (problem: string): StoreUnavailable =>
  new StoreUnavailable(problem, { details: { toReader: problem, outcome: 'refused' } });

function problemWith(file: string, opened: Stats): string | null {
  let now: Stats | undefined;
  try {
    now = statSync(file, { throwIfNoEntry: false });
  } catch {
    // The disk does not answer: the next write reports the reason.
    return null;
  }
  const remedy =
    'Put back the file that was there, or restart the program to go on with what is there now. Until then nothing is accepted, for it would be lost.';
  if (now === undefined) return `${file} was removed or moved while the program runs. ${remedy}`;
  if (now.ino !== opened.ino || now.dev !== opened.dev) {
    return `${file} was replaced by another file while the program runs. ${remedy}`;
  }
  const isCutOff = now.size < pageBytes && opened.size >= pageBytes;
  return isCutOff ? `${damaged(file, 'it was cut off while the program runs')}.` : null;
}
