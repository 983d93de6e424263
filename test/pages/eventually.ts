import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** How long a page on a busy machine may take to come to a state. Only a test that fails waits so long. */
export const patienceMs = 60_000;

/** Calls `check` until it does not throw. @throws its last error after a minute */
async function untilHolds(check: () => Promise<void>): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await pause(50);
  }
}

/**
 * Reads until the result equals `expected`. A page draws what an action changed a moment later, and a busy machine much
 * later, so what a test reads once may be the state before.
 * @throws AssertionError with both values after a minute
 */
export function eventually<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  return untilHolds(async () => assert.deepEqual(await read(), expected));
}

/** Reads until the text matches. @throws AssertionError with both after a minute */
export function eventuallyMatches(read: () => string | null | Promise<string | null>, pattern: RegExp): Promise<void> {
  return untilHolds(async () => assert.match((await read()) ?? '', pattern));
}

/** Asserts that the page fits the window and has enough contrast. */
export async function fits(page: Page, width: number): Promise<void> {
  // A phone scales down a page that is too wide; then `sticksOut` finds nothing.
  await eventually(() => page.evaluate('innerWidth'), width);
  await eventually(() => page.evaluate('probe.sticksOut()'), []);
  await eventually(() => page.evaluate('probe.lowContrast()'), []);
}
