import { RE2JS, RE2JSSyntaxException } from 're2js';
import { requiredClauses } from './literals.ts';
import { programSize, shortestMatch } from './measure.ts';
import { compileFlags } from './program.ts';
import { chanceOfAny } from './rarity.ts';
import {
  checkShape,
  emptyMatchRefusal,
  maxProgramSize,
  maxSizeWithoutLiteral,
  refusal,
  syntaxRefusal,
  tooLargeRefusal,
  tooLargeWithoutLiteralRefusal,
} from './refusals.ts';
import { type Node, readPattern } from './syntax.ts';
import { translate } from './translate.ts';

/** A word that so many messages hold is no help. */
const rareChance = 0.1;

/** What the set needs to know of an accepted pattern. */
export interface Accepted {
  /** Null: the reader did not understand it. */
  readonly structure: Node | null;
  /** In RE2 instructions, about. */
  readonly size: number;
  /** See `requiredClauses`. */
  readonly clauses: ReturnType<typeof requiredClauses>;
}

/**
 * Every check that decides whether a pattern can be run at all, however it got here.
 * @throws {PatternRefused}
 */
export function accept(source: string): Accepted {
  return examine(source, false);
}

/**
 * The same for a pattern that was accepted before: what only the compiler can say is left for its first search, since
 * compiling thousands of them would hold up the start.
 * @throws {PatternRefused}
 */
export function acceptStored(source: string): Accepted {
  return examine(source, true);
}

function examine(source: string, isStored: boolean): Accepted {
  checkShape(source);
  const meaning = translate(source);
  const structure = readPattern(meaning);
  // Before compiling: `(a{1000}b{1000}…` would first take the memory that it is refused for.
  const estimate = structure === null ? 0 : programSize(structure);
  if (estimate > maxProgramSize) throw tooLargeRefusal(source, estimate);
  const size = isStored && structure !== null ? estimate : compiledSize(source, meaning, structure);
  if (structure !== null && shortestMatch(structure) === 0) throw emptyMatchRefusal(source);
  return { structure, size: Math.max(size, estimate), clauses: structure === null ? [] : requiredClauses(structure) };
}

function compiledSize(source: string, meaning: string, structure: Node | null): number {
  // A complaint quotes what people wrote, so the translation is only looked at after it.
  const asWritten = parse(source, source);
  const compiled = meaning === source ? asWritten : parse(source, meaning);
  if (compiled.programSize() > maxProgramSize) throw tooLargeRefusal(source, compiled.programSize());
  if (structure === null && compiled.test('')) throw emptyMatchRefusal(source);
  return compiled.programSize();
}

/**
 * The same for a pattern that somebody wants to track now: without a rare word that must be there it runs on every
 * message, so it has to be small. One that is stored already may be larger; see `maxProgramSize`.
 * @throws {PatternRefused}
 */
export function acceptNew(source: string): Accepted {
  const accepted = accept(source);
  const [rarest] = accepted.clauses;
  const isRare = rarest !== undefined && chanceOfAny(rarest) < rareChance;
  if (!isRare && accepted.size > maxSizeWithoutLiteral) {
    throw tooLargeWithoutLiteralRefusal(source, accepted.size);
  }
  return accepted;
}

function parse(source: string, meaning: string): RE2JS {
  try {
    return RE2JS.compile(meaning, compileFlags);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) {
      throw refusal(source, `the parser failed on it (${String(error)})`, 'Write it more simply', error);
    }
    // The parser sees its own flags in front of the source and may quote them.
    throw syntaxRefusal(
      source,
      error.getDescription(),
      error.getPattern()?.replace(/^(?:\(\?[im]+\))+/, '') ?? null,
      error,
    );
  }
}
