import type { Clause } from './literals.ts';
import type { Matcher } from './matcher.ts';

/** One pattern of a set. */
export interface Entry {
  readonly id: string;
  readonly source: string;
  /** Approximate number of RE2 instructions. */
  readonly programSize: number;
  readonly matcher: Matcher;
  /** Rarest first; empty for a pattern without a usable literal. */
  readonly clauses: readonly Clause[];
  /** False once it is removed or replaced. Segments keep dead entries until they are rebuilt. */
  alive: boolean;
}
