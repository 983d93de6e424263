/** Redis or Valkey: where events go to, and where Relax's commands come from. Loaded with REDIS_URL only. */
import { createTurns } from '../../../lib/turns.ts';
import type { ModuleContext } from '../../module.ts';
import type { Sink } from '../relay.ts';
import type { eventsSettings } from '../settings.ts';
import { type BotHash, type Bots, createBots } from './bots.ts';
import { createRedis, type RedisConnection } from './client.ts';
import { type CommandResult, createCommands } from './commands.ts';
import { type Group, readGroups } from './groups.ts';
import { createWhyUnserved } from './served.ts';
import { createQueue, createStream } from './sinks.ts';
import { startSubscriber } from './subscriber.ts';

export interface RedisPart {
  sinks: Sink[];
  /** Whether it is connected. */
  isUp(): boolean;
  /** Why it is not, for people; null: it is, or no attempt ended yet. */
  trouble(): string | null;
  /** Resolves with the groups of consumers of the stream. */
  groups(): Promise<Group[]>;
  /** The hash of bots; null without RELAX_BOTS_KEY. */
  bots: Pick<Bots, 'retry' | 'review' | 'unserved'> | null;
  start(): void;
}

/** @param onCommand called with the result of each command */
export async function openRedis(
  context: ModuleContext<typeof eventsSettings>,
  url: string,
  onCommand: (result: CommandResult) => void,
): Promise<RedisPart> {
  const { config, store, clock, log, onStop, newId, ttlMs, installer } = context;
  const { RELAX_EVENTS_QUEUE: queue, RELAX_BOTS_KEY: botsKey, RELAX_BOTS_PUBSUB: channel } = config;
  const options = { url, password: config.REDIS_PASSWORD, timer: clock, log };
  const shared = await createRedis(options);
  const own = channel === undefined ? null : await createRedis(options);
  const connections: RedisConnection[] = own === null ? [shared] : [shared, own];

  const sinks: Sink[] = [];
  if (config.EVENTS_STREAM !== 'off') sinks.push(createStream(shared, config.EVENTS_STREAM, config.EVENTS_MAXLEN));
  if (queue !== undefined) sinks.push(createQueue(shared, queue, config.EVENTS_MAXLEN));

  const isHome = (team: string) => team === context.team();
  const hash: BotHash | null =
    botsKey === undefined
      ? null
      : {
          all: () => shared.run((redis) => redis.hgetall(botsKey)),
          entry: (field) => shared.run((redis) => redis.hget(botsKey, field)),
        };
  const inTurn = createTurns();
  const bots =
    hash === null
      ? null
      : createBots({
          ...{ hash, registry: installer, isHome, homeToken: config.SLACK_BOT_TOKEN, inTurn, log },
          onChange: (action, team, detail) =>
            store
              .writeAudit({
                ...{
                  id: newId(),
                  at: clock.now(),
                  actor: { kind: 'program', name: 'redis' },
                  source: 'RELAX_BOTS_KEY',
                },
                ...{ action, target: team, outcome: 'done', detail, requestId: '', team },
              })
              .catch((error) => log.warn({ err: error, team }, 'no audit entry')),
        });
  const take = createCommands({
    ...{ store, bots, inTurn, log, whyUnserved: createWhyUnserved({ isHome, installer, hash }) },
    stamp: () => ({ newId, now: clock.now(), ttlMs }),
    onCommand,
  });

  return {
    sinks,
    isUp: shared.isUp,
    trouble: shared.trouble,
    groups: async () => (config.EVENTS_STREAM === 'off' ? [] : readGroups(shared, config.EVENTS_STREAM)),
    bots,
    start() {
      startSubscriber({ shared, own, channel: channel ?? '', bots, take, log });
      for (const connection of connections) {
        connection.open();
        onStop('connection to Redis', connection.close);
      }
    },
  };
}
