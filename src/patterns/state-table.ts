/** Bytes of a state besides its columns and its string: entries of a Map and an array. */
const overhead = 120;

/**
 * The states of an automaton that were computed so far, each with a row of successors. A state is encoded as a string:
 * the kind of the character before, the number of patterns that matched, their numbers, and its sorted instructions.
 */
export class StateTable {
  /** By row + class: the successor's row, negative if patterns matched there; 0 if it is not computed yet. */
  next: Int32Array;
  readonly #columns: number;
  readonly #states: string[] = [''];
  readonly #rows = new Map<string, number>();
  /** Row of the state at the start of a text; 0 if it is not computed yet. */
  first = 0;
  readonly #atEnd = new Map<number, readonly number[]>();
  #bytes = 0;

  constructor(columns: number) {
    this.#columns = columns;
    this.next = new Int32Array(columns * 8);
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#bytes + this.next.byteLength;
  }

  /** Returns the row of a state, negative if it has matches. Sorts the instructions in place. */
  rowOf(before: number, matched: readonly number[], instructions: Uint16Array): number {
    const state = String.fromCharCode(before, matched.length, ...matched, ...instructions.sort());
    const known = this.#rows.get(state);
    if (known !== undefined) return known;
    const row = this.#states.push(state) - 1;
    if ((row + 1) * this.#columns > this.next.length) {
      const larger = new Int32Array(this.next.length * 2);
      larger.set(this.next);
      this.next = larger;
    }
    const offset = row * this.#columns * (matched.length > 0 ? -1 : 1);
    this.#rows.set(state, offset);
    this.#bytes += state.length * 2 + overhead;
    return offset;
  }

  /** Returns the kind of the character before a state. */
  before(row: number): number {
    return this.#state(row).charCodeAt(0);
  }

  /** Returns the patterns that matched in the step to this state. */
  matched(row: number): number[] {
    const state = this.#state(row);
    return Array.from({ length: state.charCodeAt(1) }, (_, at) => state.charCodeAt(2 + at));
  }

  /** Returns the patterns that match if the text ends in this state; undefined if that is not computed yet. */
  matchedAtEnd(row: number): readonly number[] | undefined {
    return this.#atEnd.get(row);
  }

  setMatchedAtEnd(row: number, matched: readonly number[]): void {
    this.#atEnd.set(row, matched);
  }

  /** Writes a state's instructions into the array. Returns their number. */
  read(row: number, instructions: Uint16Array): number {
    const state = this.#state(row);
    const first = 2 + state.charCodeAt(1);
    for (let at = first; at < state.length; at++) instructions[at - first] = state.charCodeAt(at);
    return state.length - first;
  }

  #state(row: number): string {
    return this.#states[Math.abs(row) / this.#columns] as string;
  }
}
