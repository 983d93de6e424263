import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { jsonReply, startFakeServer } from '../http-server.ts';
import { createAccount, htmlError, startFakeHeroku } from './index.ts';

async function start(t: TestContext) {
  let now = Date.parse('2026-01-02T00:00:00Z');
  const heroku = await startFakeHeroku(() => now);
  t.after(() => heroku.close());
  const call = async (path: string, given: Record<string, string> = {}, init: RequestInit = {}) => {
    const accept = 'application/vnd.heroku+json; version=3';
    const headers = { accept, authorization: 'Bearer test-key', ...given };
    const response = await fetch(`${heroku.url}${path}`, { ...init, headers });
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, value: text === '' || text[0] === '<' ? text : JSON.parse(text) };
  };
  const post = (path: string, body: object) => call(path, {}, { method: 'POST', body: JSON.stringify(body) });
  const advance = (ms: number) => {
    now += ms;
  };
  return { heroku, world: heroku.world, call, post, advance };
}

test('the fake Heroku shows an app, its dynos, formation, releases, add-ons and config vars', async (t) => {
  const { world, call } = await start(t);
  const { app } = world.addApp('shop', { web: 2, worker: 0 });
  world.addAddon('shop', 'postgresql-flat-1', 'heroku-postgresql:essential-0', 'provisioning');
  world.setConfig('shop', { A: '1', B: '2' });
  world.setConfig('shop', { A: null, B: '3' });
  assert.equal((await call('/account')).value.email, 'ada@example.com');
  assert.deepEqual((await call('/apps')).value, [app]);
  assert.deepEqual((await call(`/apps/${app.id}`)).value, (await call('/apps/shop')).value);
  const dynos = (await call('/apps/shop/dynos')).value as {
    name: string;
    state: string;
    release: { version: number };
  }[];
  const seen = dynos.map(({ name, state, release }) => `${name} ${state} v${release.version}`).sort();
  assert.deepEqual(seen, ['web.1 up v3', 'web.2 up v3']);
  world.crash('shop', 'web.1');
  assert.equal((await call('/apps/shop/dynos/web.1')).value.state, 'crashed');
  assert.equal((await call('/apps/shop/dynos/web.1')).value.exit_status, undefined);
  assert.equal((await call('/apps/shop/formation/worker')).value.quantity, 0);
  assert.equal((await call('/apps/shop/addons')).value[0].state, 'provisioning');
  assert.deepEqual((await call('/apps/shop/config-vars')).value, { B: '3' });
  world.scale('shop', 'web', 1);
  world.scale('shop', 'worker', 1);
  const names = (await call('/apps/shop/dynos')).value.map(({ name }: { name: string }) => name);
  assert.deepEqual(names.sort(), ['web.1', 'worker.1']);
  world.addApp('fir', { web: 1 }, { generation: 'fir' });
  assert.match((await call('/apps/fir/dynos')).value[0].name, /^web-[0-9a-f]{8}-1$/);
  const { version, description, current } = (await call('/apps/shop/releases/3')).value;
  assert.deepEqual([version, description, current], [3, 'Set B; Remove A config vars', true]);
});

test('lists come in pages with Next-Range, in the order that was asked for', async (t) => {
  const { world, call } = await start(t);
  world.addApp('shop');
  for (let release = 2; release <= 12; release += 1) world.release('shop');
  const versions = async (range: string) => {
    const { status, headers, value } = await call('/apps/shop/releases', { range });
    return {
      status,
      next: headers.get('next-range'),
      versions: value.map((each: { version: number }) => each.version),
    };
  };
  const first = await versions('version ..; max=5, order=desc');
  assert.deepEqual(first, { status: 206, next: 'version ]8..; max=5, order=desc', versions: [12, 11, 10, 9, 8] });
  assert.deepEqual((await versions(first.next ?? '')).versions, [7, 6, 5, 4, 3]);
  assert.deepEqual(await versions('version ]3..; max=5, order=desc'), { status: 200, next: null, versions: [2, 1] });
  assert.deepEqual((await versions('version 3..5')).versions, [3, 4, 5]);
  const whole = await call('/apps/shop/releases');
  assert.deepEqual([whole.status, whole.headers.get('content-range')], [200, 'version 1..12']);
  for (const range of ['colour ..', 'version ..; max=1001', 'bytes=0-5']) {
    const { status, value } = await call('/apps/shop/releases', { range });
    assert.deepEqual([status, value.id], [416, 'requested_range_not_satisfiable']);
  }
});

test('an unchanged answer is 304 by its ETag, and each request costs a token of the account', async (t) => {
  const { heroku, world, call, advance } = await start(t);
  world.addApp('shop');
  const { headers } = await call('/apps/shop/dynos');
  assert.match(headers.get('request-id') ?? '', /^[0-9a-f-]{36}$/);
  const same = { 'if-none-match': headers.get('etag') ?? '' };
  const unchanged = await call('/apps/shop/dynos', same);
  assert.deepEqual(
    [unchanged.status, unchanged.value, unchanged.headers.get('ratelimit-remaining')],
    [304, '', '4498'],
  );
  world.crash('shop', 'web.1');
  assert.equal((await call('/apps/shop/dynos', same)).status, 200);
  assert.equal((await call('/account/rate-limits')).value.remaining, 4_497);
  heroku.account.remaining = 0;
  const limited = await call('/apps');
  assert.deepEqual([limited.status, limited.value.id, limited.headers.get('retry-after')], [429, 'rate_limit', null]);
  advance(60_000);
  assert.equal((await call('/apps')).headers.get('ratelimit-remaining'), '74');
});

