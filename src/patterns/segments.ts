import type { Entry } from './entry.ts';
import type { Budget, Memory } from './memory.ts';
import { buildSegment, type Segment } from './segment.ts';

/** More new patterns than this, as after a change by another process, get their automaton in slices. */
const maxAtOnce = 64;
/** Segments that are small, each a scan of every text, before they are merged. */
const maxSmall = 4;
/** A segment is merged into the next build unless it is this many times larger, so that large ones are rarely rebuilt. */
const growth = 8;

/**
 * The automata of a set. What is added becomes a small segment at the next text; small segments are merged into larger
 * ones (as in a log-structured merge tree), in slices between which the event loop does its other work: so an add is
 * cheap, no merge holds anything up, and at 10,000 patterns there are at most some ten segments.
 */
export class Segments {
  readonly #memory: Memory;
  readonly #pause: () => Promise<void>;
  /** Largest first. */
  #segments: Segment[] = [];
  #recent: Entry[] = [];
  #deaths = 0;
  #merging: Promise<void> | null = null;

  constructor(memory: Memory, pause: () => Promise<void>) {
    this.#memory = memory;
    this.#pause = pause;
  }

  add(entry: Entry): void {
    this.#recent.push(entry);
  }

  /** After a removal. @param living how many entries there are now */
  died(living: number): void {
    this.#deaths += 1;
    // More than half was removed: a rebuild is paid for by the removals before it.
    if (this.#deaths > 64 && this.#deaths > living / 2) this.#merge(0, 0);
  }

  /** Whether a text can be matched now; if not, `ready` says when. */
  isReady(): boolean {
    if (this.#recent.length === 0) return true;
    if (this.#segments.length > 0 && this.#recent.length > maxAtOnce) {
      this.#merge(this.#mergeFrom(this.#recent.length), this.#recent.length);
      return false;
    }
    // Few; or nothing was there before, as at start, when nobody is served yet.
    const living = this.#recent.filter(({ alive }) => alive);
    this.#recent = [];
    if (living.length > 0) this.#segments.push(drain(buildSegment(living, this.#memory)));
    if (this.#smallOnes() > maxSmall) this.#merge(this.#mergeFrom(0), 0);
    return true;
  }

  /** Resolves when `isReady`. */
  async ready(): Promise<void> {
    while (!this.isReady()) await this.#merging;
  }

  match(text: string, budget: Budget, ids: string[]): boolean {
    for (const segment of this.#segments) if (!segment.match(text, budget, ids)) return false;
    return true;
  }

  /** Adds the entries that may match, with a pause after each slice of the text. */
  *candidates(text: string, slice: number, found: Set<Entry>): Generator<undefined, void> {
    for (const segment of [...this.#segments]) yield* segment.candidates(text, slice, found);
  }

  #smallOnes(): number {
    return this.#segments.filter(({ entries }) => entries.length <= maxAtOnce).length;
  }

  /** The first segment that a merge of so many more patterns takes in. */
  #mergeFrom(more: number): number {
    let size = more;
    let from = this.#segments.length;
    for (; from > 0; from--) {
      const living = this.#segments[from - 1]?.living ?? 0;
      if (size > 0 && living >= growth * size) break;
      size += living;
    }
    return from;
  }

  /** Merges the segments from this one on, and the oldest recent patterns, into one in their place. */
  #merge(first: number, recent: number): void {
    if (this.#merging !== null) return;
    if (first === 0) this.#deaths = 0;
    const old = this.#segments.slice(first);
    const entries = [...old.flatMap((segment) => segment.entries), ...this.#recent.slice(0, recent)];
    const living = entries.filter(({ alive }) => alive);
    this.#merging = this.#build(living, (segment) => {
      // What came in the meantime stands behind them.
      const others = this.#segments.filter((each) => !old.includes(each));
      this.#segments = segment === null ? others : [...others.slice(0, first), segment, ...others.slice(first)];
      this.#recent.splice(0, recent);
      this.#merging = null;
    });
  }

  async #build(entries: readonly Entry[], done: (segment: Segment | null) => void): Promise<void> {
    if (entries.length === 0) return done(null);
    const build = buildSegment(entries, this.#memory);
    for (;;) {
      await this.#pause();
      const step = build.next();
      if (step.done) return done(step.value);
    }
  }
}

function drain<T>(build: Generator<undefined, T>): T {
  for (;;) {
    const step = build.next();
    if (step.done) return step.value;
  }
}
