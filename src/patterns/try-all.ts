import type { Tried, Try } from '../ports/patterns.ts';
import { groupsOf } from './literal-free.ts';
import { Matcher } from './matcher.ts';
import { programSize } from './measure.ts';
import type { Memory } from './memory.ts';
import { readable } from './readable.ts';
import { readPattern } from './syntax.ts';
import { translate } from './translate.ts';

/** Units that a pattern may use on a text without a charge to its owner: a fixed number, and more per character. */
const freeUnits = 20_000;
const freeUnitsACharacter = 1;
/** Most units of its owner's allowance that one pattern may use on one text: a tenth of a second. */
const maxUnits = 40_000_000;
/** From this length on patterns run in groups: building a group's automaton pays, since it reads the text once for all. */
const longText = 32 * 1024;
/** Most matchers in the cache. Without their automata they are small. */
const maxMatchers = 10_000;

/** A cache of matchers by their sources. */
export interface Matchers {
  of(sources: readonly string[]): Matcher;
}

export function createMatchers(memory: Memory): Matchers {
  const known = new Map<string, Matcher>();
  return {
    of(sources) {
      const key = sources.join('\n');
      let matcher = known.get(key);
      if (matcher === undefined) {
        if (known.size >= maxMatchers) known.delete(known.keys().next().value as string);
        matcher = new Matcher(sources, memory);
        known.set(key, matcher);
      }
      return matcher;
    },
  };
}

/**
 * Tries patterns on a text, each within its owner's allowance; see `PatternSearch`.
 * @param isOver returns whether the time limit of this text has passed; the remaining patterns are then skipped
 */
export function tryAll(
  raw: string,
  tries: readonly Try[],
  allowances: readonly number[],
  matchers: Matchers,
  isOver: () => boolean,
): Tried[] {
  const text = readable(raw);
  const left = [...allowances];
  const tried: Tried[] = new Array(tries.length).fill({ outcome: 'skipped', units: 0 });
  const sized = tries.map((each, index) => ({
    ...each,
    index,
    programSize: text.length < longText ? 0 : sizeOf(each),
  }));
  const groups = text.length < longText ? sized.map((each) => [each]) : groupsOf(sized);
  for (const group of groups) {
    if (isOver()) break;
    if (group.length > 1) {
      const matcher = matchers.of(group.map(({ pattern }) => pattern));
      // Compilation is not charged: its cost is bounded.
      matcher.prepare();
      const budget = { units: freeUnits * group.length, perCharacter: freeUnitsACharacter };
      if (!matcher.isWild && matcher.search(text, budget)) {
        group.forEach(({ index }, at) => {
          tried[index] = { outcome: matcher.found[at] === 1 ? 'found' : 'absent', units: 0 };
        });
        continue;
      }
    }
    for (const { pattern, owner, index } of group) {
      if (isOver()) break;
      const allowed = Math.min(left[owner] ?? 0, maxUnits);
      const budget = { units: freeUnits + allowed, perCharacter: freeUnitsACharacter };
      const matcher = matchers.of([pattern]);
      matcher.prepare();
      const done = matcher.search(text, budget);
      const used = freeUnits + allowed - budget.units;
      const charged = done ? used - freeUnits - freeUnitsACharacter * text.length : allowed;
      const units = Math.min(allowed, Math.max(0, charged));
      left[owner] = (left[owner] ?? 0) - units;
      tried[index] = { outcome: !done ? 'stopped' : matcher.found[0] === 1 ? 'found' : 'absent', units };
    }
  }
  return tried;
}

function sizeOf({ pattern }: Try): number {
  const structure = readPattern(translate(pattern));
  return structure === null ? Number.POSITIVE_INFINITY : programSize(structure);
}
