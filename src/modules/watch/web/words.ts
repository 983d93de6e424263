import type { Beat, Check, CheckState } from './api.ts';

/** States in the order of the list and of the tabs: what needs a person is first. */
export const checkStates: readonly CheckState[] = ['down', 'failing', 'maintenance', 'up', 'pending'];

/** The state in StateBadge whose colour a state of a check has. */
export const toneOf: Record<CheckState, string> = {
  down: 'danger',
  failing: 'warning',
  maintenance: 'begun',
  up: 'success',
  pending: 'neutral',
};

export const toneOfBeat: Record<Beat['state'], string> = {
  late: 'danger',
  failed: 'danger',
  running: 'begun',
  ok: 'success',
  waiting: 'neutral',
};

/** Worst first, then by name. */
export const byWeight = (one: Check, other: Check) =>
  checkStates.indexOf(one.state) - checkStates.indexOf(other.state) || (one.name < other.name ? -1 : 1);

/** Formats milliseconds: `84 ms`, `1.2 s`; null: `–`. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
