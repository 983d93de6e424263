/** The part of a clock that waits: calls `run` once after `ms` milliseconds; the returned function cancels it. */
export interface Timer {
  after(ms: number, run: () => void): () => void;
}
