export interface Limiter {
  /** Returns false when the key was allowed too often in this window. */
  allow(key: string): boolean;
}

export interface LimiterOptions {
  now(): number;
  /** How often a key is allowed in each `perMs`. */
  most: number;
  perMs: number;
  /** The most keys to keep; the one with the oldest window is dropped first. */
  mostKeys?: number;
}

/** A fixed-window limiter. A window begins with the first use of a key. */
export function createLimiter({ now, most, perMs, mostKeys = 10_000 }: LimiterOptions): Limiter {
  const windows = new Map<string, { since: number; count: number }>();
  return {
    allow(key) {
      const at = now();
      const window = windows.get(key);
      // A window that begins in the future was written before the clock was set back.
      if (window !== undefined && at >= window.since && at - window.since < perMs) {
        window.count += 1;
        return window.count <= most;
      }
      windows.delete(key);
      windows.set(key, { since: at, count: 1 });
      const [oldest] = windows.keys();
      if (windows.size > mostKeys && oldest !== undefined) windows.delete(oldest);
      return true;
    },
  };
}
