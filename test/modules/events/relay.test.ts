import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { createKeep, readLost } from '../../../src/modules/events/keep.ts';
import { healthOf, readOverview } from '../../../src/modules/events/overview.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import { manualClock } from '../../support/clock.ts';
import { fakeSink, openStore, record, startRelay } from './support.ts';

const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `e${from + n}`);

test('a receiver gets all events in their order, those from before its start and new ones', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  await record(store, 1, 25);
  const sink = fakeSink();
  startRelay(t, store, clock, sink);
  await clock.advance(0);
  await record(store, 26, 30);
  await clock.advance(1_000);
  assert.deepEqual(sink.taken, names(1, 30));
});

test('a receiver that takes a part gets the rest next, and none twice', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  await record(store, 1, 7);
  const sink = fakeSink();
  sink.takes = 2;
  startRelay(t, store, clock, sink);
  await clock.advance(1_000);
  assert.deepEqual(sink.taken, names(1, 7));
});

test('after a restart a receiver goes on where it was', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  await record(store, 1, 3);
  const first = fakeSink();
  const { stop } = startRelay(t, store, clock, first);
  await clock.advance(1_000);
  await stop();
  await record(store, 4, 6);
  const second = fakeSink();
  startRelay(t, store, clock, second);
  await clock.advance(1_000);
  assert.deepEqual([first.taken, second.taken], [names(1, 3), names(4, 6)]);
});

test('of two programs one sends; when it is gone, the other goes on', async (t) => {
  const clock = manualClock();
  const { store, open } = await openStore(t, clock);
  const other = await open();
  const [mine, theirs] = [fakeSink(), fakeSink()];
  const { stop } = startRelay(t, store, clock, mine);
  await clock.advance(1_000);
  startRelay(t, other, clock, theirs);
  await record(store, 1, 4);
  await clock.advance(2_000);
  assert.deepEqual([mine.taken, theirs.taken], [names(1, 4), []]);
  await stop();
  await record(other, 5, 6);
  await clock.advance(45_000);
  assert.deepEqual([mine.taken, theirs.taken], [names(1, 4), names(5, 6)]);
});

test('a receiver that fails is tried again and again, told of after an hour, and again when it is back', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  await record(store, 1, 3);
  const sink = fakeSink();
  sink.fails = 'ECONNREFUSED';
  const { relay, signals } = startRelay(t, store, clock, sink);
  await clock.advance(60_000);
  assert.equal(relay.problem(), 'ECONNREFUSED');
  assert.deepEqual(signals, []);
  const health = healthOf(await readOverview(store, ['sink']), clock.now(), relay.problem);
  assert.deepEqual(health, { state: 'degraded', detail: '3 events kept; sink: 3 behind (ECONNREFUSED)' });
  await clock.advance(3_700_000);
  assert.deepEqual(
    signals.map(({ key, status }) => [key, status]),
    [['events:sink', 'firing']],
  );
  assert.equal((signals as Signal[])[0]?.text, 'For 1h: ECONNREFUSED. They wait in the store.');
  sink.fails = null;
  await clock.advance(61_000);
  assert.deepEqual(
    signals.map(({ status }) => status),
    ['firing', 'resolved'],
  );
  assert.deepEqual(sink.taken, names(1, 3));
  assert.equal(relay.problem(), null);
});

test('events that every receiver has are kept up to EVENTS_MAXLEN, those of one that is away ten times as many; its loss is counted', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  const told: unknown[] = [];
  const keep = createKeep({
    ...{ store, clock, log: pino({ level: 'silent' }), keep: 5, mostBytes: 1_000_000, sinks: ['near', 'away'] },
    onLost: (sink, events) => void told.push([sink, events]),
  });
  const near = fakeSink('near');
  startRelay(t, store, clock, near);
  await record(store, 1, 40);
  await clock.advance(1_000);
  await keep();
  assert.deepEqual(await store.eventEnds(), { first: 1, last: 40 }, 'they wait for the one that is away');
  await record(store, 41, 60);
  await clock.advance(1_000);
  await keep();
  assert.deepEqual(await store.eventEnds(), { first: 11, last: 60 });
  assert.deepEqual(told, [['away', 10]]);
  await keep();
  assert.equal((await readLost(store, 'away'))?.events, 10, 'counted once');
  const away = fakeSink('away');
  startRelay(t, store, clock, away);
  await clock.advance(2_000);
  assert.deepEqual(away.taken, names(11, 60));
  await keep();
  assert.deepEqual(await store.eventEnds(), { first: 56, last: 60 });
  const { sinks } = await readOverview(store, ['near', 'away']);
  assert.deepEqual(
    sinks.map(({ behind, lost }) => [behind, lost?.events]),
    [
      [0, undefined],
      [0, 10],
    ],
  );
});

test('no event is kept for more than 24 hours', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  const keep = createKeep({
    ...{ store, clock, log: pino({ level: 'silent' }), keep: 5, mostBytes: 1_000_000, sinks: [] },
    onLost: assert.fail,
  });
  await record(store, 1, 2);
  await clock.advance(23 * 3_600_000);
  await record(store, 3, 3);
  await keep();
  assert.equal((await store.eventEnds()).first, 1);
  await clock.advance(2 * 3_600_000);
  await keep();
  assert.deepEqual(
    (await store.eventsAfter(0, 9)).map(({ id }) => id),
    ['e3'],
  );
});
