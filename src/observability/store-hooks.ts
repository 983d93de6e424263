import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

/** Returns callbacks for the store that count and log its commits, clock jumps and errors. */
export function storeHooks(metrics: Metrics, log: Logger) {
  return {
    onCommit(ms: number, jobs: number): void {
      metrics.commitSeconds.observe(ms / 1_000);
      metrics.commitJobs.inc(jobs);
    },
    onClockJump(ms: number): void {
      const direction = ms > 0 ? 'forward' : 'back';
      metrics.clockJumps.inc({ direction });
      log.warn({ seconds: Math.round(ms / 1_000) }, `the clock was set ${direction}; stored times are adjusted`);
    },
    onError(error: unknown): void {
      log.error({ err: error }, 'the store did not take a write; trying again');
    },
  };
}
