import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { Delivery, SlackRef } from '../domain/delivery.ts';
import { longestHoldMs } from '../domain/waits.ts';
import type { Metrics } from '../observability/index.ts';
import type { Claimed, OutboxStore, Settlement } from '../ports/outbox-store.ts';
import type { MessageSender, Outcome } from '../ports/sender.ts';
import type { Health } from '../ports/source.ts';
import { type Pace, pace, slackPace } from './pacing.ts';
import { createRendered } from './rendered.ts';
import { backoffMs, changeAttempts, errorText } from './retry-policy.ts';
import { createUploads } from './uploads.ts';

export interface WorkerOptions {
  store: OutboxStore;
  sender: MessageSender;
  clock: Clock;
  random: () => number;
  log: Logger;
  metrics: Metrics;
  /** Where people see a message in the ledger; null: they cannot. */
  ledgerUrl?: (id: string) => string | null;
  pace?: Pace;
  /** How many channels are served at the same time. */
  concurrency?: number;
  /** Longer than the sender's time-out: when it runs out, nobody is sending this message any more. Milliseconds. */
  leaseMs?: number;
}

export interface Worker {
  start(): void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
  health(): Health;
}

/** Another process of the same store may have accepted work for us. */
const pollMs = 500;
const settleAgainMs = 500;
/** Messages whose changes are being retried; the count begins anew beyond. */
const mostChangeTries = 10_000;

