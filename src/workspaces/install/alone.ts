import type { Clock } from '../../domain/clock.ts';
import type { LeaseStore } from '../../ports/incident-store.ts';

/** How long a program has the token of a team for itself. A call to Slack and the write after it take less. Milliseconds. */
const leaseMs = 30_000;

/** Runs `work` while no other program and nobody else in this one changes the token of a team. Null: another one does. */
export type Alone = <T>(team: string, work: () => Promise<T>) => Promise<T | null>;

export function createAlone(store: LeaseStore, clock: Pick<Clock, 'now'>): Alone {
  const busy = new Set<string>();
  return async function alone(team, work) {
    if (busy.has(team)) return null;
    busy.add(team);
    try {
      // The lease ends by itself. Nobody waits for it: the next round comes after it has ended.
      return (await store.lease(`token:${team}`, clock.now(), leaseMs)) ? await work() : null;
    } finally {
      busy.delete(team);
    }
  };
}
