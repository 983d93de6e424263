import type { Change, Mute, Subscription } from '../domain/subscription.ts';
import type { Tracking } from '../ports/tracking.ts';

/** What is watched once these changes are committed: for the later commands of a message that has several. */
export function withPending(tracking: Tracking, changes: readonly Change[]): Tracking {
  let held = tracking.all();
  const mutes = new Map<string, Mute | null>();
  const key = (team: string, user: string) => `${team} ${user}`;
  for (const change of changes) {
    if (change.type === 'subscribe') held = [...held, change.subscription];
    if (change.type === 'unsubscribe') held = held.filter(({ id }) => !change.ids.includes(id));
    if (change.type === 'pause') {
      const { ids, reason } = change;
      held = held.map((each) => (ids.includes(each.id) ? { ...each, paused: reason ?? undefined } : each));
    }
    if (change.type === 'mute') mutes.set(key(change.mute.team, change.mute.user), change.mute);
    if (change.type === 'unmute') mutes.set(key(change.team, change.user), null);
  }
  const of = (team: string, holds: (each: Subscription) => boolean) =>
    held.filter((each) => each.team === team && holds(each));
  return {
    check: (pattern) => tracking.check(pattern),
    warnings: (pattern) => tracking.warnings(pattern),
    find: (pattern, mrkdwn) => tracking.find(pattern, mrkdwn),
    all: () => held,
    heldBy: (team, user) => of(team, (each) => each.user === user),
    holdersOf: (team, pattern) => of(team, (each) => each.pattern === pattern),
    muteOf(team, user) {
      const pending = mutes.get(key(team, user));
      return pending === undefined ? tracking.muteOf(team, user) : pending;
    },
  };
}
