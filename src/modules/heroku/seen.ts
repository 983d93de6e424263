import type { Dyno } from '../../heroku-api/index.ts';
import type { Addon, AppInfo, Formation, Release } from './types.ts';

/** The result of one look at an app. An undefined part was not read this time. */
export interface Seen {
  /** Milliseconds since the epoch. */
  at: number;
  dynos: readonly Dyno[];
  info?: AppInfo;
  formation?: readonly Formation[];
  /** Newest first. */
  releases?: readonly Release[];
  addons?: readonly Addon[];
  /** Hashes of the config vars by name, and the id of their key. */
  vars?: { keyId: string; hashes: Readonly<Record<string, string>> };
}

/** Types of one-off dynos, whose end is no failure. */
const oneOff = new Set(['run', 'scheduler', 'release']);

/** Returns how many dynos of each type an app should have. Without a formation the types of its dynos count. */
export function wantedOf(formation: readonly Formation[] | null, dynos: readonly Dyno[]): Map<string, number> {
  if (formation !== null) return new Map(formation.map(({ type, quantity }) => [type, quantity]));
  const wanted = new Map<string, number>();
  for (const { type } of dynos) if (!oneOff.has(type)) wanted.set(type, (wanted.get(type) ?? 0) + 1);
  return wanted;
}
