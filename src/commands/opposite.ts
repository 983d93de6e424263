import { editDistance } from '../domain/nearest.ts';

/** By a command or a common synonym: the command that undoes it. */
const opposites: Readonly<Record<string, string>> = {
  forward: 'stop',
  track: 'stop',
  watch: 'stop',
  follow: 'stop',
  subscribe: 'stop',
  mute: 'talk',
  muted: 'talk',
  stop: 'forward',
};

/**
 * Returns the command that words such as `unmute` or `untrack` mean, with at most one typo; else null. The edit distance
 * alone would suggest `mute` for `unmute`, the opposite.
 */
export function oppositeOf(word: string): string | null {
  const [, base] = /^un-?(.{3,})$/.exec(word) ?? [];
  if (base === undefined) return null;
  const [, meant] = Object.entries(opposites).find(([known]) => editDistance(base, known) <= 1) ?? [];
  return meant ?? null;
}
