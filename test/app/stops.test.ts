import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { createStops } from '../../src/app/stops.ts';
import { manualClock } from '../support/clock.ts';

test('parts stop in the opposite order; one that hangs and one that fails are logged and left behind', async () => {
  const clock = manualClock();
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { onStop, stopAll } = createStops(log, 1_000, clock);
  const stopped: string[] = [];
  onStop('first', () => stopped.push('first'));
  onStop('hangs', () => new Promise(() => {}));
  onStop('fails', () => Promise.reject(new Error('no')));
  onStop('last', () => stopped.push('last'));
  const all = stopAll();
  await clock.advance(999);
  assert.deepEqual(stopped, ['last']);
  await clock.advance(1);
  await all;
  assert.deepEqual(stopped, ['last', 'first']);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ part, err }) => [part, err.message]),
    [
      ['fails', 'no'],
      ['hangs', 'not done after 1000 ms'],
    ],
  );
});

test('a part that stops after the deadline still gets 200 ms', async () => {
  const clock = manualClock();
  const { onStop, stopAll } = createStops(pino({ level: 'silent' }), 1_000, clock);
  let stopped = false;
  onStop('slow', async () => {
    await new Promise<void>((resolve) => clock.after(150, resolve));
    stopped = true;
  });
  onStop('hangs', () => new Promise(() => {}));
  const all = stopAll();
  await clock.advance(1_150);
  await all;
  assert.equal(stopped, true);
});
