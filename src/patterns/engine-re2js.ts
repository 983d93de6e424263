import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Engine, Subject, Verifier } from './engine.ts';
import { programSize, shortestMatch } from './measure.ts';
import { checkShape, emptyMatchRefusal, maxProgramSize, refusal, syntaxRefusal, tooLargeRefusal } from './refusals.ts';
import { readPattern } from './syntax.ts';

/** RE2 in plain JavaScript: always there. https://github.com/le0pard/re2js */
export const re2jsEngine: Engine = {
  name: 're2js',
  compile: (source) => new Re2jsVerifier(compileChecked(source)),
};

/**
 * Compiles a pattern, matched without regard to case, after every check there is. Whatever engine runs the pattern,
 * this decides whether it is accepted.
 * @throws {PatternRefused}
 */
export function compileChecked(source: string): RE2JS {
  checkShape(source);
  const structure = readPattern(source);
  // Before compiling: `(a{1000}b{1000}…` would first take the memory that it is refused for.
  const size = structure === null ? 0 : programSize(structure);
  if (size > maxProgramSize) throw tooLargeRefusal(source, size);
  const compiled = parse(source);
  if (compiled.programSize() > maxProgramSize) throw tooLargeRefusal(source, compiled.programSize());
  if (compiled.test('') || (structure !== null && shortestMatch(structure) === 0)) throw emptyMatchRefusal(source);
  return compiled;
}

function parse(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) {
      throw refusal(source, `the parser failed on it (${String(error)})`, 'Write it more simply', error);
    }
    // The parser sees its own (?i) in front of the source and may quote it.
    throw syntaxRefusal(source, error.getDescription(), error.getPattern()?.replace(/^\(\?i\)/, '') ?? null, error);
  }
}

/** Bytes of automaton states that one pattern may keep. re2js allows 8 MB, too much times 10,000 patterns. */
const cacheBytes = 256 * 1024;

class Re2jsVerifier implements Verifier {
  readonly #compiled: RE2JS;
  #bounded = false;

  constructor(compiled: RE2JS) {
    this.#compiled = compiled;
  }

  matches(subject: Subject): boolean {
    const found = this.#compiled.test(subject.text);
    this.#bounded ||= boundCache(this.#compiled);
    return found;
  }
}

/**
 * Lowers the budget of a pattern's automaton, which re2js makes in the first search that needs one. Past the budget it
 * starts anew or searches without an automaton: slower, and still linear. False: there is no automaton yet.
 */
export function boundCache(compiled: RE2JS): boolean {
  const automaton = compiled.re2().lazyDFA;
  if (!automaton) return false;
  automaton.memBudget -= automaton.stateBudget - cacheBytes;
  automaton.stateBudget = cacheBytes;
  return true;
}
