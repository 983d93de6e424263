/** An object whose memory can be freed and rebuilt: the automaton of a pattern. */
export interface Evictable {
  /** Value of `Memory.tick` at its last use. */
  lastUsed: number;
  /** Frees its memory. */
  evict(): void;
}

/**
 * Limit of a search's cost in units. A unit is about 2.5 ns on the machine of docs/performance.md: the cost of a character
 * that needs no new state. The caller subtracts the cost of reading the text, the search that of computing states.
 */
export interface Budget {
  /** Units left. Below zero the search stops. */
  units: number;
  /** Units that each character read adds to the limit. */
  readonly perCharacter: number;
}

/** Memory limit of all automata of a thread. Past it, the least recently used ones are evicted. */
export class Memory {
  readonly #limit: number;
  readonly #held = new Map<Evictable, number>();
  #used = 0;
  #tick = 0;
  /** Working memory of a step. All automata share it, since only one steps at a time. */
  marks = new Uint32Array(1_024);
  lists: Lists = makeLists(1_024);
  #mark = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  tick(): number {
    return ++this.#tick;
  }

  /** Sets the bytes that an automaton holds now. May evict others, never this one. */
  hold(holder: Evictable, bytes: number): void {
    this.#used += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    if (this.#used > this.#limit) this.#evictBut(holder);
  }

  /** Enlarges the working memory for programs with this many instructions. */
  reserve(instructions: number): void {
    if (this.marks.length >= instructions) return;
    const size = 2 ** Math.ceil(Math.log2(instructions));
    this.marks = new Uint32Array(size);
    this.#mark = 0;
    this.lists = makeLists(size);
  }

  nextMark(): number {
    if (this.#mark === 0xffffffff) {
      this.marks.fill(0);
      this.#mark = 0;
    }
    return ++this.#mark;
  }

  /** Evicts down to three quarters of the limit, so that sorting is rare. */
  #evictBut(holder: Evictable): void {
    const oldest = [...this.#held.keys()].sort((a, b) => a.lastUsed - b.lastUsed);
    for (const each of oldest) {
      if (this.#used <= this.#limit * 0.75) return;
      if (each === holder) continue;
      this.#used -= this.#held.get(each) ?? 0;
      this.#held.delete(each);
      each.evict();
    }
  }
}

/** Lists of instructions: the current state, the next state, those whose assertions hold, and the stack of `#follow`. */
export type Lists = readonly [now: Uint16Array, next: Uint16Array, checked: Uint16Array, stack: Uint16Array];

function makeLists(size: number): Lists {
  return [new Uint16Array(size), new Uint16Array(size), new Uint16Array(size), new Uint16Array(size)];
}
