import { compose, type Stamp } from '../domain/compose.ts';
import { cut } from '../domain/cut.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import { inSlack } from '../domain/destination.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Change } from '../domain/subscription.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import type { TooSlow } from './too-slow.ts';

const listedPatterns = 10;
const shownCharacters = 200;

/** Pauses a team's subscriptions that took too much time, and notifies each holder once by a direct message. */
export function pausesOf(
  tooSlow: readonly TooSlow[],
  { team, trace }: Pick<IncomingMessage, 'team' | 'trace'>,
  stamp: Stamp,
): { changes: Change[]; deliveries: NewDelivery[] } {
  const byReason = grouped(tooSlow, ({ reason }) => reason);
  const byHolder = grouped(tooSlow, ({ subscription }) => subscription.user);
  const changes = [...byReason].map(
    ([reason, paused]): Change => ({
      type: 'pause',
      team,
      ids: paused.map(({ subscription }) => subscription.id),
      reason,
    }),
  );
  const deliveries = [...byHolder].map(
    ([user, paused]): NewDelivery =>
      compose(stamp, { source: 'command', trace, team, destination: inSlack(user), text: told(paused) }),
  );
  return { changes, deliveries };
}

function told(paused: readonly TooSlow[]): string {
  const listed = paused.slice(0, listedPatterns).map(({ subscription, reason }) => {
    const pattern = cut(subscription.pattern.replace(/`/g, "'"), shownCharacters, () => '…');
    return `• \`${escapeMrkdwn(pattern)}\`: ${reason}`;
  });
  const more =
    paused.length > listedPatterns ? [`• and ${paused.length - listedPatterns} more; \`track\` lists them`] : [];
  const what = paused.length === 1 ? 'I paused a pattern of yours' : `I paused ${paused.length} of your patterns`;
  const remedy =
    'Nothing is matched by it until you `forward` it again. Simpler ones are faster: smaller counts in {…}, and a word that must be there.';
  return [`${what}:`, ...listed, ...more, paused.length === 1 ? remedy : remedy.replaceAll(' it', ' them')].join('\n');
}

/** Map.groupBy is not in Node 20. */
function grouped(all: readonly TooSlow[], keyOf: (each: TooSlow) => string): Map<string, TooSlow[]> {
  const groups = new Map<string, TooSlow[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}
