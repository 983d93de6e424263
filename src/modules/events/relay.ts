import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { formatDuration } from '../../domain/duration.ts';
import { createLease, holdEveryMs } from '../../domain/lease.ts';
import { backoffMs } from '../../lib/backoff.ts';
import { errorMessage } from '../../lib/error-message.ts';
import { createPoll } from '../../lib/poll.ts';
import { createToldOnce } from '../../lib/told-once.ts';
import type { LoggedEvent } from '../../ports/event-log-store.ts';
import type { SignalSink } from '../../ports/signals.ts';
import type { Store } from '../../ports/store.ts';
import { createCursor, isMovedByAnother, type Progress } from './cursor.ts';
import type { Tail } from './tail.ts';

/** A receiver of all events. */
export interface Sink {
  /** `webhook` */
  name: string;
  /** For people: `the webhook`. */
  title: string;
  /** Most events of a call of `send`. */
  batch: number;
  /** The longest pause between two attempts, milliseconds. */
  mostPauseMs: number;
  /**
   * Sends events, the oldest first, and resolves with how many of the first ones the receiver has, which is at least 1. Rejects when it
   * may have none; then they are sent again. The message of the error is for people, without a secret.
   */
  send(events: readonly LoggedEvent[]): Promise<number>;
}

/** A receiver that fails for so long is told of. Milliseconds. */
const tellAfterMs = 3_600_000;

export interface RelayParts {
  sink: Sink;
  store: Store;
  tail: Tail;
  clock: Clock;
  random(): number;
  log: Logger;
  signals: SignalSink;
  onSent(count: number): void;
}

export interface Relay {
  name: string;
  start(): void;
  stop(): Promise<void>;
  /** Returns why the receiver gets no events here; null: it gets them, or another program sends them. */
  problem(): string | null;
}

/**
 * Sends the events of the log to one receiver: in order, each at least once. One of the programs on the store does so. Its position
 * moves after the receiver has the events.
 */
export function createRelay({ sink, store, tail, clock, random, log, signals, onSent }: RelayParts): Relay {
  const { name } = sink;
  const lease = createLease(store, `events:${name}`, clock);
  const cursor = createCursor(store, name);
  const faults = createToldOnce((error) =>
    log.warn({ err: error, receiver: name }, 'events wait: a receiver does not take them'),
  );
  let progress: Progress | null = null;
  let failures = 0;
  let failingSince = 0;
  let notBefore = Number.NEGATIVE_INFINITY;
  let text: string | null = null;
  let isStopping = false;

  async function round(): Promise<void> {
    if (clock.monotonic() < notBefore) return;
    if (!(await lease.hold())) {
      progress = null;
      recovered();
      return;
    }
    try {
      progress ??= await cursor.read();
      while (!isStopping && lease.isHeld() && (await sendNext(progress))) await lease.hold();
    } catch (error) {
      if (!isMovedByAnother(error)) throw error;
      progress = null;
    }
  }

  /** Resolves with whether there may be more. */
  async function sendNext(from: Progress): Promise<boolean> {
    const events = await store.eventsAfter(from.position, sink.batch);
    if (events.length === 0) return false;
    let count: number;
    try {
      count = await sink.send(events);
    } catch (error) {
      await failed(error, from);
      return false;
    }
    recovered();
    const position = events[count - 1]?.position ?? from.position;
    const isTold = from.told && !(await tell('resolved', 0));
    await move({ position, told: isTold });
    onSent(count);
    return true;
  }

  async function move(next: Progress): Promise<void> {
    await cursor.write(next);
    progress = next;
  }

  async function failed(error: unknown, from: Progress): Promise<void> {
    failures += 1;
    if (failures === 1) failingSince = clock.monotonic();
    text = errorMessage(error);
    faults.failed(error);
    notBefore = clock.monotonic() + backoffMs(failures, random, sink.mostPauseMs);
    const forMs = clock.monotonic() - failingSince;
    if (forMs >= tellAfterMs && !from.told && (await tell('firing', forMs))) await move({ ...from, told: true });
  }

  function recovered(): void {
    failures = 0;
    text = null;
    notBefore = Number.NEGATIVE_INFINITY;
    faults.worked();
  }

  /** Resolves with whether people were told. */
  async function tell(status: 'firing' | 'resolved', forMs: number): Promise<boolean> {
    const title = `Events do not reach ${sink.title}`;
    const said =
      status === 'resolved' ? 'It takes them again.' : `For ${formatDuration(forMs)}: ${text}. They wait in the store.`;
    const signal = {
      key: `events:${name}`,
      status,
      title,
      text: said,
      fields: {},
      severity: 'error',
      channel: null,
    } as const;
    try {
      await signals.signal({ ...signal, at: clock.now() });
      return true;
    } catch (error) {
      log.warn({ err: error }, 'an incident about events could not be told');
      return false;
    }
  }

  const poll = createPoll({
    timer: clock,
    everyMs: holdEveryMs,
    run: round,
    dueIn: async () => Math.max(0, Math.min(holdEveryMs, notBefore - clock.monotonic())) || holdEveryMs,
    onError: (error) =>
      log.error({ err: error, receiver: name }, 'events could not be read or their position not stored'),
  });
  const wake = () => {
    if (clock.monotonic() >= notBefore) poll.wake();
  };
  let unsubscribe = () => {};
  return {
    name,
    start() {
      unsubscribe = tail.subscribe(wake);
      poll.start();
    },
    async stop() {
      isStopping = true;
      unsubscribe();
      await poll.stop();
    },
    problem: () => text,
  };
}
