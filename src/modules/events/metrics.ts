import { Counter, Gauge, type Registry } from 'prom-client';
import { botFaults, type UnservedBot } from '../../domain/unserved-bot.ts';
import type { Overview } from './overview.ts';
import type { Group } from './redis/groups.ts';

/** Results of commands from Redis. */
export const commandResults = ['done', 'duplicate', 'refused', 'failed'] as const;

export interface Shown {
  /** Null until it was read. */
  overview(): Overview | null;
  /** Open streams. */
  readers(): number;
  /** EVENTS_MAXLEN. */
  keep: number;
  /** Null: without Redis. */
  redisIsUp(): boolean | null;
}

/** Metrics of the module `events`. */
export function createEventsMetrics(registry: Registry, { overview, readers, keep, redisIsUp }: Shown) {
  const registers = [registry];
  const labelNames = ['receiver'];
  new Gauge({
    name: 'ultronex_events_kept',
    help: 'Recorded events in the store.',
    registers,
    collect() {
      this.set(overview()?.kept ?? 0);
    },
  });
  new Gauge({
    name: 'ultronex_events_behind',
    help: 'Recorded events that a receiver has not got: stream and queue (Redis), webhook.',
    labelNames,
    registers,
    collect() {
      for (const { sink, behind } of overview()?.sinks ?? []) this.set({ receiver: sink }, behind);
    },
  });
  new Gauge({
    name: 'ultronex_events_behind_seconds',
    help: 'How long the oldest event waits that a receiver has not got; 0: none waits.',
    labelNames,
    registers,
    collect() {
      for (const { sink, since } of overview()?.sinks ?? []) {
        this.set({ receiver: sink }, since === null ? 0 : Math.max(0, (Date.now() - since) / 1_000));
      }
    },
  });
  new Gauge({
    name: 'ultronex_events_readers',
    help: 'Open streams of /ultronex/events?all.',
    registers,
    collect() {
      this.set(readers());
    },
  });
  new Gauge({
    name: 'ultronex_redis_up',
    help: '1: this instance is connected to Redis. No value without REDIS_URL.',
    registers,
    collect() {
      const isUp = redisIsUp();
      if (isUp === null) this.remove();
      else this.set(isUp ? 1 : 0);
    },
  });
  new Gauge({ name: 'ultronex_events_maxlen', help: 'Entries that the stream keeps (EVENTS_MAXLEN).', registers }).set(
    keep,
  );
  const ofGroup = (name: string, help: string) => new Gauge({ name, help, labelNames: ['group'], registers });
  const lag = ofGroup(
    'ultronex_stream_group_lag',
    'Entries of the Redis stream that a group of consumers was not given yet. Beyond EVENTS_MAXLEN they are gone.',
  );
  const pending = ofGroup(
    'ultronex_stream_group_pending',
    'Entries that a group of consumers was given and did not acknowledge.',
  );
  const commands = new Counter({
    name: 'ultronex_relax_commands_total',
    help: 'Commands from RELAX_BOTS_PUBSUB, by result: done, duplicate (another program was first), refused, failed.',
    labelNames: ['result'],
    registers,
  });
  for (const result of commandResults) commands.inc({ result }, 0);
  let unserved: () => readonly UnservedBot[] = () => [];
  new Gauge({
    name: 'ultronex_relax_bots_unserved',
    help: `Bots of the Redis hash (RELAX_BOTS_KEY) that are not served, by fault: ${botFaults.join(', ')}.`,
    labelNames: ['fault'],
    registers,
    collect() {
      for (const fault of botFaults) this.set({ fault }, 0);
      for (const { fault } of unserved()) this.inc({ fault });
    },
  });
  return {
    commands,
    /** The consumer groups, at most the first 20 by name. */
    showGroups(groups: readonly Group[]): void {
      for (const each of [lag, pending]) each.reset();
      for (const group of groups) {
        if (group.lag !== null) lag.set({ group: group.name }, group.lag);
        pending.set({ group: group.name }, group.pending);
      }
    },
    countUnserved(of: () => readonly UnservedBot[]) {
      unserved = of;
    },
    sent: new Counter({
      name: 'ultronex_events_sent_total',
      help: 'Recorded events that a receiver took from this program.',
      labelNames,
      registers,
    }),
    lost: new Counter({
      name: 'ultronex_events_lost_total',
      help: 'Recorded events that were deleted before a receiver took them.',
      labelNames,
      registers,
    }),
    refused: new Counter({
      name: 'ultronex_events_refused_total',
      help: 'Recorded events that were left out because the webhook refused them again and again (400, 413, 422).',
      registers,
    }),
  };
}
