import type { AuditEntry } from '../domain/audit.ts';
import type { CommandRequest, IncomingMessage } from '../domain/event.ts';
import type { Change, Subscription } from '../domain/subscription.ts';
import type { Tracking } from '../ports/tracking.ts';

type Act = Pick<AuditEntry, 'action' | 'target' | 'detail'>;

/** Returns the entries of the audit log on the changes of a command, one for each pattern. */
export function auditOf(
  changes: readonly Change[],
  event: IncomingMessage | CommandRequest,
  { newId, now }: { newId(): string; now: number },
  tracking: Pick<Tracking, 'ofTeam'>,
): AuditEntry[] {
  const { team, user, channel, trace } = event;
  const nameOf = (ids: readonly string[]) => tracking.ofTeam(team).filter(({ id }) => ids.includes(id));
  return changes
    .flatMap((change) => actsOf(change, nameOf))
    .map((act) => ({
      ...{ id: newId(), at: now, actor: { kind: 'slack' as const, name: user }, source: channel },
      ...{ ...act, outcome: 'done' as const, requestId: trace },
    }));
}

function actsOf(change: Change, held: (ids: readonly string[]) => Subscription[]): Act[] {
  switch (change.type) {
    case 'subscribe':
      return [actOn('track', change.subscription)];
    case 'unsubscribe':
      return held(change.ids).map((each) => actOn('stop tracking', each));
    case 'pause':
      return held(change.ids).map((each) => actOn(change.reason === null ? 'track' : 'pause', each));
    case 'mute':
      return [{ action: 'mute', target: change.mute.user, detail: '' }];
    case 'unmute':
      return [{ action: 'unmute', target: change.user, detail: '' }];
  }
}

const actOn = (action: string, { pattern, user, channel }: Subscription): Act => ({
  action,
  target: pattern,
  detail: `for ${user}${channel === null ? '' : ` in ${channel}`}`,
});
