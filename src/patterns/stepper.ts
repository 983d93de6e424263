import { type CharClasses, charClasses, kind } from './char-classes.ts';
import type { Memory } from './memory.ts';
import { op, type Program, position } from './program.ts';

/**
 * Simulates a program by Thompson's method: one step reads one character for all threads at once, and visits each
 * instruction at most once. A state is the list of instructions that wait for the next character, or for an assertion
 * about it.
 */
export class Stepper {
  readonly classes: CharClasses;
  /** The patterns that matched in the last step, each once. */
  readonly matched: number[] = [];
  readonly #program: Program;
  readonly #memory: Memory;

  constructor(program: Program, memory: Memory) {
    memory.reserve(program.code.length / 3);
    this.#program = program;
    this.#memory = memory;
    this.classes = charClasses(program);
  }

  get asksForPositions(): boolean {
    return this.#program.asserts !== 0;
  }

  /** The `kind` before the first character; `other` for a program without assertions. */
  get edge(): number {
    return this.#program.asserts === 0 ? kind.other : kind.edge;
  }

  /** Writes the first state into `next`. Returns its length. */
  begin(next: Uint16Array): number {
    this.matched.length = 0;
    return this.#follow(this.#program.start, null, this.#memory.nextMark(), next, 0);
  }

  /**
   * Reads one character: writes the next state into `next`, returns its length. A match may begin at any position.
   * @param now the current state: `length` instructions
   * @param before `kind` of the previous character
   * @param charClass class of the character that is read
   */
  step(now: Uint16Array, length: number, before: number, charClass: number, next: Uint16Array): number {
    const { code, asserts, start } = this.#program;
    const { member, count, kindOf } = this.classes;
    this.matched.length = 0;
    let list = now;
    let ways = length;
    if (asserts !== 0) {
      list = this.#memory.lists[2];
      ways = this.#check(now, length, before, kindOf[charClass] as number, list);
    }
    const mark = this.#memory.nextMark();
    let written = 0;
    for (let at = 0; at < ways; at++) {
      const pc = (list[at] as number) * 3;
      if (member[(code[pc + 2] as number) * count + charClass] === 0) continue;
      written = this.#follow(code[pc + 1] as number, null, mark, next, written);
    }
    return this.#follow(start, null, mark, next, written);
  }

  /** Ends the text: sets `matched`. */
  end(now: Uint16Array, length: number, before: number): void {
    this.matched.length = 0;
    if (this.#program.asserts !== 0) this.#check(now, length, before, kind.edge, this.#memory.lists[2]);
  }

  /** Evaluates the assertions of a state, now that the characters before and after it are known. */
  #check(now: Uint16Array, length: number, before: number, after: number, list: Uint16Array): number {
    const { code } = this.#program;
    const { marks } = this.#memory;
    const mark = this.#memory.nextMark();
    const holds = positionBits(before, after);
    let written = 0;
    for (let at = 0; at < length; at++) {
      const pc = now[at] as number;
      if (code[pc * 3] === op.assert) {
        if (((code[pc * 3 + 2] as number) & ~holds) !== 0) continue;
        written = this.#follow(code[pc * 3 + 1] as number, holds, mark, list, written);
      } else if (marks[pc] !== mark) {
        marks[pc] = mark;
        list[written++] = pc;
      }
    }
    return written;
  }

  /** Appends the instructions reachable without reading. @param holds the true assertions; null if not known yet */
  #follow(from: number, holds: number | null, mark: number, list: Uint16Array, length: number): number {
    const { code } = this.#program;
    const { marks } = this.#memory;
    const stack = this.#memory.lists[3];
    let written = length;
    let depth = 0;
    if (marks[from] !== mark) {
      marks[from] = mark;
      stack[depth++] = from;
    }
    while (depth > 0) {
      const pc = stack[--depth] as number;
      const operation = code[pc * 3];
      if (operation === op.char || (operation === op.assert && holds === null)) list[written++] = pc;
      else if (operation === op.match) this.matched.push(code[pc * 3 + 2] as number);
      else if (operation !== op.fail) {
        const arg = code[pc * 3 + 2] as number;
        const out = code[pc * 3 + 1] as number;
        if (operation === op.assert) {
          if ((arg & ~(holds as number)) !== 0) continue;
        } else if (marks[arg] !== mark) {
          marks[arg] = mark;
          stack[depth++] = arg;
        }
        if (marks[out] !== mark) {
          marks[out] = mark;
          stack[depth++] = out;
        }
      }
    }
    return written;
  }
}

/** Returns the `position` bits that hold between two kinds of characters. */
export function positionBits(before: number, after: number): number {
  let bits = (before === kind.word) === (after === kind.word) ? position.noBoundary : position.boundary;
  if (before === kind.edge) bits |= position.textStart | position.lineStart;
  if (before === kind.newline) bits |= position.lineStart;
  if (after === kind.edge) bits |= position.textEnd | position.lineEnd;
  if (after === kind.newline) bits |= position.lineEnd;
  return bits;
}
