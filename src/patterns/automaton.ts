import { foldTable } from './fold.ts';

/** Non-ASCII units share this many columns of the table. A collision only adds a false candidate, never hides a match. */
const sharedColumns = 61;
/** Cells that a build fills between two pauses: about a millisecond. */
const cellsASlice = 100_000;
const literalsASlice = 1_000;

/**
 * Aho-Corasick over folded UTF-16 units, as a full transition table: one array access per unit, for any number of literals.
 * A state is the offset of its row; it is negative where a literal ends.
 */
export class Automaton {
  /** By literal, in the order given: its id. Two literals that differ only in shared columns have the same id. */
  readonly idOf: Int32Array;
  /** By ASCII unit, and by the key of any other. The table of keys is shared: one of 64 KiB each would be 128 MiB for 2,000 teams. */
  readonly #columnOf: Uint8Array;
  readonly #keyOf = keyTable();
  readonly #stride: number;
  readonly #next: Int32Array;
  /** By row number: the literal that ends there, or -1. */
  readonly #literal: Int32Array;
  /** By row number: the row of the next shorter literal that ends there too, or 0. */
  readonly #shorter: Int32Array;

  constructor(idOf: Int32Array, columns: Columns, next: Int32Array, literal: Int32Array, shorter: Int32Array) {
    this.idOf = idOf;
    this.#columnOf = columns.columnOf;
    this.#stride = columns.stride;
    this.#next = next;
    this.#literal = literal;
    this.#shorter = shorter;
  }

  /** Continues a scan with `text.slice(from, to)`. The columns fold case, so the text is given unfolded. */
  read(scan: Scan, text: string, from: number, to: number): void {
    const next = this.#next;
    const columnOf = this.#columnOf;
    const keyOf = this.#keyOf;
    let state = scan.state;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      state = next[state + (columnOf[unit < 0x80 ? unit : (keyOf[unit] as number)] as number)] as number;
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
      // A literal that was noted before had its shorter endings noted as well.
      if (!scan.note(literal)) return;
    }
  }
}

/** The literals found so far in a text. */
export class Scan {
  /** Ids of the literals found, each once; the first `found` entries count. */
  readonly hits: Int32Array;
  found = 0;
  /** State of the automaton. */
  state = 0;
  /** By literal: the number of the last text that it was found in. */
  readonly #seenIn: Int32Array;
  #text = 0;

  constructor(automaton: Automaton) {
    this.hits = new Int32Array(automaton.idOf.length);
    this.#seenIn = new Int32Array(automaton.idOf.length);
  }

  /** Resets the scan for another text. */
  begin(): void {
    this.#text = (this.#text + 1) | 0;
    this.found = 0;
    this.state = 0;
  }

  has(literal: number): boolean {
    return this.#seenIn[literal] === this.#text;
  }

  /** Returns false if the literal was noted before in this text. */
  note(literal: number): boolean {
    if (this.#seenIn[literal] === this.#text) return false;
    this.#seenIn[literal] = this.#text;
    this.hits[this.found++] = literal;
    return true;
  }
}

/**
 * Builds an automaton. Yields after each millisecond of work, so that the caller can let the event loop run.
 * @param literals folded, none empty
 */
export function* buildAutomaton(literals: readonly string[]): Generator<undefined, Automaton> {
  const columns = columnsFor(literals);
  const { columnOf, stride } = columns;
  const keyOf = keyTable();
  // At most one row per unit of the literals. Unused rows take no memory: the system allocates pages when they are written.
  const rows = 1 + literals.reduce((sum, text) => sum + text.length, 0);
  const next = new Int32Array(rows * stride);
  const literal = new Int32Array(rows).fill(-1);
  const idOf = new Int32Array(literals.length);
  let states = 1;
  for (let id = 0; id < literals.length; id++) {
    const text = literals[id] as string;
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      const cell = row * stride + (columnOf[keyOf[text.charCodeAt(at)] as number] as number);
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

/** Fills empty cells with the transition of the longest suffix. Returns by row the next shorter ending, or 0. */
function* fillFallbacks(next: Int32Array, literal: Int32Array, stride: number): Generator<undefined, Int32Array> {
  const rows = literal.length;
  const fallback = new Int32Array(rows);
  const shorter = new Int32Array(rows);
  const queue = new Int32Array(rows);
  let queued = 1;
  // Breadth first: a state's fallback is nearer to the root, so its row is complete already.
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
  /** By ASCII unit, and by the key of any other. */
  readonly columnOf: Uint8Array;
  readonly stride: number;
}

/** Assigns a column to each case family that occurs in a literal, and column 0 to all other units. */
function columnsFor(literals: readonly string[]): Columns {
  const keys = keyTable();
  const columnOf = new Uint8Array(0x80 + sharedColumns);
  let stride = 1;
  for (const literal of literals) {
    for (let at = 0; at < literal.length; at++) {
      const key = keys[literal.charCodeAt(at)] as number;
      if (columnOf[key] === 0) columnOf[key] = stride++;
    }
  }
  for (let unit = 0; unit < 0x80; unit++) columnOf[unit] = columnOf[keys[unit] as number] as number;
  return { columnOf, stride };
}

let keyOfUnit: Uint8Array | undefined;

/** Maps each UTF-16 unit to its ASCII case family, or to one of the shared columns. */
function keyTable(): Uint8Array {
  keyOfUnit ??= Uint8Array.from(foldTable(), (unit) => (unit < 0x80 ? unit : 0x80 + (unit % sharedColumns)));
  return keyOfUnit;
}
