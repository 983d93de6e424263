import { pino } from 'pino';
import type { Clock } from '../../src/domain/clock.ts';
import { createMetrics } from '../../src/observability/index.ts';
import { createWorker } from '../../src/outbox/index.ts';
import type { NewsStore } from '../../src/ports/news-store.ts';
import type { OutboxStore } from '../../src/ports/outbox-store.ts';
import type { MessageSender } from '../../src/ports/sender.ts';

/** Makes a worker without randomness that sends through `sender`, and its metrics. */
export function createTestWorker(store: OutboxStore & NewsStore, sender: MessageSender, clock: Clock) {
  const metrics = createMetrics();
  const log = pino({ level: 'silent' });
  const worker = createWorker({
    store,
    destinations: { slack: sender, email: sender, ntfy: sender, webhook: sender },
    clock,
    random: () => 0,
    log,
    metrics,
  });
  return { worker, metrics };
}
