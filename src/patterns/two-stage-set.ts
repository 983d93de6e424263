import type { PatternSet } from '../ports/patterns.ts';
import { accept, acceptStored } from './accept.ts';
import type { Entry } from './entry.ts';
import { Matcher, type OnBroken } from './matcher.ts';
import type { Budget, Memory } from './memory.ts';
import { readable } from './readable.ts';
import { Segments } from './segments.ts';

/** Longest text that is read in the event loop without a pause, UTF-16 units. */
const maxLength = 64 * 1024;
/** Limit for one text in the event loop, in units (`Budget`): about a millisecond. */
const unitsAText = 400_000;
/** Characters that are read between two pauses: about a millisecond. */
const charactersASlice = 256 * 1024;

/**
 * Returns an empty set. Stage one reads the text once and finds the patterns whose literals it has; stage two searches for
 * those. Both are bounded: `match` returns null for a text that takes longer, and the caller goes on with `candidates`.
 */
export function createTwoStageSet(memory: Memory, pause: () => Promise<void>, onBroken?: OnBroken): PatternSet {
  const entries = new Map<string, Entry>();
  const segments = new Segments(memory, pause);

  function remove(id: string): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entry.alive = false;
    entries.delete(id);
    segments.died(entries.size);
  }

  return {
    add(id, source, { isStored = false } = {}) {
      const { size, clauses } = isStored ? acceptStored(source) : accept(source);
      remove(id);
      const matcher = new Matcher([source], memory, onBroken);
      const entry = { id, source, programSize: size, matcher, clauses, alive: true };
      entries.set(id, entry);
      segments.add(entry);
    },
    remove,
    match(text) {
      if (text.length > maxLength || !segments.isReady()) return null;
      const seen = readable(text);
      const ids: string[] = [];
      const budget: Budget = { units: unitsAText, perCharacter: 0 };
      return segments.match(seen, budget, ids) ? ids : null;
    },
    async candidates(text) {
      await segments.ready();
      const seen = readable(text);
      const found = new Set<Entry>();
      for (const _ of segments.candidates(seen, charactersASlice, found)) await pause();
      return [...found].filter(({ alive }) => alive);
    },
    get size() {
      return entries.size;
    },
  };
}
