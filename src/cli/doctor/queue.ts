import { systemClock } from '../../domain/clock.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('store');
/** A queued message that is older than this waits longer than pacing and normal backoff explain. */
const oldMs = 5 * 60_000;

export function describeQueue(queued: number, oldestAt: number | null): Finding {
  if (oldestAt === null) return find('ok', 'no message waits');
  const ageMs = systemClock.now() - oldestAt;
  const age = `${queued} ${queued === 1 ? 'message waits' : 'messages wait'}, the oldest for ${Math.round(ageMs / 1_000)} s`;
  if (ageMs < oldMs) return find('ok', age);
  return find('warn', `${age}; GET /ultronex/messages?state=queued shows their last errors`);
}
