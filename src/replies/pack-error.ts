import { UltronexError } from '../domain/errors.ts';

/** One mistake in a pack; lines count from 1. */
export interface Problem {
  line: number;
  reason: string;
}

/** A pack that is not taken: everything that is wrong with it, in the order of its lines. `line` is the first one. */
export class PackError extends UltronexError {
  override readonly code = 'ERR_PACK';
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
