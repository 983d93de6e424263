import { standardKey } from '../../yaml-files/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createKeep } from './keep.ts';
import { createEventsMetrics } from './metrics.ts';
import { healthOf, type Overview, readOverview } from './overview.ts';
import { createReaders } from './readers.ts';
import { createRelay, type Sink } from './relay.ts';
import type { eventsSettings } from './settings.ts';
import { createTail } from './tail.ts';
import { idleRedis } from './unused.ts';
import { createWebhook } from './webhook.ts';

const lookEveryMs = 5_000;
/** As often as Prometheus asks. */
const groupsEveryMs = 15_000;
const boundEveryMs = 60_000;
const retryEveryMs = 30_000;
const reviewEveryMs = 60_000;

export async function open(context: ModuleContext<typeof eventsSettings>): Promise<Module> {
  const { config, store, clock, random, log, signals, registry, onStop } = context;
  const tail = createTail({
    ...{ store, clock },
    onError: (error) => log.error({ err: error }, 'recorded events could not be put in order'),
  });
  const readers = createReaders({ store, tail, clock, log });
  let overview: Overview | null = null;
  let redisIsUp: () => boolean | null = () => null;
  const metrics = createEventsMetrics(registry, {
    ...{ overview: () => overview, readers: readers.count, keep: config.EVENTS_MAXLEN },
    redisIsUp: () => redisIsUp(),
  });

  const { REDIS_URL } = config;
  const redis =
    REDIS_URL === undefined
      ? null
      : await (await import('./redis/index.ts')).openRedis(context, REDIS_URL, (result) =>
          metrics.commands.inc({ result }),
        );
  if (redis !== null) redisIsUp = redis.isUp;
  const bots = redis?.bots ?? null;
  if (bots !== null) metrics.countUnserved(bots.unserved);
  const sinks: Sink[] = [...(redis?.sinks ?? [])];
  if (config.EVENTS_WEBHOOK_URL !== undefined) {
    const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret } = config;
    const key = secret === undefined ? null : standardKey(secret);
    const webhook = createWebhook({ url: new URL(url), key, clock, log, onRefused: () => metrics.refused.inc() });
    onStop('connections of the webhook of events', webhook.close);
    sinks.push(webhook);
  }
  const relays = sinks.map((sink) => {
    const receiver = sink.name;
    for (const metric of [metrics.sent, metrics.lost]) metric.inc({ receiver }, 0);
    const onSent = (count: number) => metrics.sent.inc({ receiver }, count);
    return createRelay({ ...{ sink, store, tail, clock, random, log, signals }, onSent });
  });
  const names = sinks.map(({ name }) => name);
  const bound = createKeep({
    ...{ store, clock, log, keep: config.EVENTS_MAXLEN, mostBytes: config.EVENTS_MAX_BYTES, sinks: names },
    onLost: (receiver, events) => metrics.lost.inc({ receiver }, events),
  });
  const look = async () => {
    overview = await readOverview(store, names);
  };
  async function lookAtGroups(): Promise<void> {
    // An outage of Redis is told by the relay.
    const groups = redis?.isUp() ? await redis.groups().catch(() => []) : [];
    metrics.showGroups(groups);
  }
  // After an outage of Redis the whole hash is compared.
  const review = () => (redis?.isUp() ? bots?.review() : undefined);
  const problem = (name: string) => relays.find((relay) => relay.name === name)?.problem() ?? null;

  return {
    allEvents: readers.open,
    health: {
      name: 'events',
      of() {
        if (overview === null) return { state: 'ok', detail: 'starting' };
        return healthOf(overview, clock.now(), problem, {
          unserved: bots?.unserved() ?? [],
          trouble: redis?.trouble() ?? null,
          note: idleRedis(config),
        });
      },
    },
    every: [
      { name: 'state of the receivers of events', everyMs: lookEveryMs, run: look },
      ...(redis === null ? [] : [{ name: 'consumers of the stream', everyMs: groupsEveryMs, run: lookAtGroups }]),
      { name: 'bound of recorded events', everyMs: boundEveryMs, run: bound },
      ...(bots === null
        ? []
        : [
            { name: 'bots of the Redis hash', everyMs: retryEveryMs, run: bots.retry },
            { name: 'unserved bots of the Redis hash', everyMs: reviewEveryMs, run: review },
          ]),
    ],
    async start() {
      redis?.start();
      tail.start();
      onStop('order of events', tail.stop);
      for (const relay of relays) {
        relay.start();
        onStop(`events to ${relay.name}`, relay.stop);
      }
      await look().catch((error) => log.error({ err: error }, 'the state of the receivers of events is not known yet'));
    },
  };
}
