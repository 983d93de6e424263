import { RE2JS } from 're2js';
import { translate, wordMembers } from './translate.ts';

/** Operations of a `Program`; each instruction is three numbers: operation, next instruction, argument. */
export const op = {
  /** Argument: the second choice. */
  fork: 0,
  /** Argument: number of the set that the character must be in. */
  char: 1,
  /** Argument: `position` bits, all of which must hold. */
  assert: 2,
  /** Argument: which pattern of a group has matched. */
  match: 3,
  fail: 4,
} as const;

/** Zero-width assertions as bits, with the values of re2js and Go (regexp/syntax, EmptyOp). */
export const position = { lineStart: 1, lineEnd: 2, textStart: 4, textEnd: 8, boundary: 16, noBoundary: 32 } as const;

/** A set of characters: [first, last] code points, ascending. */
export type CharSet = Int32Array;

/** One pattern, or several, as a nondeterministic automaton. */
export interface Program {
  readonly code: Int32Array;
  readonly start: number;
  readonly sets: readonly CharSet[];
  /** All `position` bits that the program asserts anywhere. */
  readonly asserts: number;
}

/** re2js' operations (build/index.js, class Inst). */
const inst = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  empty: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  any: 10,
  anyNotNl: 11,
};
const foldCase = 1;

export const compileFlags = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;

/**
 * Compiles an accepted pattern with re2js and copies the program into a small array. re2js' own objects take about 15 KB
 * a pattern, and its matchers support neither a budget nor non-ASCII letters in `\b`.
 */
export function compileProgram(source: string): Program {
  const { inst: instructions, start } = RE2JS.compile(translate(source), compileFlags).re2().prog;
  const code = new Int32Array(instructions.length * 3);
  const sets = new Sets();
  let asserts = 0;
  instructions.forEach(({ op: kind, out, arg, runes }: Instruction, pc: number) => {
    const [operation, argument] = ((): [number, number] => {
      if (kind === inst.alt || kind === inst.altMatch) return [op.fork, arg];
      // No-ops: a fork whose two ways are the same.
      if (kind === inst.capture || kind === inst.nop) return [op.fork, out];
      if (kind === inst.empty) return [op.assert, arg];
      if (kind === inst.match) return [op.match, 0];
      if (kind === inst.fail) return [op.fail, 0];
      return [op.char, sets.numberOf(charSet(kind, runes, arg))];
    })();
    if (operation === op.assert) asserts |= argument;
    code.set([operation, out, argument], pc * 3);
  });
  return { code, start, sets: sets.all, asserts };
}

/** A program that matches nothing. */
export const never: Program = { code: Int32Array.of(op.fail, 0, 0), start: 0, sets: [], asserts: 0 };

interface Instruction {
  op: number;
  out: number;
  arg: number;
  runes: ArrayLike<number>;
}

/** Joins programs into one. The argument of a match is the index of its program. */
export function joinPrograms(programs: readonly Program[]): Program {
  const forks = programs.length - 1;
  const length = programs.reduce((sum, { code }) => sum + code.length / 3, forks);
  const code = new Int32Array(length * 3);
  const sets = new Sets();
  let asserts = 0;
  let base = forks;
  const starts = programs.map((program, index) => {
    for (let pc = 0; pc * 3 < program.code.length; pc++) {
      const [operation, out, arg] = program.code.subarray(pc * 3, pc * 3 + 3) as unknown as [number, number, number];
      code[(base + pc) * 3] = operation;
      code[(base + pc) * 3 + 1] = out + base;
      code[(base + pc) * 3 + 2] =
        operation === op.fork
          ? arg + base
          : operation === op.match
            ? index
            : operation === op.char
              ? sets.numberOf(program.sets[arg] as CharSet)
              : arg;
    }
    asserts |= program.asserts;
    const start = program.start + base;
    base += program.code.length / 3;
    return start;
  });
  for (let fork = 0; fork < forks; fork++) {
    code.set([op.fork, starts[fork] as number, fork === forks - 1 ? (starts[forks] as number) : fork + 1], fork * 3);
  }
  return { code, start: forks === 0 ? (starts[0] as number) : 0, sets: sets.all, asserts };
}

export function setHas(set: CharSet, codePoint: number): boolean {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle * 2 + 1] as number) < codePoint) low = middle + 1;
    else high = middle;
  }
  return low * 2 < set.length && (set[low * 2] as number) <= codePoint;
}

let words: CharSet | undefined;

/** Returns the characters of `\w`. `\b` is a position between one of them and any other character. */
export function wordChars(): CharSet {
  words ??= Int32Array.from(onlyRunes(`[${wordMembers}]`));
  return words;
}

export const newline: CharSet = Int32Array.of(10, 10);
const anyChar: CharSet = Int32Array.of(0, 0x10ffff);
const anyButNewline: CharSet = Int32Array.of(0, 9, 11, 0x10ffff);

function charSet(kind: number, runes: ArrayLike<number>, arg: number): CharSet {
  if (kind === inst.any) return anyChar;
  if (kind === inst.anyNotNl) return anyButNewline;
  if (runes.length !== 1) {
    // The set of `\w` has thousands of numbers and is frequent, so all programs share it.
    if (runes.length > 1_000 && sameSet(wordChars(), runes)) return wordChars();
    return Int32Array.from(runes);
  }
  const only = runes[0] as number;
  return (arg & foldCase) === 0 ? Int32Array.of(only, only) : caseFamily(only);
}

const families = new Map<number, CharSet>();

/**
 * Returns a character and its other cases by re2js' tables. re2js lists the cases only for a set of several characters,
 * so the set gets a second one, U+10FFFF, which is removed again.
 */
function caseFamily(codePoint: number): CharSet {
  let family = families.get(codePoint);
  if (family === undefined) {
    const hex = codePoint.toString(16);
    const runes = onlyRunes(`[\\x{${hex}}\\x{10FFFF}]`);
    family = Int32Array.from(codePoint === 0x10ffff ? runes : runes.slice(0, -2));
    families.set(codePoint, family);
  }
  return family;
}

function onlyRunes(set: string): number[] {
  const instructions: Instruction[] = RE2JS.compile(set, RE2JS.CASE_INSENSITIVE).re2().prog.inst;
  return Array.from(instructions.find(({ op }) => op === inst.rune)?.runes ?? []);
}

/** The distinct sets of a program; equal sets have the same number. */
class Sets {
  readonly all: CharSet[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(set: CharSet): number {
    // A key that different sets rarely share; equal keys are compared in full.
    const key = `${set.length} ${set[0]} ${set[set.length >> 1]} ${set[set.length - 1]}`;
    const same = this.#numbers.get(key);
    if (same !== undefined && sameSet(this.all[same] as CharSet, set)) return same;
    this.#numbers.set(key, this.all.length);
    return this.all.push(set) - 1;
  }
}

function sameSet(a: CharSet, b: ArrayLike<number>): boolean {
  return a.length === b.length && a.every((code, at) => code === b[at]);
}
