import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { compose, type Stamp } from '../../domain/compose.ts';
import { inSlack } from '../../domain/destination.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import { createLease, holdEveryMs } from '../../domain/lease.ts';
import type { LeaseStore } from '../../ports/incident-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { Signal, SignalSink } from '../../ports/signals.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { type Failed, judge, type Legs, type Run, seconds, type Verdict, withinMs } from './judge.ts';
import { canaryIdOf, canaryText } from './message.ts';
import type { CanaryMetrics } from './metrics.ts';
import { type Remembered, readRun, readSeen, runState, seenState } from './stored.ts';
import { type Facts, signalOf, textOf, timeOf } from './telling.ts';

export interface CanaryParts {
  store: AcceptStore & StateStore & LeaseStore & Pick<LedgerStore, 'delivery' | 'withdraw'>;
  clock: Clock;
  log: Logger;
  stamp(): Stamp;
  team(): string;
  /** Id of the channel, or its name if the id is unknown. */
  channel(): string;
  everyMs: number;
  signals: SignalSink;
  metrics: CanaryMetrics;
  /** Replaces silent sockets; false: there are none. */
  renewSockets(): boolean;
  /** Called after each canary that came back. */
  onBack(): void;
}

export interface Canary {
  /** Does what is due. Resolves with the milliseconds until something may be due again. */
  round(): Promise<number>;
  /** Takes an event of a post of our own. Returns whether it is the one that is waited for. */
  heard(text: string): boolean;
  /** Deletes the canary that is on its way. */
  stop(): Promise<void>;
  health(): PartHealth;
}

/** While a canary is on its way, its entry in the ledger is read this often. Milliseconds. */
const lookEveryMs = 1_000;
/** The next canary follows this soon after one that failed, so that a recovery is seen. Milliseconds. */
const afterFailureMs = 60_000;
/** It is looked up and deleted even if the outcome of its post is unknown, so it may not expire soon. Milliseconds. */
const ttlMs = 600_000;
/** Sockets that are silent without a known cause are replaced no more often than this. Milliseconds. */
const renewEveryMs = 600_000;

/** A canary that this program sent. */
interface OwnRun extends Run {
  /** A value of `monotonic`. */
  begunAt: number;
  verdict: Verdict | null;
}

