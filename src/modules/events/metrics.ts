import { Counter, Gauge, type Registry } from 'prom-client';
import type { Overview } from './overview.ts';

/** Results of commands from Redis. */
export const commandResults = ['done', 'duplicate', 'refused', 'failed'] as const;

/** Metrics of the module `events`. @param overview null until it was read */
export function createEventsMetrics(registry: Registry, overview: () => Overview | null, readers: () => number) {
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
  const commands = new Counter({
    name: 'ultronex_relax_commands_total',
    help: 'Commands from RELAX_BOTS_PUBSUB, by result: done, duplicate (another program was first), refused, failed.',
    labelNames: ['result'],
    registers,
  });
  for (const result of commandResults) commands.inc({ result }, 0);
  return {
    commands,
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
