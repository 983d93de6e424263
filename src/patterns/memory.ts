/** Something that can be built anew: the automaton of a pattern. */
export interface Evictable {
  /** When it was last used: `Memory.tick`. */
  lastUsed: number;
  /** Frees what it holds. */
  evict(): void;
}

/**
 * What a search may cost, in units: one is about 2.5 ns, what a character costs that needs no new state (the machine of
 * docs/performance.md). Reading is paid by whoever searches, what is computed by the search.
 */
export interface Budget {
  /** Units left; below zero the search is given up. */
  units: number;
  /** Units that every character read adds: what a text's length alone allows. */
  readonly perCharacter: number;
}

/** Bytes that all automata of a process may hold together; past it, those that were not used for longest go. */
export class Memory {
  readonly #limit: number;
  readonly #held = new Map<Evictable, number>();
  #used = 0;
  #tick = 0;
  /** Marks and lists that a step needs, shared by all automata: only one steps at a time. */
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

  /** Tells how much an automaton holds now. Others, never this one, may be evicted for it. */
  hold(holder: Evictable, bytes: number): void {
    this.#used += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    if (this.#used > this.#limit) this.#evictBut(holder);
  }

  /** Makes room for programs of so many instructions. */
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

  /** Down to three quarters, so that sorting is rare. */
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

/** Instructions: those of the state that is left, of the next one, those whose position was checked, those to follow. */
export type Lists = readonly [now: Uint16Array, next: Uint16Array, checked: Uint16Array, stack: Uint16Array];

function makeLists(size: number): Lists {
  return [new Uint16Array(size), new Uint16Array(size), new Uint16Array(size), new Uint16Array(size)];
}
