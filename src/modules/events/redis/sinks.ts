import type { LoggedEvent } from '../../../ports/event-log-store.ts';
import type { Sink } from '../relay.ts';
import { type RedisConnection, RedisFailed } from './client.ts';

/** Events of one command or transaction. */
const batch = 500;
/** Characters of a batch: Redis does nothing else meanwhile. */
const mostCharacters = 4_194_304;
const mostPauseMs = 5_000;

/** Returns the first events that make a batch, at least one. */
function batchOf(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  let characters = 0;
  const end = events.findIndex(({ body }, at) => {
    characters += body.length;
    return at > 0 && characters > mostCharacters;
  });
  return end === -1 ? events : events.slice(0, end);
}

/**
 * A Redis stream, cut to about `keep` entries, each with the fields `id` and `event`. A batch is one transaction, so a failure leaves
 * nothing of it, and the order holds.
 */
export function createStream({ run }: Pick<RedisConnection, 'run'>, key: string, keep: number): Sink {
  async function add(events: readonly LoggedEvent[]): Promise<void> {
    const replies = await run((redis) => {
      const commands = redis.multi();
      for (const { id, body } of events) commands.xadd(key, 'MAXLEN', '~', keep, '*', 'id', id, 'event', body);
      return commands.exec();
    });
    if (replies?.length !== events.length) throw new Error('Redis: the transaction was not run');
    for (const [error] of replies) if (error !== null) throw new Error(`Redis: ${error.message}`);
  }

  /** Cuts the stream, which XADD does not do in a full Redis. Resolves with whether it was longer than `keep`. */
  const cut = async () => (await run((redis) => redis.xtrim(key, 'MAXLEN', keep))) > 0;

  return {
    ...{ name: 'stream', title: `the Redis stream ${key}`, batch, mostPauseMs },
    async send(events) {
      const sent = batchOf(events);
      try {
        await add(sent);
      } catch (error) {
        const isFull = error instanceof RedisFailed && error.code === 'OOM';
        if (!isFull || !(await cut())) throw error;
        await add(sent);
      }
      return sent.length;
    },
  };
}

/** A Redis list that consumers take events from (`BLPOP`). It is never cut: at `keep` entries it gets no more until some are taken. */
export function createQueue({ run }: Pick<RedisConnection, 'run'>, key: string, keep: number): Sink {
  let length: number | null = null;
  return {
    ...{ name: 'queue', title: `the Redis list ${key}`, batch, mostPauseMs },
    async send(events) {
      if (length === null || length >= keep) length = await run((redis) => redis.llen(key));
      if (length >= keep)
        throw new Error(`the list has ${length.toLocaleString('en-US')} events that no consumer took`);
      const sent = batchOf(events.slice(0, keep - length));
      length = null;
      length = await run((redis) => redis.rpush(key, ...sent.map(({ body }) => body)));
      return sent.length;
    },
  };
}
