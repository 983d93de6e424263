import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { WrongState } from '../../../src/domain/errors.ts';
import { createLease } from '../../../src/domain/lease.ts';
import { createChecks } from '../../../src/modules/watch/checks.ts';
import { createPlannedWindows } from '../../../src/modules/watch/maintenance.ts';
import { createSharedChecks } from '../../../src/modules/watch/shared-checks.ts';
import { settled } from '../../support/clock.ts';
import { newsHub } from '../../support/news.ts';
import { openIncidents } from '../incidents/support.ts';
import { check, fakeAttempts, silent } from './support.ts';

/** Programs on one store that tell one another. */
async function setUp(t: TestContext) {
  const opened = await openIncidents(t);
  const { clock } = opened;
  const fake = fakeAttempts(clock.now);
  const hub = newsHub();
  async function start(of: Pick<typeof opened, 'store' | 'incidents'>) {
    const checks = createChecks({
      ...{ store: of.store, lease: createLease(of.store, 'watch', clock), signals: of.incidents },
      ...{ attempt: fake.attempt, windows: createPlannedWindows(), clock, log: silent, count() {} },
      onResult: (name) => shared.tell(name),
    });
    const shared = createSharedChecks({ checks, news: hub(), clock, newId: () => 'id' });
    checks.replace([check('shop'), check('db')]);
    shared.ask();
    return { checks, shared, store: of.store };
  }
  return { clock, fake, first: await start(opened), start: async () => start(await opened.program()) };
}

const states = (of: { list(): readonly { state: string }[] }) => of.list().map(({ state }) => state);

test('a program that stands by shows the results of the one that runs the checks, also those of before its start', async (t) => {
  const { clock, fake, first, start } = await setUp(t);
  fake.failures.set('db', 'no answer');
  await clock.advance(120_000);
  assert.deepEqual(states(first.checks), ['down', 'up']);
  const second = await start();
  assert.deepEqual([second.checks.running(), states(second.checks)], [[], ['pending', 'pending']]);
  assert.deepEqual(states(second.shared), ['down', 'up']);
  assert.equal(second.shared.find('db')?.last?.failure?.text, 'no answer');

  fake.failures.clear();
  await clock.advance(60_000);
  assert.deepEqual(states(second.shared), ['up', 'up']);

  await first.checks.stop();
  await first.store.close();
  await clock.advance(15_000);
  assert.equal(second.checks.running().length, 2);
  assert.deepEqual(states(second.shared), ['up', 'up'], 'until it has results of its own');
});

test('a check that is asked for at a program that stands by is made by the one that runs the checks', async (t) => {
  const { clock, fake, first, start } = await setUp(t);
  await clock.advance(61_000);
  const second = await start();
  const before = fake.timesOf('shop').length;
  const made = second.shared.runNow('shop');
  await settled();
  assert.equal((await made).at, clock.now());
  assert.equal(fake.timesOf('shop').length, before + 1);
  assert.equal((await first.shared.runNow('shop')).failure, null);
});

test('a check that is asked for while no program answers is refused after its deadline', async (t) => {
  const { clock, fake, start } = await setUp(t);
  await clock.advance(61_000);
  const second = await start();
  fake.hangs = true;
  const made = assert.rejects(second.shared.runNow('shop'), WrongState);
  await clock.advance(25_000);
  await made;
});
