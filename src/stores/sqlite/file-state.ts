import { type Stats, statSync } from 'node:fs';
import { StoreUnavailable } from '../../domain/errors.ts';
import { damaged, isDamage } from './damage.ts';
import { asStoreError } from './store-error.ts';

/** Whether the store's file is still the one that was opened, and whole. */
export interface FileState {
  /** The error to hand to a caller, see `asStoreError`. Remembers damage. */
  told(error: unknown): unknown;
  /** Looks whether the path still leads to the file that was opened. */
  look(): void;
  /** Why nothing may be written: its path leads elsewhere now, so what is written would be lost when this process ends. */
  refusal(): StoreUnavailable | null;
  /** Why the store is not well: `refusal`, or damage that was met, however many writes succeed after it. */
  trouble(): StoreUnavailable | null;
}

const pageBytes = 4_096;

/**
 * SQLite goes on writing into a file that was removed, without an error. Only the path is looked at: to open the file a
 * second time and close it would end SQLite's locks on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 * `file`: open by now, or ':memory:'. `onTrouble`: once for each new refusal.
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
      refusal = problem === null ? null : new StoreUnavailable(problem);
      if (refusal !== null) onTrouble(refusal);
    },
    refusal: () => refusal,
    trouble: () => refusal ?? damage,
  };
}

function problemWith(file: string, opened: Stats): string | null {
  let now: Stats | undefined;
  try {
    now = statSync(file, { throwIfNoEntry: false });
  } catch {
    // A disk that does not answer: the next write says why.
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
