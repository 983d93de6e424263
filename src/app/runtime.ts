import type { Logger } from 'pino';
import { type Clock, systemClock } from '../domain/clock.ts';
import { createLogger, createMetrics, type Metrics } from '../observability/index.ts';
import { createIds } from '../stores/index.ts';
import { readVersion } from '../version.ts';
import type { Settings } from './index.ts';
import { createStops, type Stops } from './stops.ts';

/** Dependencies of nearly every part. */
export interface Runtime extends Stops {
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  log: Logger;
  metrics: Metrics;
  newId(): string;
  version: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

const stopWithinMs = 9_000;

export function createRuntime(config: Settings): Runtime {
  const clock = systemClock;
  const log = createLogger({ level: config.LOG_LEVEL, environment: config.ENVIRONMENT, lokiUrl: config.LOKI_URL });
  const [metrics, version] = [createMetrics(), readVersion()];
  metrics.build.set({ version, release: config.RELEASE }, 1);
  return {
    clock,
    random: Math.random,
    log,
    metrics,
    newId: createIds(),
    version,
    startedAt: clock.now(),
    ...createStops(log, stopWithinMs, clock),
  };
}
