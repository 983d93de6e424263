import type { ConfigOf } from '../module.ts';
import type { eventsSettings } from './settings.ts';

type Config = ConfigOf<typeof eventsSettings>;

/** Returns a sentence if REDIS_URL is set and no other setting uses it; else null. */
export function idleRedis(config: Config): string | null {
  const { REDIS_URL, EVENTS_STREAM, RELAX_EVENTS_QUEUE, RELAX_BOTS_KEY, RELAX_BOTS_PUBSUB } = config;
  const uses = [RELAX_EVENTS_QUEUE, RELAX_BOTS_KEY, RELAX_BOTS_PUBSUB];
  if (REDIS_URL === undefined || EVENTS_STREAM !== 'off' || uses.some((use) => use !== undefined)) return null;
  return 'nothing is written to Redis: EVENTS_STREAM is off, and RELAX_EVENTS_QUEUE is not set';
}

/** Returns which settings `EVENTS=off` makes useless, for `ultronex doctor`; null: none. */
export function whenOff({ REDIS_URL, EVENTS_WEBHOOK_URL }: Config): string | null {
  const unused = Object.entries({ REDIS_URL, EVENTS_WEBHOOK_URL }).flatMap(([name, value]) => (value ? [name] : []));
  if (unused.length === 0) return null;
  return `off: EVENTS=off, so ${unused.join(' and ')} ${unused.length > 1 ? 'are' : 'is'} not used`;
}
