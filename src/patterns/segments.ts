import type { Entry } from './entry.ts';
import type { Budget, Memory } from './memory.ts';
import { buildSegment, type Segment } from './segment.ts';

/** Up to this many new patterns get their automaton at once; more, for example changes of another process, in slices. */
const maxAtOnce = 64;
/** Small segments before they are merged: each one costs a scan of every text. */
const maxSmall = 4;
/** A segment is merged into the next build unless it is this many times larger, so that large ones are rarely rebuilt. */
const growth = 8;

/**
 * The segments of a set, kept like a log-structured merge tree: added patterns become a small segment at the next text, and
 * small segments are merged into larger ones in the background, in short slices. So adding is cheap, a merge never blocks
 * the event loop, and 10,000 patterns have about ten segments at most.
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

  /** Call after a removal. @param living number of entries left */
  died(living: number): void {
    this.#deaths += 1;
    // More than half was removed: rebuild. The cost is spread over the removals.
    if (this.#deaths > 64 && this.#deaths > living / 2) this.#merge(0, 0);
  }

  /** Returns whether a text can be matched now. If not, `ready` resolves when it can. */
  isReady(): boolean {
    if (this.#recent.length === 0) return true;
    if (this.#segments.length > 0 && this.#recent.length > maxAtOnce) {
      this.#merge(this.#mergeFrom(this.#recent.length), this.#recent.length);
      return false;
    }
    // At once: there are few, or it is the start, when nothing else waits for the event loop.
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

  /** Adds the entries that may match. Yields after each slice of the text. */
  *candidates(text: string, slice: number, found: Set<Entry>): Generator<undefined, void> {
    for (const segment of [...this.#segments]) yield* segment.candidates(text, slice, found);
  }

  #smallOnes(): number {
    return this.#segments.filter(({ entries }) => entries.length <= maxAtOnce).length;
  }

  /** Returns the index of the first segment to merge with this many new patterns. */
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

  /** Merges the segments from index `first` on, and the oldest `recent` new patterns, into one segment. */
  #merge(first: number, recent: number): void {
    if (this.#merging !== null) return;
    if (first === 0) this.#deaths = 0;
    const old = this.#segments.slice(first);
    const entries = [...old.flatMap((segment) => segment.entries), ...this.#recent.slice(0, recent)];
    const living = entries.filter(({ alive }) => alive);
    this.#merging = this.#build(living, (segment) => {
      // Segments that were added during the merge come after the new one.
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
