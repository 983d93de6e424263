import type { Tried } from '../ports/patterns.ts';

/** Outcomes of tries as they travel between threads: by their index. */
export const outcomes: readonly Tried['outcome'][] = ['skipped', 'absent', 'found', 'stopped'];
