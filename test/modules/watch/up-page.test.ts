import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { createRecords } from '../../../src/modules/watch/records.ts';
import type { CheckStatus } from '../../../src/modules/watch/result.ts';
import { upPage } from '../../../src/modules/watch/up-page.ts';
import { startApi } from '../../http/support.ts';
import { manualClock } from '../../support/clock.ts';
import { broken, check, fakeChecks, fakeHistory, noon, rollup, status } from './fakes.ts';

async function setUp(list: CheckStatus[]) {
  const clock = manualClock(noon);
  const today = noon - (noon % 86_400_000);
  const history = fakeHistory([rollup('shop', 'day', today, 100, 80), rollup('shop', 'day', today - 86_400_000, 9, 9)]);
  const checks = fakeChecks(list);
  const app = Fastify();
  await app.register(upPage({ checks, records: createRecords({ store: history, clock }), clock }));
  const ask = () => app.inject({ method: 'GET', url: '/up' });
  return { ask, clock, history };
}

test('the public page has names and bars, and neither targets nor errors', async () => {
  const { ask } = await setUp([status('shop', { state: 'down', last: broken }), status('db')]);
  const { body, headers, statusCode } = await ask();
  assert.equal(statusCode, 200);
  assert.match(body, /<h1 class="bad">1 of 2 is down<\/h1>/);
  assert.match(body, /<h2>shop<\/h2>/);
  assert.match(body, /<title>2026-11-29: 80 %<\/title>/);
  assert.match(body, /<title>2026-11-28: 100 %<\/title>/);
  assert.equal(body.match(/<rect /g)?.length, 180);
  assert.doesNotMatch(body, /example\.com|health|secret|Nothing listens|watch\//);
  assert.doesNotMatch(body, /<script|<a |https?:/);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'public, max-age=30');
  assert.match(String(headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/);
});

test('the public page says in one sentence how everything is', async () => {
  const texts: [CheckStatus['state'][], RegExp][] = [
    [[], /Nothing was checked yet/],
    [['pending'], /Nothing was checked yet/],
    [['up', 'failing'], /Everything is up/],
    [['up', 'maintenance'], /Maintenance/],
    [['up', 'down', 'down'], /2 of 3 are down/],
    [['down'], /Everything is down/],
  ];
  for (const [states, text] of texts) {
    const { ask } = await setUp(states.map((state, at) => status(`c${at}`, { state })));
    assert.match(/<h1[^>]*>(.*)<\/h1>/.exec((await ask()).body)?.[1] ?? '', text);
  }
});

test('names are escaped', async () => {
  const { ask } = await setUp([status('x', { check: check('<img src=x>') })]);
  assert.match((await ask()).body, /<h2>&#60;img src=x&#62;<\/h2>/);
});

test('200 checks are shown, the others are counted', async () => {
  const { ask } = await setUp(Array.from({ length: 203 }, (_, at) => status(`c${at}`)));
  const { body } = await ask();
  assert.equal(body.match(/<h2>/g)?.length, 200);
  assert.match(body, /And 3 more\./);
});

test('the page is made once in 30 s, however many ask, and a failure is not kept', async () => {
  const { ask, clock, history } = await setUp([status('shop')]);
  const { rollups } = history;
  history.rollups = () => Promise.reject(new Error('disk'));
  assert.equal((await ask()).statusCode, 500);
  history.rollups = rollups;
  await Promise.all([ask(), ask(), ask()]);
  await ask();
  assert.equal(history.reads.length, 2);
  clock.skip(30_001);
  await ask();
  assert.equal(history.reads.length, 4);
});

test('the page is there for everybody with PUBLIC_STATUS=true, and unknown like any other address without it', async (t) => {
  const open = await startApi(t, { PUBLIC_STATUS: 'true' });
  const page = await fetch(`${open.base}/up`);
  assert.deepEqual([page.status, /Nothing was checked yet/.test(await page.text())], [200, true]);
  const closed = await startApi(t);
  const [up, unknown] = await Promise.all([fetch(`${closed.base}/up`), fetch(`${closed.base}/upp`)]);
  assert.equal(up.status, unknown.status);
  assert.equal(up.status, 404);
});
