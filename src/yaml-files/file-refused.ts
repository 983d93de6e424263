import { UltronexError } from '../domain/errors.ts';

/** An error in a file. Lines count from 1. */
export interface Problem {
  line: number;
  reason: string;
}

/** A file was refused: `problems` are all its errors in the order of lines, `line` is that of the first. */
export class FileRefused extends UltronexError {
  override readonly code = 'ERR_FILE_REFUSED';
  readonly file: string;
  readonly line: number;
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line);
    super(sorted.map(({ line, reason }) => `${file}:${line}: ${reason}`).join('\n'));
    this.file = file;
    this.line = sorted[0]?.line ?? 1;
    this.problems = sorted;
  }
}

const mostProblems = 20;

/** Returns the first problems of a file, and how many more there are: one mistake may cause hundreds. */
export function firstOf(problems: readonly Problem[], what: string): Problem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const shown = sorted.slice(0, mostProblems);
  const left = sorted.length - shown.length;
  const last = shown.at(-1);
  if (left > 0 && last !== undefined) shown.push({ line: last.line, reason: `… and ${left} more ${what}` });
  return shown;
}
