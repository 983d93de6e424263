/** Bytes of a state besides its columns and its text: entries of a Map and an array. */
const overhead = 120;

/**
 * The states that an automaton has met, each with a row of the states that follow it. A state is kept as a text:
 * the kind of the character before, how many patterns matched, which, then its instructions in order.
 */
export class StateTable {
  /** By row + class: the row that follows, negative if patterns matched there; 0: not computed yet. */
  next: Int32Array;
  readonly #columns: number;
  readonly #states: string[] = [''];
  readonly #rows = new Map<string, number>();
  /** Row of the state at the start of a text; 0: not computed yet. */
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

  /** The row of a state, negative if it has matches. The instructions are sorted in place. */
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

  /** The kind of the character before a state. */
  before(row: number): number {
    return this.#state(row).charCodeAt(0);
  }

  /** Which patterns matched in the step to this state. */
  matched(row: number): number[] {
    const state = this.#state(row);
    return Array.from({ length: state.charCodeAt(1) }, (_, at) => state.charCodeAt(2 + at));
  }

  /** Which patterns match if the text ends after a state, once that was computed. */
  matchedAtEnd(row: number): readonly number[] | undefined {
    return this.#atEnd.get(row);
  }

  setMatchedAtEnd(row: number, matched: readonly number[]): void {
    this.#atEnd.set(row, matched);
  }

  /** Writes a state's instructions, returns how many. */
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
