import { createPoll } from '../../lib/poll.ts';
import type { Module, ModuleContext } from '../module.ts';
import { callUrl } from './call-url.ts';
import { createCanary } from './canary.ts';
import { createCanaryMetrics } from './metrics.ts';
import type { canarySettings } from './settings.ts';

/** The first canary waits until the sockets are open: Slack sends events of the time before only later. Milliseconds. */
const firstAfterMs = 10_000;
const minuteMs = 60_000;
/** A round that failed is repeated after this time. Milliseconds. */
const retryMs = 10_000;

export function open(given: ModuleContext<typeof canarySettings>): Module {
  const { config, store, clock, log, newId, ttlMs, team, signals, registry, onStop } = given;
  const stopping = new AbortController();
  const address = config.CANARY_URL;
  let nextMs = firstAfterMs;
  let isFirst = true;

  const canary = createCanary({
    ...{ store, clock, log, team, signals },
    stamp: () => ({ newId, now: clock.now(), ttlMs }),
    channel: () => given.channelOf(config.CANARY_CHANNEL ?? ''),
    everyMs: (config.CANARY_MINUTES ?? 60) * minuteMs,
    metrics: createCanaryMetrics(registry),
    renewSockets: given.renewSockets,
    onBack() {
      if (address !== undefined) void callUrl(address, { clock, log, signal: stopping.signal });
    },
  });
  const poll = createPoll({
    timer: clock,
    everyMs: retryMs,
    async run() {
      if (isFirst) isFirst = false;
      else nextMs = await canary.round();
    },
    dueIn: async () => nextMs,
    onError: (error) => log.error({ err: error }, 'a canary could not be sent or looked at'),
  });
  given.onOwnPost(({ text }) => {
    if (canary.heard(text)) poll.wake();
  });

  return {
    health: { name: 'canary', of: canary.health },
    start() {
      poll.start();
      onStop('canary', async () => {
        stopping.abort();
        await poll.stop();
        await canary.stop();
      });
    },
  };
}
