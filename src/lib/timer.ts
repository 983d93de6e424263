/** The timer of a clock: calls `run` once after `ms` milliseconds. The returned function cancels it. */
export interface Timer {
  after(ms: number, run: () => void): () => void;
}
