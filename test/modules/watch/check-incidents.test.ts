import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { createCheckNow } from '../../../src/modules/watch/check-now.ts';
import { checkRoutes } from '../../../src/modules/watch/check-routes.ts';
import { createRecords } from '../../../src/modules/watch/records.ts';
import { downSignal, upSignal } from '../../../src/modules/watch/signals.ts';
import { judge, noVerdict } from '../../../src/modules/watch/verdict.ts';
import { openIncidents } from '../incidents/support.ts';
import { fakeChecks, fine, status } from './fakes.ts';
import { check, failure, result } from './support.ts';

test('a check shows the incidents that its own signals opened, and those of no other check', async (t) => {
  const { store, incidents, clock } = await openIncidents(t);
  const now = clock.now();
  for (const name of ['shop', 'shop2']) {
    const down = judge(noVerdict, { count: 1, ofMs: null }, result(now, { failure: failure() }));
    await incidents.signal(downSignal(check(name), down, failure(), now));
    await incidents.signal(upSignal(check(name), down, failure(), 'status 200', now + 1_000));
  }
  const checks = fakeChecks([status('shop')], fine);
  const app = Fastify();
  const parts = { checks, checkNow: createCheckNow(checks, clock), records: createRecords({ store, clock }), store };
  await app.register(checkRoutes({ ...parts, team: () => 'T1' }));
  const { incidents: shown } = (await app.inject({ method: 'GET', url: '/checks/shop' })).json();
  assert.deepEqual(
    shown.map(({ title, state }: Record<string, string>) => [title, state]),
    [['shop is up again', 'resolved']],
  );
});
