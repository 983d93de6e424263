import type { Tried } from '../ports/patterns.ts';

/** Outcomes of tries; threads send their index in this list. */
export const outcomes: readonly Tried['outcome'][] = ['skipped', 'absent', 'found', 'stopped'];
