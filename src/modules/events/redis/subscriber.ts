import type { Logger } from 'pino';
import { createToldOnce } from '../../../lib/told-once.ts';
import type { Bots } from './bots.ts';
import type { RedisConnection } from './client.ts';

export interface SubscriberParts {
  shared: RedisConnection;
  /** A connection that does nothing else: a subscribed one takes no other commands. Null without a channel. */
  own: RedisConnection | null;
  channel: string;
  /** Null without a hash of bots. */
  bots: Pick<Bots, 'compare'> | null;
  take(command: string): Promise<void>;
  log: Logger;
}

/**
 * Follows Relax's channel of commands. What is published while nobody listens is lost, so the hash of bots is compared after each
 * connect, and once more when the channel is heard: a bot may come between the two.
 */
export function startSubscriber({ own, shared, channel, bots, take, log }: SubscriberParts): void {
  const faults = createToldOnce((error) => log.warn({ err: error }, 'the channel of commands is not subscribed'));
  shared.onUp(() => void bots?.compare());
  own?.onUp(() => {
    own.redis
      .subscribe(channel)
      .then(() => {
        faults.worked();
        return bots?.compare();
      })
      .catch(faults.failed);
  });
  own?.redis.on('message', (_channel: string, command: string) => void take(command));
}
