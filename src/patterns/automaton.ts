import { foldTable } from './fold.ts';

/** Units beyond ASCII share this many columns: a shared column can only let a candidate too many through. */
const sharedColumns = 61;
/** Cells that are filled between two pauses of a build: about a millisecond. */
const cellsASlice = 100_000;
const literalsASlice = 1_000;

/**
 * Aho-Corasick over folded UTF-16 units as a full table: one array read a unit, no matter how many literals.
 * A state is the offset of its row, negative where a literal ends.
 */
export class Automaton {
  /** Id of each literal given: two that the shared columns cannot tell apart have one id. */
  readonly idOf: Int32Array;
  readonly #columnOf: Uint8Array;
  readonly #stride: number;
  readonly #next: Int32Array;
  /** By row offset / stride: the literal that ends there or -1, and the row number of the next shorter ending or 0. */
  readonly #literal: Int32Array;
  readonly #shorter: Int32Array;

  constructor(idOf: Int32Array, columns: Columns, next: Int32Array, literal: Int32Array, shorter: Int32Array) {
    this.idOf = idOf;
    this.#columnOf = columns.columnOf;
    this.#stride = columns.stride;
    this.#next = next;
    this.#literal = literal;
    this.#shorter = shorter;
  }

  /** Reads a part of a text that follows what the scan has read before; the text is folded here. */
  read(scan: Scan, text: string, from: number, to: number): void {
    const next = this.#next;
    const columnOf = this.#columnOf;
    let state = scan.state;
    for (let at = from; at < to; at++) {
      state = next[state + (columnOf[text.charCodeAt(at)] as number)] as number;
      if (state < 0) {
        state = -state;
        this.#collect(state / this.#stride, scan);
      }
    }
    scan.state = state;
  }

  #collect(ending: number, scan: Scan): void {
    for (let state = ending; state !== 0; state = this.#shorter[state] as number) {
      const literal = this.#literal[state] as number;
      if (literal === -1) continue;
      // Seen already: then so were the shorter ones behind it.
      if (!scan.note(literal)) return;
    }
  }
}

/** Which literals a text holds, as far as it was read. */
export class Scan {
  /** Ids of the literals found, each once; the first `found` entries count. */
  readonly hits: Int32Array;
  found = 0;
  /** Of the automaton. */
  state = 0;
  /** By literal: the text that held it last. */
  readonly #seenIn: Int32Array;
  #text = 0;

  constructor(automaton: Automaton) {
    this.hits = new Int32Array(automaton.idOf.length);
    this.#seenIn = new Int32Array(automaton.idOf.length);
  }

  /** Begins another text. */
  begin(): void {
    this.#text = (this.#text + 1) | 0;
    this.found = 0;
    this.state = 0;
  }

  has(literal: number): boolean {
    return this.#seenIn[literal] === this.#text;
  }

  /** False if it was noted before. */
  note(literal: number): boolean {
    if (this.#seenIn[literal] === this.#text) return false;
    this.#seenIn[literal] = this.#text;
    this.hits[this.found++] = literal;
    return true;
  }
}

/**
 * Builds an automaton in slices: whoever runs the generator may do something else after each.
 * @param literals folded, none empty
 */
export function* buildAutomaton(literals: readonly string[]): Generator<undefined, Automaton> {
  const columns = columnsFor(literals);
  const { columnOf, stride } = columns;
  // As many rows as the literals have units, at most; those that stay unused take no memory, since nobody writes to them.
  const rows = 1 + literals.reduce((sum, text) => sum + text.length, 0);
  const next = new Int32Array(rows * stride);
  const literal = new Int32Array(rows).fill(-1);
  const idOf = new Int32Array(literals.length);
  let states = 1;
  for (let id = 0; id < literals.length; id++) {
    const text = literals[id] as string;
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      const cell = row * stride + (columnOf[text.charCodeAt(at)] as number);
      if (next[cell] === 0) next[cell] = states++ * stride;
      row = (next[cell] as number) / stride;
    }
    if (literal[row] === -1) literal[row] = id;
    idOf[id] = literal[row] as number;
    if (id % literalsASlice === literalsASlice - 1) yield;
  }
  const shorter = yield* fillFallbacks(next, literal, stride);
  for (let row = 0; row < states; row++) {
    for (let cell = row * stride; cell < (row + 1) * stride; cell++) {
      const to = (next[cell] as number) / stride;
      if (to !== 0 && (literal[to] !== -1 || shorter[to] !== 0)) next[cell] = -(next[cell] as number);
    }
    if ((row * stride) % cellsASlice >= cellsASlice - stride) yield;
  }
  return new Automaton(idOf, columns, next, literal, shorter);
}

/** Every empty cell becomes what the longest suffix would do. Returns, by row, the next shorter ending or 0. */
function* fillFallbacks(next: Int32Array, literal: Int32Array, stride: number): Generator<undefined, Int32Array> {
  const rows = literal.length;
  const fallback = new Int32Array(rows);
  const shorter = new Int32Array(rows);
  const queue = new Int32Array(rows);
  let queued = 1;
  // Breadth first: a state's fallback is nearer to the root, so its row is complete when it is copied from.
  for (let taken = 0; taken < queued; taken++) {
    const row = queue[taken] as number;
    const back = fallback[row] as number;
    shorter[row] = literal[back] === -1 ? (shorter[back] as number) : back;
    for (let column = 0; column < stride; column++) {
      const cell = row * stride + column;
      const child = next[cell] as number;
      const otherwise = row === 0 ? 0 : (next[back * stride + column] as number);
      if (child === 0) next[cell] = otherwise;
      else {
        fallback[child / stride] = otherwise / stride;
        queue[queued++] = child / stride;
      }
    }
    if ((taken * stride) % cellsASlice >= cellsASlice - stride) yield;
  }
  return shorter;
}

interface Columns {
  readonly columnOf: Uint8Array;
  readonly stride: number;
}

/** A column for each family of units that occurs in a literal; column 0 for all others. */
function columnsFor(literals: readonly string[]): Columns {
  const keys = keyTable();
  const columnOfKey = new Uint8Array(0x80 + sharedColumns);
  let stride = 1;
  for (const literal of literals) {
    for (let at = 0; at < literal.length; at++) {
      const key = keys[literal.charCodeAt(at)] as number;
      if (columnOfKey[key] === 0) columnOfKey[key] = stride++;
    }
  }
  const columnOf = new Uint8Array(0x10000);
  for (let unit = 0; unit < columnOf.length; unit++) columnOf[unit] = columnOfKey[keys[unit] as number] as number;
  return { columnOf, stride };
}

let keyOfUnit: Uint8Array | undefined;

/** For each unit what may have a column: its ASCII family, or one of the shared ones. */
function keyTable(): Uint8Array {
  keyOfUnit ??= Uint8Array.from(foldTable(), (unit) => (unit < 0x80 ? unit : 0x80 + (unit % sharedColumns)));
  return keyOfUnit;
}
