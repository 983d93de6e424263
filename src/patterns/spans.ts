import type { Span } from '../domain/spans.ts';
import { kind } from './char-classes.ts';
import { op, type Program, setHas, wordChars } from './program.ts';
import { offsetsIn, readable } from './readable.ts';
import { refusal } from './refusals.ts';
import { positionBits } from './stepper.ts';

const maxSpans = 100;
/** Most steps of one search in the event loop: about 40 ms. */
const maxSteps = 4_000_000;

/**
 * Returns the matches of a pattern, with its program, as [start, end) in UTF-16 units: leftmost first, with RE2's preferences; at most 100.
 * @throws {PatternRefused} when the search takes too long on this text
 */
export function findSpans(source: string, program: Program, text: string): Span[] {
  const seen = readable(text);
  const search = new Search(source, program, seen);
  const offset = offsetsIn(text);
  const spans: Span[] = [];
  for (let from = 0; spans.length < maxSpans; ) {
    const found = search.next(from);
    if (found === null) break;
    spans.push([offset(found[0]), offset(found[1])]);
    from = found[1];
  }
  return spans;
}

/** Simulates a program with Pike's method: all threads in order of preference, each with the start of its match. */
class Search {
  readonly #source: string;
  readonly #program: Program;
  readonly #text: string;
  readonly #marks: Int32Array;
  #mark = 0;
  #steps = 0;

  constructor(source: string, program: Program, text: string) {
    this.#source = source;
    this.#program = program;
    this.#text = text;
    this.#marks = new Int32Array(program.code.length / 3);
  }

  next(from: number): Span | null {
    const { code, sets, start } = this.#program;
    let ways: Way[] = [];
    let found: Span | null = null;
    for (let at = from; ; ) {
      // Threads that started earlier are preferred. Once there is a match, no new thread starts.
      const here: Way[] = [];
      const holds = this.#positionAt(at);
      this.#mark += 1;
      for (const way of ways) this.#follow(way.pc, way.start, holds, here);
      if (found === null) this.#follow(start, at, holds, here);
      if (here.length === 0 && found !== null) return found;
      const codePoint = this.#text.codePointAt(at);
      ways = [];
      for (const { pc, start: began } of here) {
        if (code[pc * 3] === op.match) {
          found = [began, at];
          break;
        }
        const set = sets[code[pc * 3 + 2] as number] as Int32Array;
        if (codePoint !== undefined && setHas(set, codePoint))
          ways.push({ pc: code[pc * 3 + 1] as number, start: began });
      }
      if (codePoint === undefined) return found;
      at += codePoint > 0xffff ? 2 : 1;
    }
  }

  #follow(from: number, start: number, holds: number, list: Way[]): void {
    const { code } = this.#program;
    const stack = [from];
    while (stack.length > 0) {
      const pc = stack.pop() as number;
      if (this.#marks[pc] === this.#mark) continue;
      this.#marks[pc] = this.#mark;
      if (++this.#steps > maxSteps) throw tooSlow(this.#source);
      const [operation, out, arg] = [code[pc * 3], code[pc * 3 + 1], code[pc * 3 + 2]] as [number, number, number];
      if (operation === op.char || operation === op.match) list.push({ pc, start });
      else if (operation === op.fork) stack.push(arg, out);
      else if (operation === op.assert && (arg & ~holds) === 0) stack.push(out);
    }
  }

  #positionAt(at: number): number {
    if (this.#program.asserts === 0) return 0;
    const half = /[\uDC00-\uDFFF]/.test(this.#text[at - 1] ?? '');
    return positionBits(this.#kindAt(half ? at - 2 : at - 1), this.#kindAt(at));
  }

  #kindAt(at: number): number {
    const codePoint = at < 0 ? undefined : this.#text.codePointAt(at);
    if (codePoint === undefined) return kind.edge;
    if (codePoint === 10) return kind.newline;
    return setHas(wordChars(), codePoint) ? kind.word : kind.other;
  }
}

interface Way {
  readonly pc: number;
  readonly start: number;
}

function tooSlow(source: string) {
  const reason = 'it takes too long on this text to be tried here';
  return refusal(source, reason, 'Use smaller counts in {…}, a word that must be there, or a shorter text');
}
