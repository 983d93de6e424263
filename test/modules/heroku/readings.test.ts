import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HerokuClient } from '../../../src/modules/heroku/client.ts';
import { createReadings } from '../../../src/modules/heroku/readings.ts';

const web = (state: string) => [{ name: 'web.1', type: 'web', state, updatedAt: null, version: 1 }];

test('dynos of an earlier request that are late do not replace those of a later one', async () => {
  let monotonic = 0;
  const client = {
    app: async () => null,
    ...{
      formation: async () => [],
      releases: async () => [],
      addons: async () => [],
      dynos: async () => web('crashed'),
    },
  } as unknown as HerokuClient;
  const clock = { now: () => 1_000, monotonic: () => monotonic };
  const readings = createReadings({ client, clock, log: { warn: () => {} } as never });
  const askedBefore = clock.monotonic();
  monotonic = 5;
  assert.equal((await readings.read('shop')).dynos[0]?.state, 'crashed');
  readings.noteDynos('shop', web('up'), askedBefore);
  assert.equal(readings.of('shop').dynos[0]?.state, 'crashed');
  monotonic = 9;
  readings.noteDynos('shop', web('up'), clock.monotonic());
  assert.equal(readings.of('shop').dynos[0]?.state, 'up');
});
