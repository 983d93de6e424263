import { foldTable } from './fold.ts';

/** Units beyond ASCII share this many columns: a shared column can only let a candidate too many through. */
const sharedColumns = 61;

/**
 * Aho-Corasick over folded UTF-16 units as a full table: one array read a unit, no matter how many literals.
 * A state is the offset of its row; states that end a literal come last, so `state >= #firstEnding` is the only test.
 */
export class Automaton {
  /** Ids of the literals found by the last scan, each once; the first `found` entries count. */
  readonly hits: Int32Array;
  readonly #columnOf: Uint8Array;
  readonly #next: Int32Array;
  readonly #stride: number;
  readonly #firstEnding: number;
  /** By state number (row offset / stride): the literal that ends here or -1, and the next shorter ending or 0. */
  readonly #literal: Int32Array;
  readonly #shorter: Int32Array;
  /** By literal: the scan that saw it last. */
  readonly #seenIn: Int32Array;
  #scan = 0;

  /** Id of each literal given to the constructor: two that the shared columns cannot tell apart have one id. */
  readonly idOf: Int32Array;

  /** @param literals folded, none empty */
  constructor(literals: readonly string[]) {
    const { columnOf, stride } = columnsFor(literals);
    const trie = buildTrie(literals, columnOf, stride);
    const order = endingsLast(trie.states, (state) => trie.literal[state] !== -1 || trie.shorter[state] !== 0);
    this.idOf = trie.idOf;
    this.#columnOf = columnOf;
    this.#stride = stride;
    this.#firstEnding = order.firstEnding * stride;
    this.#next = new Int32Array(trie.states * stride);
    this.#literal = new Int32Array(trie.states);
    this.#shorter = new Int32Array(trie.states);
    for (let state = 0; state < trie.states; state++) {
      const place = order.placeOf[state] as number;
      this.#literal[place] = trie.literal[state] as number;
      this.#shorter[place] = order.placeOf[trie.shorter[state] as number] as number;
      for (let column = 0; column < stride; column++) {
        const target = trie.next[state * stride + column] as number;
        this.#next[place * stride + column] = (order.placeOf[target] as number) * stride;
      }
    }
    this.hits = new Int32Array(literals.length);
    this.#seenIn = new Int32Array(literals.length);
  }

  /** Finds which literals are in a text (folded here). Returns how many; see `hits` and `has`. */
  scan(text: string): number {
    const next = this.#next;
    const columnOf = this.#columnOf;
    const firstEnding = this.#firstEnding;
    this.#scan = (this.#scan + 1) | 0;
    let found = 0;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state + (columnOf[text.charCodeAt(at)] as number)] as number;
      if (state >= firstEnding) found = this.#collect(state / this.#stride, found);
    }
    return found;
  }

  /** Whether the last scan saw this literal. */
  has(literal: number): boolean {
    return this.#seenIn[literal] === this.#scan;
  }

  #collect(ending: number, foundBefore: number): number {
    let found = foundBefore;
    for (let state = ending; state !== 0; state = this.#shorter[state] as number) {
      const literal = this.#literal[state] as number;
      if (literal === -1) continue;
      // Seen already: then so were the shorter ones behind it.
      if (this.#seenIn[literal] === this.#scan) break;
      this.#seenIn[literal] = this.#scan;
      this.hits[found++] = literal;
    }
    return found;
  }
}

/** A column for each family of units that occurs in a literal; column 0 for all others. */
function columnsFor(literals: readonly string[]): { columnOf: Uint8Array; stride: number } {
  const fold = foldTable();
  const columns = new Map<number, number>();
  const keyOf = (unit: number) => (unit < 0x80 ? unit : 0x80 + (unit % sharedColumns));
  for (const literal of literals) {
    for (let at = 0; at < literal.length; at++) {
      const key = keyOf(literal.charCodeAt(at));
      if (!columns.has(key)) columns.set(key, columns.size + 1);
    }
  }
  const columnOf = new Uint8Array(0x10000);
  for (let unit = 0; unit < columnOf.length; unit++) columnOf[unit] = columns.get(keyOf(fold[unit] as number)) ?? 0;
  return { columnOf, stride: columns.size + 1 };
}

interface Trie {
  readonly states: number;
  readonly idOf: Int32Array;
  readonly next: Int32Array;
  readonly literal: Int32Array;
  readonly shorter: Int32Array;
}

function buildTrie(literals: readonly string[], columnOf: Uint8Array, stride: number): Trie {
  const most = 1 + literals.reduce((sum, literal) => sum + literal.length, 0);
  const next = new Int32Array(most * stride);
  const literal = new Int32Array(most).fill(-1);
  let states = 1;
  const idOf = new Int32Array(literals.length);
  literals.forEach((text, id) => {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const cell = state * stride + (columnOf[text.charCodeAt(at)] as number);
      if (next[cell] === 0) next[cell] = states++;
      state = next[cell] as number;
    }
    if (literal[state] === -1) literal[state] = id;
    idOf[id] = literal[state] as number;
  });
  const fail = new Int32Array(states);
  const shorter = new Int32Array(states);
  const queue = new Int32Array(states);
  let queued = 1;
  // Breadth first: a state's fallback is nearer to the root, so its row is complete when it is copied from.
  for (let taken = 0; taken < queued; taken++) {
    const state = queue[taken] as number;
    const back = fail[state] as number;
    shorter[state] = literal[back] === -1 ? (shorter[back] as number) : back;
    for (let column = 0; column < stride; column++) {
      const cell = state * stride + column;
      const child = next[cell] as number;
      const otherwise = state === 0 ? 0 : (next[back * stride + column] as number);
      if (child === 0) next[cell] = otherwise;
      else {
        fail[child] = otherwise;
        queue[queued++] = child;
      }
    }
  }
  return { states, idOf, next, literal, shorter };
}

function endingsLast(states: number, isEnding: (state: number) => boolean) {
  const placeOf = new Int32Array(states);
  let firstEnding = 0;
  for (let state = 0; state < states; state++) if (!isEnding(state)) placeOf[state] = firstEnding++;
  let place = firstEnding;
  for (let state = 0; state < states; state++) if (isEnding(state)) placeOf[state] = place++;
  return { placeOf, firstEnding };
}
