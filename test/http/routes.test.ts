import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { quotes } from '../../src/domain/quotes.ts';
import { startApi } from './support.ts';

const api = await startApi({ after });

const text = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();

test('the heartbeat returns the expected bytes without a login', async () => {
  assert.equal(await text(`${api.base}/heartbeat`), `{"msg":"I don't have a heart but I am alive!"}`);
});

test('stats have the names, order and time format that existing clients expect, then started_at', async () => {
  const { status, body } = await api.call('GET', '/stats');
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), [
    'uptime',
    'total_msg_count',
    'total_attachments_downloaded',
    'replied_msg_count',
    'forwarded_msg_count',
    'total_messages_slacked',
    'snapshot',
    'started_at',
  ]);
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/;
  assert.match(body.uptime, time);
  assert.match(body.snapshot, time);
  assert.equal(body.started_at, body.uptime.replace(' ', 'T'));
  for (const name of ['total_msg_count', 'forwarded_msg_count']) assert.equal(body[name], 0);
});

test('track without patterns and external without errors return their empty forms', async () => {
  assert.deepEqual((await api.call('GET', '/track')).body, { msg: 'No pattern set for match' });
  assert.deepEqual((await api.call('GET', '/external')).body, { errors: {} });
});

test('status needs no login and does not name the workspace', async () => {
  const answer = await fetch(`${api.base}/status`);
  const body = (await answer.json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(body), ['version', 'startedAt', 'simulator', 'parts']);
  const parts = body.parts as { name: string; state: string }[];
  assert.deepEqual(
    parts.map(({ name, state }) => [name, state]),
    [
      ['store', 'ok'],
      ['simulator', 'ok'],
      ['outbox', 'ok'],
      ['watch', 'ok'],
    ],
  );
});

test('healthz and readyz return their state', async () => {
  assert.equal(await text(`${api.origin}/healthz`), '{"alive":true}');
  assert.equal(await text(`${api.origin}/readyz`), '{"ready":true,"reasons":[]}');
  assert.equal((await fetch(`${api.base}/healthz`)).status, 404, 'HAProxy passes /ultronex, so it is not there');
});

test('every line of the metrics can be parsed, and every metric of ours is there', async () => {
  const answer = await fetch(`${api.origin}/metrics`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter(Boolean);
  const sample = /^[a-z_][a-z0-9_]*(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? ([-+]?[0-9.e+-]+|NaN|[+-]Inf)$/i;
  for (const line of lines) assert.match(line, line.startsWith('#') ? /^# (HELP|TYPE) \S+ .+$/ : sample);
  const names = lines.flatMap((line) => /^# TYPE (ultronex_\S+)/.exec(line)?.[1] ?? []);
  for (const name of [
    'ultronex_events_total',
    'ultronex_deliveries_total',
    'ultronex_queue_depth',
    'ultronex_queue_age_seconds',
    'ultronex_part_up',
    'ultronex_http_request_seconds',
    'ultronex_http_auth_failures_total',
    'ultronex_store_commit_seconds',
  ]) {
    assert.ok(names.includes(name), name);
  }
  for (const name of names) assert.match(name, /^ultronex_[a-z_]+$/);
});

test('requests are measured by route, never by address', async () => {
  await api.call('GET', '/messages/some-id-of-somebody');
  const all = await text(`${api.origin}/metrics`);
  assert.match(
    all,
    /ultronex_http_request_seconds_count\{route="\/ultronex\/messages\/:id",method="GET",status="4xx"\}/,
  );
  assert.doesNotMatch(all, /some-id-of-somebody/);
});

test('bot needs no login, returns an empty quote without a trigger word, and is rate limited', async () => {
  assert.equal(await text(`${api.base}/bot?text=nothing+to+see`), '{"quote":""}');
  assert.equal(await text(`${api.base}/bot`), '{"quote":""}');
  let refused: Response | undefined;
  for (let asked = 0; asked < 70 && refused === undefined; asked += 1) {
    const answer = await fetch(`${api.base}/bot?text=x`);
    if (answer.status === 429) refused = answer;
    else await answer.text();
  }
  assert.match(await (refused?.text() ?? ''), /^\{"msg":"Too many questions; ask again in .+\."\}$/);
  assert.ok(Number(refused?.headers.get('retry-after')) > 0);
});

test('an unknown address returns a quote as JSON to programs and as a page to browsers', async () => {
  for (const path of ['/ultronex/nowhere', '/health', '/ultronexx', '/ultronex/stats/', '/ultronex/assets/none.js']) {
    const answer = await fetch(api.origin + path);
    const body = (await answer.json()) as { msg: string; reason: string; quote: string };
    assert.equal(answer.status, 404, path);
    assert.equal(body.reason, `There is nothing at ${path}. The addresses are at /ultronex/docs.`);
    assert.equal(body.msg, 'You have entered an Abyss');
    assert.ok(quotes.includes(body.quote));
  }
  const page = await fetch(`${api.base}/nowhere`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  assert.equal(page.status, 404);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  const html = await page.text();
  assert.match(html, /<h1>You have entered an Abyss<\/h1>/);
  assert.doesNotMatch(html, /nowhere/, 'nothing of the address comes back');
});

test('/ tells a program that this one runs and what the time is, and leads a browser to the home page', async () => {
  const answer = await fetch(`${api.origin}/`);
  const { status, timestamp } = (await answer.json()) as { status: string; timestamp: string };
  assert.deepEqual([answer.status, status, answer.headers.get('vary')], [200, 'ok', 'accept']);
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, timestamp);
  const browser = await fetch(`${api.origin}/`, { headers: { accept: 'text/html,*/*;q=0.8' }, redirect: 'manual' });
  assert.deepEqual([browser.status, browser.headers.get('location')], [302, '/ultronex/']);
});

test('the body of a request to an unknown address is not parsed', async () => {
  for (const [type, body] of [
    ['application/json', '{'],
    ['text/xml', '<a/>'],
    ['application/json', 'x'.repeat(1_100_000)],
  ] as const) {
    const answer = await fetch(`${api.base}/nowhere`, { method: 'POST', headers: { 'content-type': type }, body });
    assert.equal(answer.status, 404);
    await answer.text();
  }
});

test('an unsupported method is a 405 that names the supported ones', async () => {
  for (const [method, path, allow] of [
    ['PUT', '/slack', 'POST'],
    ['GET', '/slack', 'POST'],
    ['OPTIONS', '/slack/ops', 'POST'],
    ['DELETE', '/messages', 'GET, HEAD'],
    ['POST', '/messages/x?a=b', 'DELETE, GET, HEAD, PATCH'],
    ['PATCH', '/track/x', 'DELETE'],
    ['POST', '/heartbeat', 'GET, HEAD'],
  ] as const) {
    const { status, headers, body } = await api.call(method, path);
    assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${path}`);
    assert.deepEqual(body, { msg: `${method} is not taken at this address; ${allow} would be.` });
  }
});

test('HEAD returns the headers of GET without a body, also for the endless stream', async () => {
  for (const path of [
    '/',
    '/heartbeat',
    '/stats',
    '/track',
    '/external',
    '/messages',
    '/stream',
    '/docs/',
    '/events',
  ]) {
    const { status, body } = await api.call('HEAD', path);
    assert.deepEqual([status, body], [200, ''], path);
  }
  assert.equal((await api.call('HEAD', '/simulator/events')).status, 200);
  assert.equal((await fetch(`${api.base}/stats`, { method: 'HEAD' })).status, 401);
});
