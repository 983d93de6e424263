export interface MergeOptions {
  /** A channel with more than this many waiting messages has fallen behind. */
  backlog: number;
  /** Milliseconds in which a digest that was sent takes in more messages. */
  openMs: number;
}

/** `given`: null turns merging off; absent: the usual options. */
export function mergeOptions(given: MergeOptions | null | undefined): MergeOptions {
  return given === null ? { backlog: Number.MAX_SAFE_INTEGER, openMs: 0 } : (given ?? { backlog: 10, openMs: 600_000 });
}
