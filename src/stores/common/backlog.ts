import type { Lifetimes } from '../../domain/clock.ts';

/** The number of messages that wait, and when the oldest one was accepted. */
interface Backlog {
  queued: number;
  oldestAt: number | null;
}

/** What was accepted while the clock was ahead waits at least since the clock was set back. */
export function backlogAt(
  now: number,
  { queued, oldestAt }: Backlog,
  lifetimes: Pick<Lifetimes, 'sinceSetBack'>,
): Backlog {
  const isAhead = oldestAt !== null && oldestAt > now;
  return { queued, oldestAt: isAhead ? now - lifetimes.sinceSetBack() : oldestAt };
}
