import { editDistance } from '../domain/nearest.ts';

/** For a command, or another word that people use for it: the command that undoes it. */
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
 * The command that is meant by `unmute` or `untrack`, with at most one slip; null: the word is none of these. By its
 * letters alone `unmute` is near to `mute`, its contrary.
 */
export function oppositeOf(word: string): string | null {
  const [, base] = /^un-?(.{3,})$/.exec(word) ?? [];
  if (base === undefined) return null;
  const [, meant] = Object.entries(opposites).find(([known]) => editDistance(base, known) <= 1) ?? [];
  return meant ?? null;
}
