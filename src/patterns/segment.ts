import { Automaton } from './automaton.ts';
import type { Subject } from './engine.ts';
import type { Entry } from './entry.ts';
import { LiteralFree } from './literal-free.ts';

/** Patterns behind one automaton. Never changes; only its entries may die. */
export class Segment {
  readonly entries: readonly Entry[];
  readonly #automaton: Automaton;
  /** By literal: the entries whose rarest clause holds it. */
  readonly #wakes: readonly (readonly number[])[];
  /** By entry: the literals of its other clauses. */
  readonly #alsoNeeds: readonly (readonly Int32Array[])[];
  readonly #literalFree: LiteralFree;
  /** By entry: the scan that considered it last. */
  readonly #consideredIn: Int32Array;
  #scan = 0;

  constructor(entries: readonly Entry[]) {
    const idOf = new Map<string, number>();
    for (const { clauses } of entries) {
      for (const text of clauses.flat()) if (!idOf.has(text)) idOf.set(text, idOf.size);
    }
    const automaton = new Automaton([...idOf.keys()]);
    const literalOf = (text: string) => automaton.idOf[idOf.get(text) as number] as number;
    const wakes: number[][] = Array.from({ length: idOf.size }, () => []);
    entries.forEach(({ clauses: [rarest] }, index) => {
      for (const text of rarest ?? []) wakes[literalOf(text)]?.push(index);
    });
    this.entries = entries;
    this.#automaton = automaton;
    this.#wakes = wakes;
    this.#alsoNeeds = entries.map(({ clauses }) => clauses.slice(1).map((c) => Int32Array.from(c, literalOf)));
    this.#literalFree = new LiteralFree(entries.filter(({ clauses }) => clauses.length === 0));
    this.#consideredIn = new Int32Array(entries.length);
  }

  get living(): number {
    return this.entries.reduce((count, entry) => count + (entry.alive ? 1 : 0), 0);
  }

  /** Appends the ids of the living entries that match. `text` is the subject's, as it came. */
  match(text: string, subject: Subject, ids: string[]): void {
    this.#literalFree.match(subject, ids);
    const found = this.#automaton.scan(text);
    if (found === 0) return;
    this.#scan = (this.#scan + 1) | 0;
    for (let hit = 0; hit < found; hit++) {
      for (const index of this.#wakes[this.#automaton.hits[hit] as number] as readonly number[]) {
        if (this.#consideredIn[index] === this.#scan) continue;
        this.#consideredIn[index] = this.#scan;
        const entry = this.entries[index] as Entry;
        if (!entry.alive || !this.#hasAll(this.#alsoNeeds[index] as readonly Int32Array[])) continue;
        if (entry.verifier.matches(subject)) ids.push(entry.id);
      }
    }
  }

  #hasAll(clauses: readonly Int32Array[]): boolean {
    return clauses.every((literals) => literals.some((literal) => this.#automaton.has(literal)));
  }
}
