import { foldCodePoint, isSettled } from './fold.ts';
import { chanceOfAny, expectedCount } from './rarity.ts';
import type { Node } from './syntax.ts';

/** Folded strings, at least one of which is in every text that matches. */
export type Clause = readonly string[];

/** Facts about every text that a part of a pattern matches. */
interface Facts {
  /** All folded strings that the part matches; null if they are unknown or too many. */
  readonly exact: readonly string[] | null;
  /** Each clause holds for every text that the part matches. */
  readonly clauses: readonly Clause[];
}

/**
 * Limits that keep an automaton for 10,000 patterns within about 30 MB: strings of a concatenation, strings of a clause,
 * UTF-16 units of a string, clauses of a pattern.
 */
const maxCross = 16;
const maxAlternatives = 100;
const maxUnits = 10;
const maxClauses = 4;
/** A clause that a larger share of messages satisfies costs more in the automaton than it saves. */
const worthless = 0.6;

const nothing: Facts = { exact: null, clauses: [] };

/**
 * Returns the literal clauses that every match of a pattern satisfies, rarest first; none without a usable literal.
 * The method is that of RE2's prefilter (Cox, "Regular Expression Matching with a Trigram Index").
 */
export function requiredClauses(node: Node): Clause[] {
  const facts = factsOf(node);
  const clauses = facts.exact === null ? facts.clauses : clauseOf(facts.exact);
  const cut = clauses.map((clause) => [...new Set(clause.map(rarestWindow))]);
  const rated = cut.map((clause) => ({ clause, chance: chanceOfAny(clause) }));
  const useful = rated.filter(({ chance }) => chance <= worthless).sort((a, b) => a.chance - b.chance);
  return useful.slice(0, maxClauses).map(({ clause }) => clause);
}

function factsOf(node: Node): Facts {
  switch (node.type) {
    case 'empty':
      return { exact: [''], clauses: [] };
    case 'char':
      if (node.chars === null || !node.chars.every(isSettled)) return nothing;
      return { exact: [...new Set(node.chars.map(foldCodePoint))], clauses: [] };
    case 'group':
      return factsOf(node.part);
    case 'concat':
      return inSequence(node.parts.map(factsOf));
    case 'alternate':
      return oneOf(node.parts.map(factsOf));
    case 'repeat':
      return repeated(factsOf(node.part), node.min, node.max);
  }
}

function inSequence(parts: readonly Facts[]): Facts {
  const clauses: Clause[] = [];
  let run: readonly string[] = [''];
  let whole = true;
  for (const part of parts) {
    const joined = part.exact === null ? null : cross(run, part.exact);
    if (joined !== null) {
      run = joined;
      continue;
    }
    whole = false;
    clauses.push(...clauseOf(run), ...part.clauses);
    run = part.exact ?? [''];
  }
  return whole ? { exact: run, clauses: [] } : { exact: null, clauses: [...clauses, ...clauseOf(run)] };
}

function oneOf(parts: readonly Facts[]): Facts {
  const exact = parts.flatMap((part) => part.exact ?? []);
  if (parts.every((part) => part.exact !== null) && exact.length <= maxCross) return { exact, clauses: [] };
  const either: string[] = [];
  for (const part of parts) {
    const best = rarest(part.exact === null ? part.clauses : clauseOf(part.exact));
    if (best === undefined) return nothing;
    either.push(...best);
  }
  return either.length <= maxAlternatives ? { exact: null, clauses: [either] } : nothing;
}

function repeated(part: Facts, min: number, max: number): Facts {
  if (min === 0) return max === 1 && part.exact !== null ? { exact: [...part.exact, ''], clauses: [] } : nothing;
  if (min === max && min <= maxUnits) return inSequence(Array.from({ length: min }, () => part));
  return { exact: null, clauses: part.exact === null ? part.clauses : clauseOf(part.exact) };
}

/** Returns every string of one list followed by every string of the other; null if they are too many. */
function cross(heads: readonly string[], tails: readonly string[]): string[] | null {
  if (heads.length * tails.length > maxCross) return null;
  return heads.flatMap((head) => tails.map((tail) => head + tail));
}

/** Every text holds the empty string, so a list with it is no clause. */
function clauseOf(exact: readonly string[]): Clause[] {
  return exact.includes('') ? [] : [exact];
}

function rarest(clauses: readonly Clause[]): Clause | undefined {
  let best: Clause | undefined;
  for (const clause of clauses) if (best === undefined || chanceOfAny(clause) < chanceOfAny(best)) best = clause;
  return best;
}

/** Returns the rarest substring of at most `maxUnits` units. A text with the literal holds it too, and it keeps the automaton small. */
function rarestWindow(text: string): string {
  let best = text.slice(0, maxUnits);
  for (let start = 1; start + maxUnits <= text.length; start++) {
    const window = text.slice(start, start + maxUnits);
    if (expectedCount(window) < expectedCount(best)) best = window;
  }
  return best;
}
