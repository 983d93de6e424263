import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type FastifyRequest } from 'fastify';
import { UltronexError } from '../../../src/domain/errors.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { BeatStatus } from '../../../src/modules/watch/beats/types.ts';
import { createCheckNow } from '../../../src/modules/watch/check-now.ts';
import { checkRoutes } from '../../../src/modules/watch/check-routes.ts';
import { createRecords } from '../../../src/modules/watch/records.ts';
import type { CheckStatus, Result } from '../../../src/modules/watch/result.ts';
import { watchRoute } from '../../../src/modules/watch/watch-route.ts';
import type { IncidentFilter } from '../../../src/ports/incident-store.ts';
import type { PlannedMaintenance } from '../../../src/watch-files/index.ts';
import { manualClock } from '../../support/clock.ts';
import { beat, broken, check, fakeChecks, fakeHistory, fine, noon, rollup, status } from './fakes.ts';

interface Given {
  list?: CheckStatus[];
  result?: Result;
  beats?: BeatStatus[];
  planned?: PlannedMaintenance[];
  incidents?: Incident[];
}

async function setUp({ list = [], result = fine, beats = [], planned = [], incidents = [] }: Given = {}) {
  const clock = manualClock(noon);
  const checks = fakeChecks(list, result);
  const asked: IncidentFilter[] = [];
  const audited: FastifyRequest['audited'][] = [];
  const store = {
    async incidents(filter: IncidentFilter) {
      asked.push(filter);
      return { items: incidents, next: null };
    },
  };
  const history = fakeHistory([rollup('shop', 'day', noon - (noon % 86_400_000), 1_000, 999)]);
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    const code = error instanceof UltronexError ? error.status : 422;
    reply.status(code).send({ msg: (error as Error).message });
  });
  app.addHook('onSend', async ({ audited: entry }) => {
    if (entry) audited.push(entry);
  });
  const records = createRecords({ store: history, clock });
  const checkNow = createCheckNow(checks, clock);
  await app.register(checkRoutes({ checks, checkNow, records, store, team: () => 'T1' }));
  await app.register(watchRoute({ checks, beats: { list: () => beats }, planned: () => planned, clock }));
  const ask = async (method: 'GET' | 'POST', url: string) => {
    const response = await app.inject({ method, url });
    return { code: response.statusCode, body: response.json() };
  };
  return { ask, checks, clock, asked, audited };
}

const namesOf = (body: { checks: { name: string }[] }) => body.checks.map(({ name }) => name);

test('the list has state, target without secrets, last result, uptime and latency of each check', async () => {
  const down = status('shop', { state: 'down', last: broken });
  const { ask } = await setUp({ list: [down, status('zoo', { state: 'pending', since: null, last: null })] });
  const { code, body } = await ask('GET', '/checks');
  assert.equal(code, 200);
  const [shop, zoo] = body.checks;
  assert.equal(shop.target, 'https://shop.example.com/health');
  assert.equal(shop.kind, 'http');
  assert.equal(shop.state, 'down');
  assert.equal(shop.since, '2026-11-29T11:30:00.000Z');
  assert.deepEqual(shop.last, {
    ...{ at: '2026-11-29T12:29:55.000Z', ok: false, ms: null, text: 'Nothing listens at <shop>:443.' },
    ...{ phase: 'connect', severity: 'critical' },
  });
  assert.deepEqual(shop.uptime, { day: null, week: 0.999, days30: 0.999, days90: 0.999 });
  assert.equal(shop.days.length, 90);
  assert.equal(shop.days[0], null);
  assert.equal(shop.days[89], 0.999);
  assert.equal(shop.hours.length, 24);
  assert.deepEqual([zoo.last, zoo.since, zoo.uptime.days90], [null, null, null]);
  assert.deepEqual([body.next, body.total], [null, 2]);
});

test('the list is filtered by state and by a part of name or target, in any case', async () => {
  const tcp = check('db', { probe: { kind: 'tcp', host: 'db.internal', port: 5432 } });
  const list = [status('alpha'), { ...status('db'), check: tcp, state: 'down' as const }, status('shop')];
  const { ask } = await setUp({ list });
  assert.deepEqual(namesOf((await ask('GET', '/checks?state=down')).body), ['db']);
  assert.deepEqual(namesOf((await ask('GET', '/checks?search=INTERNAL')).body), ['db']);
  assert.deepEqual(namesOf((await ask('GET', '/checks?search=sho&state=up')).body), ['alpha', 'shop']);
  assert.deepEqual(
    namesOf((await ask('GET', '/checks?search=secret')).body),
    [],
    'the query of an address is not searched',
  );
  assert.equal((await ask('GET', '/checks?state=broken')).code, 422);
});

