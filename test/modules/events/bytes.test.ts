import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { createFitting } from '../../../src/modules/events/fitting.ts';
import { createKeep, readLost } from '../../../src/modules/events/keep.ts';
import { healthOf, readOverview } from '../../../src/modules/events/overview.ts';
import type { Store } from '../../../src/ports/store.ts';
import { manualClock } from '../../support/clock.ts';
import { fakeSink, openStore, startRelay } from './support.ts';

/** Accepts events whose bodies have these bytes. */
async function recordSizes(store: Store, sizes: readonly number[], team = 'T1'): Promise<void> {
  const bodies = sizes.map((size) => `"${'x'.repeat(size - 2)}"`);
  await store.accept({ events: bodies.map((body, n) => ({ id: `e${n}`, team, body })) });
}

async function setUp(t: TestContext, mostBytes: number) {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  const asked: [number, number][] = [];
  const eventBytes: Store['eventBytes'] = (after, upTo) => {
    asked.push([after, upTo]);
    return store.eventBytes(after, upTo);
  };
  const excess = createFitting({ eventBytes }, clock, mostBytes);
  return { clock, store, asked, excess: async () => excess(await store.eventEnds()) };
}

test('the newest events that fit are kept, to the byte', async (t) => {
  const { store, excess } = await setUp(t, 100_000);
  assert.equal(await excess(), 0, 'an empty log');
  await recordSizes(store, Array(1_000).fill(100));
  assert.equal(await excess(), 0, 'as many bytes as there may be');
  await recordSizes(store, [2]);
  assert.equal(await excess(), 1, 'one byte too many costs the oldest one');
  await recordSizes(store, [50_000]);
  // 49,998 bytes are left for those of 100.
  assert.equal(await excess(), 501);
  await store.pruneEvents(501, 0);
  assert.equal(await excess(), 0);
});

test('an event is measured once, not again with each look', async (t) => {
  const { store, asked, excess } = await setUp(t, 1_000_000);
  await recordSizes(store, Array(2_050).fill(100));
  await excess();
  assert.equal(asked.length, 11);
  asked.length = 0;
  await excess();
  assert.deepEqual(asked, [[2_000, 2_050]], 'only those that may have changed');
  await store.pruneEvents(450, 0);
  asked.length = 0;
  await excess();
  assert.deepEqual(asked, [
    [2_000, 2_050],
    [450, 600],
  ]);
});

test('events that went with an erased workspace do not count for longer than an hour', async (t) => {
  const { clock, store, excess } = await setUp(t, 50_000);
  await recordSizes(store, Array(200).fill(100));
  await recordSizes(store, Array(200).fill(100), 'T2');
  await excess();
  await store.eraseTeam('T2');
  await recordSizes(store, Array(200).fill(100));
  await clock.advance(3_600_001);
  assert.equal(await excess(), 0);
});

test('events beyond EVENTS_MAX_BYTES are deleted, and told as lost for a receiver that is away', async (t) => {
  const clock = manualClock();
  const { store } = await openStore(t, clock);
  const told: unknown[] = [];
  const keep = createKeep({
    ...{ store, clock, log: pino({ level: 'silent' }), keep: 1_000, mostBytes: 3_000_000, sinks: ['near', 'away'] },
    onLost: (sink, events) => void told.push([sink, events]),
  });
  startRelay(t, store, clock, fakeSink('near'));
  await recordSizes(store, Array(15).fill(200_000));
  await clock.advance(1_000);
  await keep();
  assert.deepEqual([await store.eventEnds(), told], [{ first: 1, last: 15 }, []]);
  await recordSizes(store, Array(5).fill(262_144));
  await clock.advance(1_000);
  await keep();
  // Five of 262,144 and eight of 200,000 bytes are 2,910,720.
  assert.deepEqual([await store.eventEnds(), told], [{ first: 8, last: 20 }, [['away', 7]]]);
  await keep();
  assert.equal((await readLost(store, 'away'))?.events, 7, 'counted once');
  const overview = await readOverview(store, ['near', 'away']);
  const { state, detail } = healthOf(overview, clock.now(), () => null);
  assert.deepEqual([state, detail], ['degraded', '13 events kept; near: 0 behind; away: 13 behind, 7 lost']);
});
