export interface Limiter {
  /** False when the key was let through too often lately. */
  allow(key: string): boolean;
}

export interface LimiterOptions {
  now(): number;
  /** Times in each `perMs`. */
  most: number;
  perMs: number;
  /** Keys remembered; beyond it the one that began first is forgotten. */
  mostKeys?: number;
}

/** So many times in a fixed window that begins with the first time. */
export function createLimiter({ now, most, perMs, mostKeys = 10_000 }: LimiterOptions): Limiter {
  const windows = new Map<string, { since: number; count: number }>();
  return {
    allow(key) {
      const at = now();
      const window = windows.get(key);
      // A window that begins in the future: the clock was set back.
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
