import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import fastify from 'fastify';
import { pino } from 'pino';
import { webhookRoute } from '../../../src/modules/heroku/webhook.ts';
import { startFakeHeroku } from '../../fakes/heroku/index.ts';
import { manualClock } from '../../support/clock.ts';
import { anApp, stubApps } from './an-app.ts';

const secret = 'webhook-secret';

/** The route on a server whose login is the token `ux_right`. */
async function start(t: TestContext, given: string | null = secret) {
  const log: string[] = [];
  const exits: string[] = [];
  const apps = stubApps([anApp(), anApp({ app: 'blog', info: null })]);
  const server = fastify();
  server.setErrorHandler((error: { status?: number; message: string }, _request, reply) =>
    reply.code(error.status ?? 500).send({ msg: error.message }),
  );
  server.decorate('requireLogin', (request, reply, done) => {
    if (request.headers.authorization === 'Bearer ux_right') done();
    else void reply.code(401).send({ msg: 'login' });
  });
  await server.register(
    webhookRoute({
      ...{ apps, secret: given, clock: manualClock() },
      onExit: async (dyno, status) => void exits.push(`${dyno} ${status}`),
      log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
    }),
    { prefix: '/ultronex/hooks' },
  );
  await server.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/ultronex/hooks/heroku`;
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return { apps, log, exits, url, post };
}

const sign = (body: string, key = secret) => ({
  'heroku-webhook-hmac-sha256': createHmac('sha256', key).update(body).digest('base64'),
});
const event = (app: object, more: object = {}) =>
  JSON.stringify({ id: 'e-1', action: 'update', resource: 'dyno', data: { app, name: 'web.1' }, ...more });

async function withFake(t: TestContext, url: string) {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  heroku.world.addApp('shop', { web: 2 });
  const made = await fetch(`${heroku.url}/apps/shop/webhooks`, {
    method: 'POST',
    headers: { accept: 'application/vnd.heroku+json; version=3', authorization: 'Bearer test-key' },
    body: JSON.stringify({ include: ['api:dyno', 'api:release', 'api:app'], level: 'sync', url, secret }),
  });
  assert.equal(made.status, 201, await made.text());
  return heroku;
}

test('each event of Heroku makes the app be read, a repeated one only once, in any order', async (t) => {
  const { apps, url } = await start(t);
  const { world, deliver } = await withFake(t, url);
  world.crash('shop', 'web.1');
  world.setDyno('shop', 'web.1', 'up');
  const sent = await deliver({ copies: 3, reversed: true });
  assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([204]));
  assert.equal(sent.length, 6);
  assert.deepEqual(apps.looked, ['shop', 'shop']);
});

test('events without their metadata are taken, too', async (t) => {
  const { apps, url } = await start(t);
  const { world, deliver } = await withFake(t, url);
  world.crash('shop', 'web.1');
  await deliver({ bare: true, copies: 2 });
  assert.deepEqual(apps.looked, ['shop']);
});

test('a wrong signature and a body that was changed on its way are refused with 401', async (t) => {
  const { apps, log, url } = await start(t);
  const { world, deliver } = await withFake(t, url);
  world.crash('shop', 'web.1');
  const [wrong] = await deliver({ secret: 'another' });
  const [changed] = await deliver({ change: (body) => body.replace('shop', 'blog') });
  assert.deepEqual([wrong?.status, changed?.status], [401, 401]);
  assert.deepEqual(apps.looked, []);
  assert.equal(log.length, 1, 'a flood of wrong webhooks does not fill the log');
  assert.match(log[0] ?? '', /a webhook of Heroku was refused: The signature is wrong/);
  const [right] = await deliver();
  assert.equal(right?.status, 204, 'Heroku sends it again');
  assert.deepEqual(apps.looked, ['shop']);
});

test('an event names its app by name or id; one of an app that is not watched is taken and logged', async (t) => {
  const { apps, log, post } = await start(t);
  const id = anApp().info?.id;
  for (const [at, body] of [
    event({ name: 'blog' }),
    event({ id }),
    event({ id, name: 'renamed' }),
    JSON.stringify({ id: 'e-1', resource: 'app', data: { name: 'blog' } }),
    event({ name: 'other' }),
    event({ name: 'other' }),
  ].entries()) {
    const own = body.replace('e-1', `e-${at}`);
    assert.equal((await post(own, sign(own))).status, 204);
  }
  assert.deepEqual(apps.looked, ['blog', 'shop', 'shop', 'blog']);
  assert.equal(log.length, 1);
  assert.match(log[0] ?? '', /"app":"other".*not watched/);
});

test('a signed body of another shape is taken and reads nothing: Heroku would send it for three days', async (t) => {
  const { apps, post } = await start(t);
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '7',
    '{"data":[]}',
    '{"data":{"app":"shop"}}',
    '{"id":{},"data":{"app":{"name":7}}}',
  ]) {
    assert.equal((await post(body, sign(body))).status, 204, body);
  }
  assert.deepEqual(apps.looked, []);
});

test('without a signature a request needs a login', async (t) => {
  const { apps, post } = await start(t);
  const anonymous = await post(event({ name: 'shop' }));
  assert.equal(anonymous.status, 401);
  assert.match(await anonymous.text(), /The header Heroku-Webhook-Hmac-SHA256 .* is missing/);
  assert.equal((await post(event({ name: 'shop' }), { authorization: 'Bearer ux_wrong' })).status, 401);
  assert.equal((await post(event({ name: 'shop' }), { authorization: 'Bearer ux_right' })).status, 204);
  assert.deepEqual(apps.looked, ['shop']);
});

test('without HEROKU_WEBHOOK_SECRET no signature is believed, and the refusal names the setting', async (t) => {
  const { apps, post } = await start(t, null);
  const body = event({ name: 'shop' });
  for (const headers of [sign(body), sign(body, ''), sign(body, 'null')]) {
    const refused = await post(body, headers);
    assert.equal(refused.status, 401);
    assert.match(await refused.text(), /Set HEROKU_WEBHOOK_SECRET/);
  }
  assert.deepEqual(apps.looked, []);
});

test('the ids of a thousand events are remembered, not more', async (t) => {
  const { apps, post } = await start(t);
  const send = async (id: number) => {
    const body = event({ name: 'shop' }, { id: `e-${id}` });
    await post(body, sign(body));
  };
  for (let id = 0; id <= 1_000; id += 1) await send(id);
  await send(1_000);
  assert.equal(apps.looked.length, 1_001);
  await send(0);
  assert.equal(apps.looked.length, 1_002);
});

test('the exit status of a one-off dyno is kept, and that of other dynos is not', async (t) => {
  const { exits, post } = await start(t);
  const dyno = (data: object, id: string) => {
    const body = JSON.stringify({ id, action: 'destroy', resource: 'dyno', data: { app: { name: 'shop' }, ...data } });
    return post(body, sign(body));
  };
  await dyno({ id: 'd-1', type: 'run', name: 'run.1', exit_status: 3 }, 'e-1');
  await dyno({ id: 'd-1', type: 'run', name: 'run.1', exit_status: 3 }, 'e-1');
  await dyno({ id: 'd-2', type: 'run', name: 'run.2', exit_status: null }, 'e-2');
  await dyno({ id: 'd-3', type: 'web', name: 'web.1', exit_status: 0 }, 'e-3');
  assert.deepEqual(exits, ['d-1 3']);
});
