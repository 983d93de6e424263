import { type Change, type Subscription, teamOf } from '../domain/subscription.ts';
import type { Tracking } from '../ports/tracking.ts';

/** Returns the tracking as if the changes were committed, for the later commands of the same message. */
export function withPending(tracking: Tracking, changes: readonly Change[]): Tracking {
  if (changes.length === 0) return tracking;
  const of = (team: string) =>
    changes.filter((change) => teamOf(change) === team).reduce(changed, tracking.ofTeam(team));
  return {
    ...tracking,
    ofTeam: of,
    countOf: (team) => of(team).length,
    heldBy: (team, user) => of(team).filter((each) => each.user === user),
    holdersOf: (team, pattern) => of(team).filter((each) => each.pattern === pattern),
    muteOf(team, user) {
      const pending = changes.findLast((change) => isMuteOf(change, team, user));
      if (pending?.type === 'mute') return pending.mute;
      return pending === undefined ? tracking.muteOf(team, user) : null;
    },
  };
}

function changed(held: Subscription[], change: Change): Subscription[] {
  if (change.type === 'subscribe') return [...held, change.subscription];
  if (change.type === 'unsubscribe') return held.filter(({ id }) => !change.ids.includes(id));
  if (change.type !== 'pause') return held;
  const { ids, reason } = change;
  return held.map((each) => (ids.includes(each.id) ? { ...each, paused: reason ?? undefined } : each));
}

function isMuteOf(change: Change, team: string, user: string): boolean {
  if (teamOf(change) !== team) return false;
  return change.type === 'mute' ? change.mute.user === user : change.type === 'unmute' && change.user === user;
}