test('pages go on after the last name, also when that check is gone', async () => {
  const list = ['a', 'b', 'c', 'd', 'e'].map((name) => status(name));
  const { ask } = await setUp({ list });
  const first = (await ask('GET', '/checks?limit=2')).body;
  assert.deepEqual([namesOf(first), first.next, first.total], [['a', 'b'], 'b', 5]);
  list.splice(1, 1);
  const second = (await ask('GET', '/checks?limit=2&cursor=b')).body;
  assert.deepEqual([namesOf(second), second.next], [['c', 'd'], 'd']);
  assert.deepEqual([(await ask('GET', '/checks?cursor=d')).body.next, 1], [null, 1]);
  assert.equal((await ask('GET', '/checks?cursor=%3Cx%3E')).code, 422);
  assert.equal((await ask('GET', '/checks?limit=201')).code, 422);
});

test('a check has its days and hours, its file, and the incidents with its key', async () => {
  const incident = {
    ...{ number: 7, title: 'shop is down', status: 'firing', flappingSince: null, silenced: null, acknowledged: null },
    ...{ openedAt: noon - 60_000, resolvedAt: null },
  } as unknown as Incident;
  const { ask, asked } = await setUp({ list: [status('shop')], incidents: [incident] });
  const { body } = await ask('GET', '/checks/shop');
  assert.deepEqual(asked, [{ team: 'T1', key: 'signal:check:shop' }]);
  assert.deepEqual(body.bars.at(-1), { date: '2026-11-29', total: 1_000, up: 999 });
  assert.equal(body.bars.length, 90);
  assert.equal(body.latencies.length, 24);
  assert.equal(body.place, 'watch/my.yaml, check "shop"');
  assert.deepEqual(body.incidents, [
    { number: 7, title: 'shop is down', state: 'firing', openedAt: '2026-11-29T12:29:00.000Z', resolvedAt: null },
  ]);
  const unknown = await ask('GET', '/checks/nope');
  assert.deepEqual(
    [unknown.code, unknown.body.msg],
    [404, 'There is no check "nope"; GET /ultronex/checks lists them.'],
  );
});

test('"check now" returns the result, is in the audit log, and runs once in 5 s for each check', async () => {
  const { ask, checks, clock, audited } = await setUp({ list: [status('shop'), status('db')], result: broken });
  const { code, body } = await ask('POST', '/checks/shop/run');
  assert.equal(code, 200);
  assert.equal(body.msg, 'shop failed: Nothing listens at <shop>:443.');
  assert.equal(body.result.phase, 'connect');
  assert.deepEqual(audited, [{ target: 'shop', detail: 'Nothing listens at <shop>:443.' }]);
  const again = await ask('POST', '/checks/shop/run');
  assert.deepEqual([again.code, checks.ran], [429, ['shop']]);
  assert.match(again.body.msg, /"shop" was made by hand within the last 5 s/);
  assert.equal((await ask('POST', '/checks/db/run')).code, 200);
  clock.skip(5_000);
  assert.equal((await ask('POST', '/checks/shop/run')).code, 200);
  assert.equal((await ask('POST', '/checks/nope/run')).code, 404);
  assert.equal((await ask('POST', '/checks/SHOP/run')).code, 404, 'the API takes exact names');
});

test('an attempt that failed by this program’s own fault is not called fine', async () => {
  const { ask } = await setUp({ list: [status('shop')], result: { ...fine, ms: null, note: '', ownFault: true } });
  const { body } = await ask('POST', '/checks/shop/run');
  assert.deepEqual(
    [body.result.ok, body.msg],
    [false, 'shop failed: This program was too busy to check it. Try again.'],
  );
});

test('the page’s route has the number of checks by state, beats, and the open or next maintenance', async () => {
  const cron = (previous: number, next: number) =>
    ({ kind: 'cron', expression: '0 22 * * *', timeZone: 'UTC', previous: () => previous, next: () => next }) as const;
  const { ask } = await setUp({
    list: [status('a'), status('b', { state: 'down' })],
    beats: [beat('backup', { state: 'late', problem: 'No ping since noon.', log: `${'x'.repeat(9_000)}end` })],
    planned: [
      { name: 'later', place: '', schedule: cron(noon - 7_200_000, noon + 60_000), forMs: 3_600_000, of: ['a'] },
      { name: 'now', place: '', schedule: cron(noon - 60_000, noon + 86_400_000), forMs: 3_600_000, of: null },
    ],
  });
  const { body } = await ask('GET', '/watch');
  assert.deepEqual(body.checks, { pending: 0, up: 1, failing: 0, down: 1, maintenance: 0 });
  const [backup] = body.beats;
  assert.deepEqual(
    [backup.name, backup.state, backup.schedule, backup.problem],
    ['backup', 'late', 'every 5m', 'No ping since noon.'],
  );
  assert.ok(backup.log.length === 2_000 && backup.log.endsWith('end'));
  assert.deepEqual(body.maintenance, [
    { name: 'now', from: '2026-11-29T12:29:00.000Z', until: '2026-11-29T13:29:00.000Z', of: null },
    { name: 'later', from: '2026-11-29T12:31:00.000Z', until: '2026-11-29T13:31:00.000Z', of: ['a'] },
  ]);
});
