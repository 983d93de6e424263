import type { Clause } from './literals.ts';
import type { Matcher } from './matcher.ts';

/** One pattern of a set. */
export interface Entry {
  readonly id: string;
  readonly source: string;
  /** In RE2 instructions, about. */
  readonly programSize: number;
  readonly matcher: Matcher;
  /** Rarest first; empty: the pattern has no literal to look for. */
  readonly clauses: readonly Clause[];
  /** False once it was removed or replaced: segments keep it until they are rebuilt. */
  alive: boolean;
}
