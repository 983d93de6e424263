import type { PatternSet } from '../ports/patterns.ts';
import { type Engine, Subject } from './engine.ts';
import type { Entry } from './entry.ts';
import { requiredClauses } from './literals.ts';
import { programSize } from './measure.ts';
import { Segment } from './segment.ts';
import { readPattern } from './syntax.ts';

/** How many new patterns are tried one by one before they get an automaton. */
const maxRecent = 64;
/** … or how many single tries they may cost: a try is about a microsecond, a small automaton some 200. */
const maxRecentTries = 1_000;
/** A segment is merged into the next build unless it is this many times larger, so that large ones are rarely rebuilt. */
const growth = 8;

/**
 * Stage one reads the text once and finds which patterns' literals are in it; stage two asks the engine about those.
 * New patterns wait in a list; the list becomes a segment, small segments merge into larger ones (as in a log-structured
 * merge tree): an add is cheap, a burst of adds costs one build, and at 10,000 patterns there are at most five segments.
 */
export class TwoStageSet implements PatternSet {
  readonly #engine: Engine;
  readonly #entries = new Map<string, Entry>();
  /** Largest first. */
  #segments: Segment[] = [];
  #recent: Entry[] = [];
  #recentTries = 0;
  #deaths = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws {PatternRefused} */
  add(id: string, source: string): void {
    const verifier = this.#engine.compile(source);
    const structure = readPattern(source);
    const clauses = structure === null ? [] : requiredClauses(structure);
    this.remove(id);
    const size = structure === null ? Number.POSITIVE_INFINITY : programSize(structure);
    const entry: Entry = { id, source, programSize: size, verifier, clauses, alive: true };
    this.#entries.set(id, entry);
    this.#recent.push(entry);
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.alive = false;
    this.#entries.delete(id);
    this.#deaths += 1;
  }

  match(text: string): string[] {
    this.#settle();
    const subject = new Subject(text);
    const ids: string[] = [];
    for (const segment of this.#segments) segment.match(text, subject, ids);
    for (const entry of this.#recent) if (entry.alive && entry.verifier.matches(subject)) ids.push(entry.id);
    this.#recentTries += this.#recent.length;
    return ids;
  }

  #settle(): void {
    // Half dead: worth a sweep. Counting starts anew, so a sweep is paid for by the removals before it.
    if (this.#deaths > 64 && this.#deaths > this.#entries.size / 2) this.#rebuildFrom(0);
    else if (this.#recent.length > maxRecent || this.#recentTries > maxRecentTries) this.#promoteRecent();
  }

  #promoteRecent(): void {
    let size = this.#recent.length;
    let from = this.#segments.length;
    for (; from > 0; from--) {
      const living = this.#segments[from - 1]?.living ?? 0;
      if (living >= growth * size) break;
      size += living;
    }
    this.#rebuildFrom(from);
  }

  /** Merges the segments from this one on, and the recent patterns, into one. */
  #rebuildFrom(first: number): void {
    const merged = this.#segments.slice(first).flatMap((segment) => segment.entries);
    const living = [...merged, ...this.#recent].filter((entry) => entry.alive);
    this.#segments = this.#segments.slice(0, first);
    if (living.length > 0) this.#segments.push(new Segment(living));
    this.#recent = [];
    this.#recentTries = 0;
    if (first === 0) this.#deaths = 0;
  }
}