/**
 * The only place that makes anyone send. Claims the heads of channels, sends each, settles it: a channel is served by
 * one attempt at a time, so its order holds; channels do not wait for one another.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { store, sender, clock, random, log, metrics } = options;
  const { pace: channelPace = slackPace, concurrency = 32, leaseMs = 30_000, ledgerUrl = () => null } = options;
  const underWay = new Set<Promise<void>>();
  const changeTries = new Map<string, number>();
  const rendered = createRendered(store, ledgerUrl);
  const upload = createUploads({ store, sender, clock, leaseMs, metrics });
  /** Monotonic, as `wakesAt`. */
  let holdUntil = 0;
  let holdReason = '';
  let claimError: string | null = null;
  let running = false;
  let claiming = false;
  let cancelTimer = () => {};
  let wakesAt = Number.POSITIVE_INFINITY;

  /** Keeps the earliest wish; never sleeps longer than the poll. */
  function wakeIn(ms: number): void {
    const now = clock.monotonic();
    const at = Math.min(Math.max(now + ms, holdUntil), now + pollMs);
    if (!running || at >= wakesAt) return;
    cancelTimer();
    wakesAt = at;
    cancelTimer = clock.after(Math.max(0, at - now), () => {
      wakesAt = Number.POSITIVE_INFINITY;
      void tick();
    });
  }

  async function tick(): Promise<void> {
    if (!running || claiming) return;
    const room = concurrency - underWay.size;
    if (room <= 0) return;
    if (clock.monotonic() < holdUntil) return wakeIn(0);
    const now = clock.now();
    claiming = true;
    try {
      for (const claimed of await store.claim(now, leaseMs, room)) track(serve(claimed));
      claimError = null;
      wakeIn((await store.nextDue()) - clock.now());
    } catch (error) {
      claimError = (error as Error).message;
      log.error({ err: error }, 'claiming failed; trying again');
      wakeIn(pollMs);
    } finally {
      claiming = false;
    }
  }

  function track(work: Promise<void>): void {
    const done = work
      // The lease runs out by itself and the outcome counts as unknown, so nothing is lost.
      .catch((error) => log.error({ err: error }, 'a delivery could not be settled; its lease will run out'))
      .finally(() => {
        underWay.delete(done);
        void tick();
      });
    underWay.add(done);
  }

  async function serve(claimed: Claimed): Promise<void> {
    const { delivery } = claimed;
    const leaseEndsAt = clock.monotonic() + leaseMs;
    const settlement = await attempt(claimed);
    await settle(delivery, settlement, leaseEndsAt);
    metrics.deliveryAttempts.inc({ outcome: settlement.to });
    if (settlement.to === 'sent')
      metrics.deliverySeconds.observe(Math.max(0, clock.now() - delivery.createdAt) / 1_000);
    const fields = { trace: delivery.trace, delivery: delivery.id, attempt: delivery.attempts, outcome: settlement.to };
    const error = 'error' in settlement ? settlement.error : undefined;
    const warnings = 'warnings' in settlement && settlement.warnings?.length ? settlement.warnings : undefined;
    if (settlement.to === 'failed' || settlement.to === 'retry') log.warn({ ...fields, error }, 'delivery');
    else if (warnings) log.warn({ ...fields, warnings }, 'delivery');
    else log.info(fields, 'delivery');
  }

  /** What Slack has taken must be written down, so a store that is full for a moment is asked again while the lease holds. */
  async function settle(delivery: Delivery, settlement: Settlement, leaseEndsAt: number): Promise<void> {
    for (;;) {
      try {
        return await store.settle(delivery, settlement, clock.now());
      } catch (error) {
        if (clock.monotonic() + settleAgainMs >= leaseEndsAt) throw error;
        await new Promise<void>((resolve) => clock.after(settleAgainMs, resolve));
      }
    }
  }

  async function attempt(claimed: Claimed): Promise<Settlement> {
    const { delivery } = claimed;
    const slack = delivery.slack ?? (delivery.outcomeUnknown ? await lookUp(claimed) : null);
    if (delivery.pending === 'delete') return remove(claimed, slack);
    if (delivery.state === 'sent' && slack !== null) return edit(claimed, slack);
    if (slack !== null) return uploadFiles(claimed, slack);

    const outcome = await sender.post(await rendered(claimed));
    if (outcome.kind !== 'sent') return retryOrFail(claimed, outcome);
    return uploadFiles(claimed, outcome.value);
  }

  /** A post whose answer was lost: is it there? Counted either way, for a second post may be a duplicate. */
  async function lookUp(claimed: Claimed): Promise<SlackRef | null> {
    const { delivery } = claimed;
    // Accepted in the future: by a clock that was ahead, so when it was posted is not known.
    const now = clock.now();
    const since = delivery.createdAt > now ? now - longestHoldMs : delivery.createdAt;
    const found = await sender.find(await rendered(claimed), since);
    metrics.hiddenOutcomes.inc({ resolution: found === null ? 'sent_again' : 'found' });
    return found;
  }

  /** The message stands; now its files. */
  async function uploadFiles(claimed: Claimed, slack: SlackRef): Promise<Settlement> {
    const next = pace(claimed.tat, clock.now(), channelPace);
    const { retry, ...done } = await upload(claimed.delivery, slack, next.tat);
    if (retry !== null) return retryAt(claimed, retry, claimed.delivery.attempts);
    return { to: 'sent', slack, ...done, ...next };
  }

  async function edit(claimed: Claimed, slack: SlackRef): Promise<Settlement> {
    const outcome = await sender.update(await rendered(claimed), slack);
    return settleChange(claimed, outcome);
  }

  async function remove(claimed: Claimed, slack: SlackRef | null): Promise<Settlement> {
    if (slack === null) return { to: 'changed', readyAt: clock.now(), tat: claimed.tat };
    return settleChange(claimed, await sender.delete(claimed.delivery.team, slack), slack);
  }

  /** `slack`: where the message was found, when it was not known before. */
  function settleChange(claimed: Claimed, outcome: Outcome<unknown>, slack?: SlackRef): Settlement {
    const { id } = claimed.delivery;
    const next = pace(claimed.tat, clock.now(), channelPace);
    const tries = (changeTries.get(id) ?? 0) + 1;
    if (outcome.kind === 'retry' && tries < changeAttempts) {
      if (changeTries.size >= mostChangeTries) changeTries.clear();
      changeTries.set(id, tries);
      return retryAt(claimed, outcome, tries);
    }
    changeTries.delete(id);
    if (outcome.kind === 'sent') return { to: 'changed', ...next };
    return {
      to: 'changed',
      error: errorText(outcome),
      gone: outcome.kind === 'refused' && outcome.gone === true,
      slack,
      ...next,
    };
  }

  function retryOrFail(claimed: Claimed, outcome: Exclude<Outcome<unknown>, { kind: 'sent' }>): Settlement {
    if (outcome.kind === 'retry') return retryAt(claimed, outcome, claimed.delivery.attempts);
    return { to: 'failed', error: errorText(outcome), ...pace(claimed.tat, clock.now(), channelPace) };
  }

  function retryAt(
    claimed: Claimed,
    outcome: Extract<Outcome<unknown>, { kind: 'retry' }>,
    attempts: number,
  ): Settlement {
    const waitMs = Math.min(outcome.afterMs ?? backoffMs(attempts, random), longestHoldMs);
    const readyAt = clock.now() + waitMs;
    if (outcome.scope === 'workspace') {
      holdUntil = Math.max(holdUntil, clock.monotonic() + waitMs);
      holdReason = errorText(outcome);
    }
    return {
      to: 'retry',
      error: errorText(outcome),
      outcomeUnknown: outcome.outcomeUnknown,
      readyAt,
      tat: claimed.tat,
    };
  }

  return {
    health() {
      if (claimError !== null) return { state: 'down', detail: claimError };
      if (holdUntil > clock.monotonic()) return { state: 'degraded', detail: `Slack asked to wait: ${holdReason}` };
      return { state: 'ok', detail: 'delivers' };
    },
    start() {
      running = true;
      store.onWork(() => wakeIn(0));
      void tick();
    },
    async stop() {
      running = false;
      cancelTimer();
      await Promise.allSettled(underWay);
      await store.release(clock.now());
    },
  };
}
