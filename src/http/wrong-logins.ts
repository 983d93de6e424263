import { isIP } from 'node:net';
import type { Clock } from '../domain/clock.ts';
import { plainAddress } from './trusted-proxies.ts';

/** Wrong logins in a window before a source is locked. In the stack, HAProxy locks earlier and longer (`haproxy/haproxy.cfg`). */
export const mostWrongLogins = 20;
export const windowMs = 5 * 60_000;
const mostSources = 10_000;

export interface WrongLogins {
  count(source: string): void;
  /** Wrong logins of this source in its current window. */
  of(source: string): number;
  /** Milliseconds until this source may try again; 0: now. */
  lockedMs(source: string): number;
}

interface Tally {
  wrong: number;
  /** Time of the first one, in ms since the epoch. */
  since: number;
}

/** Counts wrong logins by source, in windows of five minutes. Past 10,000 sources the least recent one is forgotten. */
export function createWrongLogins({ now }: Pick<Clock, 'now'>): WrongLogins {
  const tallies = new Map<string, Tally>();

  function current(source: string): Tally | null {
    const tally = tallies.get(source);
    if (tally === undefined) return null;
    const age = now() - tally.since;
    // The age is negative when the clock was set back.
    if (age >= 0 && age < windowMs) return tally;
    tallies.delete(source);
    return null;
  }

  return {
    count(source) {
      const tally = current(source) ?? { wrong: 0, since: now() };
      tally.wrong += 1;
      tallies.delete(source);
      tallies.set(source, tally);
      const [oldest] = tallies.keys();
      if (tallies.size > mostSources && oldest !== undefined) tallies.delete(oldest);
    },
    of: (source) => current(source)?.wrong ?? 0,
    lockedMs(source) {
      const tally = current(source);
      return tally === null || tally.wrong < mostWrongLogins ? 0 : tally.since + windowMs - now();
    },
  };
}

/** Returns an IPv4 address, or the /64 network of an IPv6 address: one customer usually owns a whole /64. */
export function sourceOf(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain.slice(0, 45);
  const [head = '', tail] = plain.toLowerCase().split('::') as [string, string?];
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
