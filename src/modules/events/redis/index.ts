/** Redis or Valkey: where events go to, and where Relax's commands come from. Loaded with REDIS_URL only. */
import type { ModuleContext } from '../../module.ts';
import type { Sink } from '../relay.ts';
import type { eventsSettings } from '../settings.ts';
import { createRedis, type RedisConnection } from './client.ts';
import { type Bots, type CommandResult, createCommands } from './commands.ts';
import { type Group, readGroups } from './groups.ts';
import { createQueue, createStream } from './sinks.ts';
import { startSubscriber } from './subscriber.ts';

export interface RedisPart {
  sinks: Sink[];
  /** Whether it is connected. */
  isUp(): boolean;
  /** Resolves with the groups of consumers of the stream. */
  groups(): Promise<Group[]>;
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

  const isInstalled = async (team: string) =>
    team === context.team() || (installer !== null && (await installer.find(team, null)) !== null);
  const bots = createBots(isInstalled, log);
  const take = createCommands({
    ...{ store, bots, log, isInstalled },
    registered: (field) =>
      botsKey === undefined ? Promise.resolve(null) : shared.run((redis) => redis.hget(botsKey, field)),
    stamp: () => ({ newId, now: clock.now(), ttlMs }),
    onCommand,
  });

  return {
    sinks,
    isUp: () => shared.redis.status === 'ready',
    groups: async () => (config.EVENTS_STREAM === 'off' ? [] : readGroups(shared, config.EVENTS_STREAM)),
    start() {
      if (own !== null || botsKey !== undefined) {
        startSubscriber({ ...{ shared, botsKey, channel, bots, take, log }, own: own ?? shared });
      }
      for (const connection of connections) {
        connection.open();
        onStop('connection to Redis', connection.close);
      }
    },
  };
}

/** Workspaces come and leave by /slack/install only; a bot of the hash that is installed there is served already. */
function createBots(isInstalled: (team: string) => Promise<boolean>, log: ModuleContext['log']): Bots {
  return {
    async add(team) {
      if (await isInstalled(team)) return;
      log.warn({ team }, 'the bot of the Redis hash is not added: install the app in this workspace at /slack/install');
    },
    async remove(team) {
      if (!(await isInstalled(team))) return;
      log.warn(
        { team },
        'the bot is not removed because the Redis hash has it no more: remove its workspace at /ultronex/workspaces',
      );
    },
  };
}
