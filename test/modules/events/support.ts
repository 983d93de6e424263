import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pino from 'pino';
import type { Clock } from '../../../src/domain/clock.ts';
import { createRelay, type Relay, type Sink } from '../../../src/modules/events/relay.ts';
import { createTail } from '../../../src/modules/events/tail.ts';
import type { LoggedEvent } from '../../../src/ports/event-log-store.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

export async function openStore(
  t: TestContext,
  clock: Clock = manualClock(),
): Promise<{ store: Store; open(): Promise<Store> }> {
  const file = join(tempDir(t), 'u.db');
  let opened = 0;
  async function open() {
    opened += 1;
    const store = await createSqliteStore({
      file,
      owner: `owner ${opened}`,
      clock,
      coalesceMs: 0,
      onError: assert.ifError,
    });
    t.after(() => store.close());
    return store;
  }
  return { store: await open(), open };
}

/** Accepts events `FROM` to `TO` of a workspace, each in channel C1 or C2. */
export async function record(store: Store, from: number, to: number, team = 'T1'): Promise<void> {
  for (let n = from; n <= to; n += 1) {
    const id = `e${n}`;
    await store.accept({
      key: id,
      events: [{ id, team, body: JSON.stringify({ id, channel_uid: `C${1 + (n % 2)}` }) }],
    });
  }
}

/** A receiver that takes events, unless `fails` has a reason. */
export function fakeSink(name = 'sink', batch = 10) {
  const taken: string[] = [];
  const sink: Sink & { taken: string[]; fails: string | null; takes: number } = {
    ...{ name, title: 'the receiver', batch, mostPauseMs: 60_000, taken, fails: null, takes: Number.POSITIVE_INFINITY },
    async send(events: readonly LoggedEvent[]) {
      if (sink.fails !== null) throw new Error(sink.fails);
      const had = events.slice(0, sink.takes);
      taken.push(...had.map(({ id }) => id));
      return had.length;
    },
  };
  return sink;
}

export function startRelay(t: TestContext, store: Store, clock: Clock, sink: Sink) {
  const signals: Signal[] = [];
  const log = pino({ level: 'silent' });
  const tail = createTail({ store, clock, onError: assert.ifError });
  const relay: Relay = createRelay({
    ...{ sink, store, tail, clock, random: () => 0.5, log },
    signals: {
      async signal(signal) {
        signals.push(signal);
        return { msg: '', id: null };
      },
    },
    onSent() {},
  });
  tail.start();
  relay.start();
  const stop = async () => {
    await relay.stop();
    await tail.stop();
  };
  t.after(stop);
  return { relay, signals, stop };
}
