import { type Automaton, buildAutomaton, Scan } from './automaton.ts';
import type { Entry } from './entry.ts';
import { LiteralFree } from './literal-free.ts';
import type { Budget, Memory } from './memory.ts';

/** Entries that a build processes between two pauses. */
const entriesASlice = 500;

/** Patterns that share one automaton. Immutable, except that entries may be marked as dead. */
export class Segment {
  readonly entries: readonly Entry[];
  readonly #automaton: Automaton;
  /** By literal: the entries that have it in their rarest clause. */
  readonly #wakes: readonly Int32Array[];
  /** By entry: the literals of its other clauses. */
  readonly #alsoNeeds: readonly (readonly Int32Array[])[];
  readonly #literalFree: LiteralFree;
  readonly #scan: Scan;
  /** By entry: the number of the last text that it was considered for. */
  readonly #consideredIn: Int32Array;
  #text = 0;

  constructor(
    entries: readonly Entry[],
    automaton: Automaton,
    wakes: readonly Int32Array[],
    alsoNeeds: readonly (readonly Int32Array[])[],
    memory: Memory,
  ) {
    this.entries = entries;
    this.#automaton = automaton;
    this.#wakes = wakes;
    this.#alsoNeeds = alsoNeeds;
    const literalFree = entries.filter(({ clauses }) => clauses.length === 0);
    this.#literalFree = new LiteralFree(literalFree, memory);
    this.#scan = new Scan(automaton);
    this.#consideredIn = new Int32Array(entries.length);
  }

  get living(): number {
    return this.entries.reduce((count, entry) => count + (entry.alive ? 1 : 0), 0);
  }

  /** Appends the ids of the living entries that match. Returns false when the budget is used up. */
  match(text: string, budget: Budget, ids: string[]): boolean {
    if (!this.#literalFree.match(text, budget, ids)) return false;
    this.#scan.begin();
    this.#automaton.read(this.#scan, text, 0, text.length);
    if (this.#scan.found === 0) return true;
    this.#text = (this.#text + 1) | 0;
    for (let hit = 0; hit < this.#scan.found; hit++) {
      const woken = this.#wakes[this.#scan.hits[hit] as number] as Int32Array;
      for (let at = 0; at < woken.length; at++) {
        const index = woken[at] as number;
        if (this.#consideredIn[index] === this.#text) continue;
        this.#consideredIn[index] = this.#text;
        const entry = this.entries[index] as Entry;
        if (!entry.alive || !this.#hasAll(index, this.#scan)) continue;
        budget.units -= text.length;
        if (!entry.matcher.search(text, budget)) return false;
        if (entry.matcher.found[0] === 1) ids.push(entry.id);
      }
    }
    return true;
  }

  /**
   * Adds the entries that may match a large text: those without a literal, and those whose clauses the text satisfies.
   * Yields after each slice of the text.
   */
  *candidates(text: string, slice: number, found: Set<Entry>): Generator<undefined, void> {
    // A separate scan, since other texts are matched during the pauses.
    const scan = new Scan(this.#automaton);
    scan.begin();
    for (let from = 0; from < text.length; from += slice) {
      this.#automaton.read(scan, text, from, Math.min(from + slice, text.length));
      yield;
    }
    for (const entry of this.entries) if (entry.alive && entry.clauses.length === 0) found.add(entry);
    for (const literal of scan.hits.subarray(0, scan.found)) {
      for (const index of this.#wakes[literal] as Int32Array) {
        const entry = this.entries[index] as Entry;
        if (entry.alive && this.#hasAll(index, scan)) found.add(entry);
      }
    }
  }

  #hasAll(index: number, scan: Scan): boolean {
    for (const literals of this.#alsoNeeds[index] as readonly Int32Array[]) {
      if (!literals.some((literal) => scan.has(literal))) return false;
    }
    return true;
  }
}

/** Builds a segment. Yields between slices of the work. */
export function* buildSegment(entries: readonly Entry[], memory: Memory): Generator<undefined, Segment> {
  const numberOf = new Map<string, number>();
  for (const [index, { clauses }] of entries.entries()) {
    for (const clause of clauses) for (const text of clause) if (!numberOf.has(text)) numberOf.set(text, numberOf.size);
    if (index % entriesASlice === entriesASlice - 1) yield;
  }
  const automaton = yield* buildAutomaton([...numberOf.keys()]);
  const literalOf = (text: string) => automaton.idOf[numberOf.get(text) as number] as number;
  const wakes: number[][] = Array.from({ length: numberOf.size }, () => []);
  const alsoNeeds: Int32Array[][] = [];
  for (const [index, { clauses }] of entries.entries()) {
    for (const text of clauses[0] ?? []) wakes[literalOf(text)]?.push(index);
    alsoNeeds.push(clauses.length < 2 ? none : clauses.slice(1).map((clause) => Int32Array.from(clause, literalOf)));
    if (index % entriesASlice === entriesASlice - 1) yield;
  }
  const compact = wakes.map((indexes) => (indexes.length === 0 ? nobody : Int32Array.from(indexes)));
  return new Segment(entries, automaton, compact, alsoNeeds, memory);
}

const none: Int32Array[] = [];
const nobody = new Int32Array(0);
