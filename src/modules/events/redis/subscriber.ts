import type { Logger } from 'pino';
import type { RedisConnection } from './client.ts';
import { type Bots, botOf } from './commands.ts';

export interface SubscriberParts {
  /** A connection that does nothing else: a subscribed one takes no other commands. */
  own: RedisConnection;
  shared: RedisConnection;
  botsKey: string | undefined;
  channel: string | undefined;
  bots: Bots;
  take(command: string): Promise<void>;
  log: Logger;
}

/** Bots of the hash that are compared. */
const mostBots = 20_000;

/**
 * Follows Relax's channel of commands. What is published while nobody listens is lost, so the hash of bots is compared after each
 * connect.
 */
export function startSubscriber({ own, shared, botsKey, channel, bots, take, log }: SubscriberParts): void {
  /** Teams that the hash had, so that those that are gone can be removed. */
  let known = new Set<string>();
  let turn: Promise<void> = Promise.resolve();

  async function compare(): Promise<void> {
    if (botsKey === undefined) return;
    const entries = Object.values(await shared.run((redis) => redis.hgetall(botsKey))).slice(0, mostBots);
    const found = new Set<string>();
    for (const entry of entries) {
      try {
        const { team, token, namespace } = botOf(entry);
        found.add(team);
        await bots.add(team, token, namespace);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'a bot of the Redis hash was not added');
      }
    }
    for (const team of known) if (!found.has(team)) await bots.remove(team);
    known = found;
  }

  const inTurn = (work: () => Promise<void>) => {
    turn = turn
      .then(work)
      .catch((error) => log.warn({ err: error }, 'the hash of bots was not compared; the next connect tries again'));
  };
  own.redis.on('ready', () => {
    if (channel !== undefined) {
      own.redis
        .subscribe(channel)
        .catch((error) => log.warn({ err: error }, 'the channel of commands is not subscribed'));
    }
  });
  shared.redis.on('ready', () => inTurn(compare));
  own.redis.on('message', (_channel: string, command: string) => inTurn(() => take(command)));
}