/** Sends the canaries of the programs on a store, one at a time, by one of them (lease `canary`). */
export function createCanary(parts: CanaryParts): Canary {
  const { store, clock, log, metrics } = parts;
  const lease = createLease(store, 'canary', clock);
  let run: OwnRun | null = null;
  /** A signal that could not be stored yet. */
  let unsaid: Signal | null = null;
  /** The last time that silent sockets were found and heeded here; null: the store was not read yet. */
  let heededAt: number | null = null;
  /** The first text of `no_event`, until one comes back. Another time in it would open an incident again that a person resolved. */
  let silence: string | null = null;
  let health: PartHealth = { state: 'ok', detail: 'none came back yet' };

  async function round(): Promise<number> {
    await say();
    if (run !== null) {
      await look(run);
      return lookEveryMs;
    }
    const last = await readRun(store);
    heed(last);
    const wait = waitOf(last);
    if (wait > 0) return Math.min(wait, holdEveryMs);
    if (!(await lease.hold())) return holdEveryMs;
    // Another program may have sent one before the lease was ours.
    const newest = await readRun(store);
    if (newest?.done === false) {
      log.info({ id: newest.id }, 'a canary was left by a program that ended; it is deleted');
      await withdraw(newest.id);
      metrics.runs.inc({ result: 'interrupted' });
    } else if (waitOf(newest) > 0) return lookEveryMs;
    await begin(newest);
    return lookEveryMs;
  }

  /** Milliseconds until the next canary is due. One that is not done counts as due: the lease tells whether it was left. */
  function waitOf(last: Remembered | null): number {
    if (last === null || !last.done) return 0;
    const since = clock.now() - last.startedAt;
    // Stored before the clock was set back.
    if (since < 0) return 0;
    return (last.ok ? parts.everyMs : Math.min(parts.everyMs, afterFailureMs)) - since;
  }

  async function begin(last: Remembered | null): Promise<void> {
    const stamp = parts.stamp();
    const id = stamp.newId();
    const { now } = stamp;
    const draft = { team: parts.team(), destination: inSlack(parts.channel()), source: 'canary', ttlMs };
    const delivery = compose(stamp, { ...draft, id, text: canaryText(id) });
    if (last !== null) await warnIfLeft(last.id);
    const remembered = { id, startedAt: now, done: false, ok: false };
    const { backAt = null, silentAt = 0 } = last ?? {};
    // Set before the commit: the event may come before `accept` resolves.
    run = { id, acceptedAt: now, seenAt: null, begunAt: clock.monotonic(), verdict: null };
    try {
      await store.accept({ deliveries: [delivery], state: [runState({ ...remembered, backAt, silentAt })] });
    } catch (error) {
      run = null;
      throw error;
    }
  }

  async function warnIfLeft(id: string): Promise<void> {
    const delivery = await store.delivery(id);
    if (delivery?.state !== 'sent' || delivery.pending !== null) return;
    log.warn({ id, error: delivery.error }, 'the last canary could not be deleted in Slack');
  }

  async function look(own: OwnRun): Promise<void> {
    if (!(await lease.hold())) {
      // Another program took over while this one was held up, and deletes it.
      run = null;
      return;
    }
    const delivery = await store.delivery(own.id);
    own.seenAt ??= await readSeen(store, own.id);
    own.verdict ??= judge(own, delivery, clock.monotonic() - own.begunAt >= withinMs);
    if (own.verdict !== null) await finish(own, own.verdict);
  }

  /** Runs again when the store refuses; only its end has effects outside of the store. */
  async function finish(own: OwnRun, verdict: Verdict): Promise<void> {
    await withdraw(own.id);
    const now = clock.now();
    const before = await readRun(store);
    const backAt = verdict.result === 'ok' ? now : (before?.backAt ?? null);
    let silentAt = before?.silentAt ?? 0;
    // Without a canary that ever came back, the channel or the app's events are more likely the cause.
    const hasSilentSockets = verdict.result === 'no_event' && backAt !== null;
    if (hasSilentSockets && (now < silentAt || now - silentAt >= renewEveryMs)) silentAt = now;
    const ok = verdict.result === 'ok';
    const done = { id: own.id, startedAt: own.acceptedAt, done: true, ok, backAt, silentAt };
    await store.accept({ state: [runState(done)] });
    run = null;
    metrics.runs.inc({ result: verdict.result });
    if (verdict.result === 'interrupted') return;
    if (verdict.result === 'ok') cameBack(verdict.legs, now);
    else wasLost(own, verdict, { renewed: heed(done), backAt, now });
    await say();
  }

  function cameBack({ send, event, whole }: Legs, now: number): void {
    silence = null;
    unsaid = signalOf('resolved', '', now);
    for (const [leg, ms] of Object.entries({ send, event, whole })) metrics.seconds.set({ leg }, ms / 1_000);
    metrics.lastSuccess.set(now / 1_000);
    health = { state: 'ok', detail: `the last one came back after ${seconds(whole)}, at ${timeOf(now)}` };
    parts.onBack();
  }

  function wasLost(own: OwnRun, failed: Failed, facts: Facts & { now: number }): void {
    let text = textOf(failed, facts);
    if (failed.result === 'no_event') {
      silence ??= text;
      text = silence;
    }
    unsaid = signalOf('firing', text, facts.now);
    health = { state: 'degraded', detail: `the one of ${timeOf(own.acceptedAt)} failed: ${failed.text}` };
    log.warn({ id: own.id, result: failed.result, renewed: facts.renewed }, 'a canary did not come back');
  }

  /** Replaces the sockets of this program when any program on the store found silence that is not heeded here yet. */
  function heed(last: Remembered | null): boolean {
    const silentAt = last?.silentAt ?? 0;
    const isNews = heededAt !== null && silentAt !== heededAt;
    heededAt = silentAt;
    return isNews && parts.renewSockets();
  }

  async function say(): Promise<void> {
    if (unsaid === null) return;
    await parts.signals.signal(unsaid);
    unsaid = null;
  }

  async function withdraw(id: string): Promise<void> {
    try {
      await store.withdraw(id, clock.now());
    } catch (error) {
      // It is not in Slack: it failed or expired, or the ledger has no entry.
      if (!(error instanceof NotFound || error instanceof WrongState)) throw error;
    }
  }

  return {
    round,
    heard(text) {
      const id = canaryIdOf(text);
      if (id === null) return false;
      const at = clock.now();
      if (run?.id === id) {
        run.seenAt ??= at;
        return true;
      }
      // Slack gives an event to one of the programs on a store, whichever sent the canary.
      store.accept({ state: [seenState(id, at)] }).catch((error) => log.debug({ err: error }, 'event not kept'));
      return false;
    },
    async stop() {
      if (run === null) return;
      const { id } = run;
      run = null;
      await withdraw(id);
      const last = await readRun(store);
      // The next start sends one at once.
      if (last?.id === id) await store.accept({ state: [runState({ ...last, done: true, startedAt: 0 })] });
      metrics.runs.inc({ result: 'interrupted' });
    },
    health: () => health,
  };
}
