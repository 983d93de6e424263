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

/** Only a literal in less than this share of messages saves work: the pattern is skipped for all others. */
const rareChance = 0.1;

/** An accepted pattern, analysed for the set. */
export interface Accepted {
  /** Null when our own parser does not understand the pattern. */
  readonly structure: Node | null;
  /** Approximate number of RE2 instructions. */
  readonly size: number;
  /** See `requiredClauses`. */
  readonly clauses: ReturnType<typeof requiredClauses>;
}

/**
 * Checks whether a pattern can be run, and analyses it.
 * @throws {PatternRefused}
 */
export function accept(source: string): Accepted {
  return examine(source, false);
}

/**
 * The same for a stored pattern, which was accepted before: it is compiled at its first search, since compiling thousands
 * of patterns would delay the start.
 * @throws {PatternRefused}
 */
export function acceptStored(source: string): Accepted {
  return examine(source, true);
}

function examine(source: string, isStored: boolean): Accepted {
  checkShape(source);
  const meaning = translate(source);
  const structure = readPattern(meaning);
  // Estimated before compiling: `(a{1000}b{1000}…` would already take too much memory in the compiler.
  const estimate = structure === null ? 0 : programSize(structure);
  if (estimate > maxProgramSize) throw tooLargeRefusal(source, estimate);
  const size = isStored && structure !== null ? estimate : compiledSize(source, meaning, structure);
  if (structure !== null && shortestMatch(structure) === 0) throw emptyMatchRefusal(source);
  return { structure, size: Math.max(size, estimate), clauses: structure === null ? [] : requiredClauses(structure) };
}

function compiledSize(source: string, meaning: string, structure: Node | null): number {
  // The source is compiled before its translation, so that a syntax error quotes the text that the user wrote.
  const asWritten = parse(source, source);
  const compiled = meaning === source ? asWritten : parse(source, meaning);
  if (compiled.programSize() > maxProgramSize) throw tooLargeRefusal(source, compiled.programSize());
  if (structure === null && compiled.test('')) throw emptyMatchRefusal(source);
  return compiled.programSize();
}

/**
 * The same for a new pattern, with a stricter limit: without a rare literal it is tried on every message, so it has to be
 * small. A stored one may be larger; see `maxProgramSize`.
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
    // The parser may quote the flags that it puts before the source.
    throw syntaxRefusal(
      source,
      error.getDescription(),
      error.getPattern()?.replace(/^(?:\(\?[im]+\))+/, '') ?? null,
      error,
    );
  }
}
