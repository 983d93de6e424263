import { parseDuration } from '../domain/duration.ts';

export type Refuse = (path: readonly (string | number)[], reason: string) => void;

/** Reads a length of time within limits, milliseconds. An absent one is `fallback`. */
export type ReadLength = (
  written: string | undefined,
  limits: { least: number; most: number; fallback: number },
  path: readonly (string | number)[],
) => number;

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export function lengthReader(refuse: Refuse): ReadLength {
  return (written, { least, most, fallback }, path) => {
    if (written === undefined) return fallback;
    const ms = parseDuration(written);
    if (ms !== null && ms >= least && ms <= most) return ms;
    const range = `from ${short(least)} to ${short(most)}`;
    refuse(path, `"${path.at(-1)}" is "${written}". Write a length of time ${range}, such as 60s, 5m or 2h`);
    return fallback;
  };
}

function short(ms: number): string {
  if (ms % day === 0) return `${ms / day}d`;
  if (ms % hour === 0) return `${ms / hour}h`;
  if (ms % minute === 0) return `${ms / minute}m`;
  return ms % second === 0 ? `${ms / second}s` : `${ms}ms`;
}
