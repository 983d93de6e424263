import { kind } from './char-classes.ts';
import { type CharSet, newline, op, type Program, setHas, wordChars } from './program.ts';
import { positionBits } from './stepper.ts';

const kinds: readonly number[] = [kind.edge, kind.newline, kind.word, kind.other];
const anyKind = kinds.reduce((bits, each) => bits | (1 << each), 0);
/** A set with more characters than this is taken to have one that occurs in texts. */
const fewCharacters = 64;

/** Conditions to ignore, to find out which one cannot be met. */
export interface Leniency {
  /** `position` bits that count as true everywhere. */
  readonly positions: number;
  /** Whether characters that never occur in texts count as possible. */
  readonly characters: boolean;
}

/**
 * Returns whether any text matches a program. Explores all paths; the state is the instruction, the kind of the character
 * before and the kinds that may follow, which is all that `^`, `$` and `\b` depend on. The result is exact.
 * @param occurs whether a character can occur in a text
 */
export function canMatch(program: Program, leniency: Leniency, occurs: (codePoint: number) => boolean): boolean {
  const { code, sets } = program;
  const possible = sets.map((set) => kindsIn(set, leniency.characters ? () => true : occurs));
  const seen = new Set<number>();
  const open: number[] = [];
  const visit = (pc: number, before: number, follows: number) => {
    const state = (pc * 4 + before) * 16 + follows;
    if (seen.has(state)) return;
    seen.add(state);
    open.push(state);
  };
  for (const before of kinds) visit(program.start, before, anyKind);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const follows = state % 16;
    const before = (state >> 4) % 4;
    const pc = state >> 6;
    const [operation, out, arg] = [code[pc * 3], code[pc * 3 + 1], code[pc * 3 + 2]] as [number, number, number];
    if (operation === op.match) return true;
    if (operation === op.fork) {
      visit(out, before, follows);
      visit(arg, before, follows);
    } else if (operation === op.assert) {
      const required = arg & ~leniency.positions;
      const allowed = kinds.filter((after) => (required & ~positionBits(before, after)) === 0);
      const left = allowed.reduce((bits, each) => bits | (1 << each), 0) & follows;
      if (left !== 0) visit(out, before, left);
    } else if (operation === op.char) {
      for (const each of kinds) {
        if (((possible[arg] as number) & follows & (1 << each)) !== 0) visit(out, each, anyKind);
      }
    }
  }
  return false;
}

/** Returns the kinds of a set's characters as bits. */
function kindsIn(set: CharSet, occurs: (codePoint: number) => boolean): number {
  let size = 0;
  for (let at = 0; at < set.length; at += 2) size += (set[at + 1] as number) - (set[at] as number) + 1;
  let bits = 0;
  if (size <= fewCharacters) {
    for (let at = 0; at < set.length; at += 2) {
      for (let codePoint = set[at] as number; codePoint <= (set[at + 1] as number); codePoint++) {
        if (occurs(codePoint)) bits |= 1 << kindOf(codePoint);
      }
    }
    return bits;
  }
  if (setHas(set, newline[0] as number)) bits |= 1 << kind.newline;
  if (overlaps(set, wordChars())) bits |= 1 << kind.word;
  if (overlaps(set, otherChars())) bits |= 1 << kind.other;
  return bits;
}

let others: CharSet | undefined;

/** Returns the characters that are neither word characters nor the newline. */
function otherChars(): CharSet {
  if (others !== undefined) return others;
  const gaps: number[] = [];
  let from = 0;
  const taken = [...pairs(wordChars()), ...pairs(newline)].sort(([a], [b]) => a - b);
  for (const [first, last] of [...taken, [0x110000, 0x110000] as const]) {
    if (first > from) gaps.push(from, first - 1);
    from = last + 1;
  }
  others = Int32Array.from(gaps);
  return others;
}

function pairs(set: CharSet): [first: number, last: number][] {
  return Array.from({ length: set.length / 2 }, (_, at) => [set[at * 2] as number, set[at * 2 + 1] as number]);
}

function kindOf(codePoint: number): number {
  if (codePoint === newline[0]) return kind.newline;
  return setHas(wordChars(), codePoint) ? kind.word : kind.other;
}

function overlaps(a: CharSet, b: CharSet): boolean {
  for (let at = 0, other = 0; at < a.length && other < b.length; ) {
    if ((a[at + 1] as number) < (b[other] as number)) at += 2;
    else if ((b[other + 1] as number) < (a[at] as number)) other += 2;
    else return true;
  }
  return false;
}
