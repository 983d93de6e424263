import assert from 'node:assert/strict';

/** Starts to count the CPU time of this process. Returns a function that reads it, in ms. */
export function cpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
}

/**
 * Asserts that what `measure` measures, in ms, is less than the limit at least once in five times: a busy machine may hold
 * anything up, but what is always slow is slow by itself.
 */
export async function takesLessThan(limitMs: number, measure: () => Promise<number>): Promise<void> {
  const measured: number[] = [];
  while (measured.length < 5) {
    const ms = await measure();
    if (ms < limitMs) return;
    measured.push(Math.round(ms));
  }
  assert.fail(`${measured.join(', ')} ms, never less than ${limitMs}`);
}
