import { first } from './first.ts';
import { later } from './later.ts';

/** One entry a version; `user_version` counts those applied. Never change an entry that was released, add one. */
export const migrations: readonly string[] = [...first, ...later];
