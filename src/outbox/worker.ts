import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { DestinationKind } from '../domain/destination.ts';
import { createPoll } from '../lib/poll.ts';
import { retryUntil } from '../lib/retry.ts';
import type { Metrics } from '../observability/index.ts';
import type { NewsStore } from '../ports/news-store.ts';
import type { Claimed, OutboxStore, Settlement } from '../ports/outbox-store.ts';
import type { MessageSender } from '../ports/sender.ts';
import type { PartHealth } from '../ports/source.ts';
import { type Attempt, createAttempt } from './attempt.ts';
import { createHolds, shareHolds } from './holds.ts';
import { type Pace, paces } from './pacing.ts';
import { createRendered } from './rendered.ts';
import { createUploads } from './uploads.ts';

export interface WorkerOptions {
  store: OutboxStore & NewsStore;
  /** The sender for each kind of destination. */
  destinations: Readonly<Record<DestinationKind, MessageSender>>;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  log: Logger;
  metrics: Metrics;
  /** Returns the address of a message in the ledger; null when readers cannot open it. */
  ledgerUrl?: (id: string) => string | null;
  /** For all kinds, in place of theirs. */
  pace?: Pace;
  /** The most attempts at the same time, each in its own channel. */
  concurrency?: number;
  /** Milliseconds. Longer than the sender's time-out, so that an expired lease has no attempt under way. Absent: 25 s, 30 s while a file is uploaded. */
  leaseMs?: number;
}

export interface Worker {
  start(): void;
  /** Claims no more deliveries, and waits for the attempts under way. */
  stop(): Promise<void>;
  health(): PartHealth;
}

/** Another process of the same store may accept messages, too. */
const pollMs = 500;
const settleAgainMs = 500;
/** Under load most channels are not due yet. Without a rest, every message that is accepted would have the store look for those that are. */
const restMs = 10;
/**
 * Messages of a killed program go on after this, and its tasks after 25 s: all within 30 s. A call to Slack ends after 10 s, and begins
 * at most a quarter of the lease after the claim.
 */
const usualLeaseMs = 25_000;
/** Of a message whose file is being uploaded, which may take 30 s. */
const uploadLeaseMs = 30_000;

/**
 * The only place that sends messages. Claims the first delivery of each channel that is due, makes an attempt at it,
 * and stores the outcome. A channel has one attempt at a time, which keeps its order; channels do not wait for one
 * another.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { store, destinations, clock, random, log, metrics } = options;
  const { pace, concurrency = 32, leaseMs = usualLeaseMs, ledgerUrl = () => null } = options;
  const underWay = new Set<Promise<void>>();
  const holds = shareHolds(createHolds(clock.monotonic), store);
  const rendered = createRendered(store, ledgerUrl);
  const attempts = new Map(
    (Object.keys(destinations) as DestinationKind[]).map((kind) => [kind, attemptWith(kind, destinations[kind])]),
  );
  const claims = createPoll({
    ...{ timer: clock, everyMs: pollMs, run: claimDue, restMs, dueIn, onError: claimFailed },
  });
  let claimError: string | null = null;

  function attemptWith(kind: DestinationKind, sender: MessageSender): Attempt {
    const channelPace = pace ?? paces[kind];
    const upload = createUploads({ store, sender, clock, leaseMs: options.leaseMs ?? uploadLeaseMs, metrics });
    return createAttempt({ sender, rendered, upload, holds, clock, random, channelPace, metrics });
  }

  /** A newer program may have stored a kind that this one does not know. */
  async function attempt(claimed: Claimed): Promise<Settlement> {
    const { kind } = claimed.delivery.destination;
    const known = attempts.get(kind);
    if (known !== undefined) return known(claimed);
    return { to: 'failed', error: `unknown_destination: ${kind}`, readyAt: clock.now(), tat: claimed.tat };
  }

  const room = () => concurrency - underWay.size;

  async function claimDue(): Promise<boolean> {
    if (room() <= 0) return true;
    const claims = await store.claim(clock.now(), leaseMs, room(), holds.teams());
    for (const claimed of claims) track(serve(claimed));
    claimError = null;
    return claims.length > 0;
  }

  /** Without room for another attempt nothing is due: each attempt that ends wakes the claims. */
  async function dueIn(): Promise<number> {
    if (room() <= 0) return pollMs;
    return Math.min((await store.nextDue(holds.teams())) - clock.now(), holds.firstEndsIn());
  }

  function claimFailed(error: unknown): void {
    claimError = (error as Error).message;
    log.error({ err: error }, 'claiming failed; trying again');
  }

  function track(work: Promise<void>): void {
    const done = work
      // The lease ends by itself, and the outcome counts as unknown, so nothing is lost.
      .catch((error) => log.error({ err: error }, 'a delivery could not be settled; its lease will run out'))
      .finally(() => {
        underWay.delete(done);
        claims.wake();
      });
    underWay.add(done);
  }

  async function serve(claimed: Claimed): Promise<void> {
    const leaseEndsAt = clock.monotonic() + leaseMs;
    const settlement = await attempt(claimed);
    await settle(claimed.delivery, settlement, leaseEndsAt);
    report(claimed.delivery, settlement);
  }

  /**
   * Retries while the lease holds, for example when the disk is full: Slack has the message, so its outcome must be
   * stored.
   */
  async function settle(delivery: Delivery, settlement: Settlement, endsAt: number): Promise<void> {
    await retryUntil({ clock, everyMs: settleAgainMs, endsAt }, () => store.settle(delivery, settlement, clock.now()));
  }

  function report({ id, trace, attempts, createdAt }: Delivery, settlement: Settlement): void {
    const { to } = settlement;
    metrics.deliveryAttempts.inc({ outcome: to });
    if (to === 'sent') metrics.deliverySeconds.observe(Math.max(0, clock.now() - createdAt) / 1_000);
    const fields = { trace, delivery: id, attempt: attempts, outcome: to };
    const error = 'error' in settlement ? settlement.error : undefined;
    const warnings = 'warnings' in settlement && settlement.warnings?.length ? settlement.warnings : undefined;
    if (to === 'failed' || to === 'retry') log.warn({ ...fields, error }, 'delivery');
    else if (warnings) log.warn({ ...fields, warnings }, 'delivery');
    else log.info(fields, 'delivery');
  }

  return {
    health() {
      if (claimError !== null) return { state: 'down', detail: claimError };
      const reason = holds.reason();
      if (reason !== null) return { state: 'degraded', detail: `Slack asked to wait: ${reason}` };
      return { state: 'ok', detail: 'delivers' };
    },
    start() {
      store.onWork(claims.wake);
      claims.start();
    },
    async stop() {
      await claims.stop();
      await Promise.allSettled(underWay);
      await store.release(clock.now());
    },
  };
}