test('keys, scopes, versions, unknown apps and faults have the errors of Heroku', async (t) => {
  const { heroku, world, call } = await start(t);
  world.addApp('shop');
  world.addApp('other');
  const account = { ...createAccount('eve@example.com'), apps: new Set(['shop']) };
  heroku.keys.set('read-key', { account, scopes: new Set(['read']) });
  const read = { authorization: 'Bearer read-key' };
  const outcome = async (path: string, headers: Record<string, string>, init?: RequestInit) => {
    const { status, value } = await call(path, headers, init);
    return `${status} ${value.id}`;
  };
  assert.equal(await outcome('/apps', { authorization: '' }), '401 unauthorized');
  assert.equal(await outcome('/apps', { authorization: 'Bearer wrong' }), '401 unauthorized');
  assert.equal((await call('/apps', { authorization: `Basic ${btoa('ada:test-key')}` })).status, 200);
  assert.equal(await outcome('/apps', { accept: 'application/json' }), '406 not_acceptable');
  assert.equal((await call('/apps', read)).value.length, 1);
  assert.equal(await outcome('/apps/shop/config-vars', read), '403 forbidden');
  assert.equal(await outcome('/apps/shop/webhooks', read, { method: 'POST' }), '403 forbidden');
  assert.equal(await outcome('/apps/other/dynos', read), '403 forbidden');
  world.removeApp('other');
  assert.equal(await outcome('/apps/other', {}), '404 not_found');
  assert.equal(await outcome('/apps/shop/dynos/web.9', {}), '404 not_found');
  assert.equal(await outcome('/colours', {}), '404 not_found');
  assert.throws(() => world.crash('shop', 'web.9'), /no dyno "web.9"/);
  heroku.replies.set('GET /apps/shop/dynos', htmlError(503));
  const html = await call('/apps/shop/dynos');
  assert.deepEqual([html.status, html.headers.get('content-type')], [503, 'text/html; charset=utf-8']);
  assert.equal((await call('/apps/shop')).status, 200);
  heroku.fault = { kind: 'hang up' };
  await assert.rejects(call('/apps/shop'), TypeError);
  heroku.fault = null;
  heroku.keys.delete('test-key');
  assert.equal(await outcome('/apps/shop', {}), '401 unauthorized');
});

test('webhooks are signed over the raw body, and come twice or in the wrong order on demand', async (t) => {
  const { heroku, world, call, post } = await start(t);
  let status = 200;
  const receiver = await startFakeServer(() => jsonReply({}, status));
  t.after(() => receiver.close());
  world.addApp('shop');
  const include = ['api:release', 'api:dyno'];
  assert.equal((await post('/apps/shop/webhooks', { include: ['api:colour'], level: 'sync', url: 'x' })).status, 422);
  const input = { include, level: 'sync', url: `${receiver.url}/hook`, authorization: 'Bearer mine' };
  const made = await post('/apps/shop/webhooks', input);
  const secret = made.headers.get('heroku-webhook-secret') ?? '';
  assert.deepEqual([made.status, secret.length, made.value.secret], [201, 60, undefined]);
  assert.deepEqual((await call('/apps/shop/webhooks')).value, [made.value]);

  world.release('shop');
  world.crash('shop', 'web.1', 137);
  world.scale('shop', 'web', 1);
  status = 500;
  await heroku.deliver();
  status = 200;
  receiver.requests.length = 0;
  await heroku.deliver({ reversed: true, copies: 2 });
  const bodies = receiver.requests.map(({ body }) => JSON.parse(body));
  const names = bodies.map(({ resource, action, data }) => `${resource} ${action} ${data.status ?? data.state}`);
  const expected = ['dyno update crashed', 'dyno create up', 'release update succeeded', 'release create pending'];
  assert.deepEqual(
    names,
    expected.flatMap((name) => [name, name]),
  );
  assert.equal(bodies[0].data.exit_status, 137);
  assert.deepEqual(bodies[0].previous_data, { state: 'up' });
  const metadata = bodies.slice(0, 2).map((each) => each.webhook_metadata);
  assert.deepEqual(metadata[0].event, { id: bodies[0].id, include: 'api:dyno' });
  assert.equal(metadata[0].delivery.id, metadata[1].delivery.id);
  assert.notEqual(metadata[0].attempt.id, metadata[1].attempt.id);
  for (const { headers, body } of receiver.requests) {
    const signature = createHmac('sha256', secret).update(body).digest('base64');
    assert.deepEqual([headers['heroku-webhook-hmac-sha256'], headers.authorization], [signature, 'Bearer mine']);
  }
  assert.deepEqual(await heroku.deliver(), []);

  world.crash('shop', 'web.1');
  await heroku.deliver({ bare: true });
  assert.equal(JSON.parse(receiver.requests.at(-1)?.body ?? '').webhook_metadata, undefined);
  world.crash('shop', 'web.1');
  await heroku.deliver({ change: (body) => body.replace('crashed', 'up') });
  const { headers, body = '' } = receiver.requests.at(-1) ?? {};
  assert.notEqual(headers?.['heroku-webhook-hmac-sha256'], createHmac('sha256', secret).update(body).digest('base64'));
  assert.equal((await call(`/apps/shop/webhooks/${made.value.id}`, {}, { method: 'DELETE' })).status, 200);
  assert.equal((await call(`/apps/shop/webhooks/${made.value.id}`)).status, 404);
});
