import { compose, type Stamp } from '../domain/compose.ts';
import { cut } from '../domain/cut.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import type { Change } from '../domain/subscription.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import type { TooSlow } from './slow-match.ts';

const listedPatterns = 10;
const shownCharacters = 200;

/** Pauses subscriptions that took too much time, and tells each holder once, in a direct message. */
export function pausesOf(
  tooSlow: readonly TooSlow[],
  trace: string,
  stamp: Stamp,
): { changes: Change[]; deliveries: NewDelivery[] } {
  const byReason = grouped(tooSlow, ({ reason }) => reason);
  const byHolder = grouped(tooSlow, ({ subscription: { team, user } }) => `${team} ${user}`);
  const changes = [...byReason].map(
    ([reason, paused]): Change => ({ type: 'pause', ids: paused.map(({ subscription }) => subscription.id), reason }),
  );
  const deliveries = [...byHolder.values()].map((paused): NewDelivery => {
    const { team, user } = (paused[0] as TooSlow).subscription;
    return compose(stamp, { source: 'command', trace, team, channel: user, text: told(paused) });
  });
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

/** Map.groupBy, which Node 20 has not. */
function grouped(all: readonly TooSlow[], keyOf: (each: TooSlow) => string): Map<string, TooSlow[]> {
  const groups = new Map<string, TooSlow[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}
