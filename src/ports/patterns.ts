import type { Span } from '../domain/spans.ts';

/** Matches many regular expressions against one text, in linear time. */
export interface PatternSet {
  /**
   * Adding an id again replaces its pattern. `isStored`: it was accepted before, so it is not compiled before it is needed;
   * if it no longer compiles, it matches nothing. @throws PatternRefused with the reason; nothing is added then.
   */
  add(id: string, source: string, how?: { isStored?: boolean }): void;
  remove(id: string): void;
  /**
   * Ids of every pattern that occurs in the text, each once, in no particular order; null: to find out would hold up the
   * event loop for more than some milliseconds. Then `candidates` says which patterns have to be tried elsewhere.
   */
  match(text: string): string[] | null;
  /** The patterns that may occur in the text, found in slices between which the event loop goes on. */
  candidates(text: string): Promise<{ id: string; source: string }[]>;
  readonly size: number;
}

/** One pattern on its own: check it, show where it matches. */
export interface PatternTools {
  /** Whether it can be tracked from now on. @throws PatternRefused */
  check(source: string): void;
  /** Sentences on why it, or a part of it, can never match. @throws PatternRefused */
  warnings(source: string): string[];
  /** At most 100 spans. @throws PatternRefused, also when the text is too long for such a pattern */
  spans(source: string, text: string): Span[];
}

/** A pattern to try on a text, on the account of an owner with a limited allowance of time. */
export interface Try {
  /** Its source. */
  readonly pattern: string;
  /** Index into `allowances`. */
  readonly owner: number;
}

/** `found`: it occurs. `stopped`: it took more than its owner is allowed. `skipped`: the time for this text was over. */
export interface Tried {
  readonly outcome: 'found' | 'absent' | 'stopped' | 'skipped';
  /** The cost, charged to the owner's allowance, in units (`patterns/memory.ts`). */
  readonly units: number;
}

/** Tries patterns outside of the event loop. */
export interface PatternSearch {
  /** In the order of `tries`. Never rejects: what could not be tried is `skipped`. */
  search(text: string, tries: readonly Try[], allowances: readonly number[]): Promise<Tried[]>;
  stop(): Promise<void>;
}
