import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import { createWebhook } from '../../../src/modules/events/webhook.ts';
import type { LoggedEvent } from '../../../src/ports/event-log-store.ts';
import { type FakeReply, type FakeRequest, startFakeServer } from '../../fakes/http-server.ts';

const key = Buffer.from('a key of at least sixteen bytes');
const events = (count: number): LoggedEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const id = `ev_${n + 1}`;
    return {
      position: n + 1,
      at: 1_700_000_000_000,
      id,
      team: 'T1',
      body: JSON.stringify({ id, channel_uid: `C${n % 3}` }),
    };
  });

async function setUp(t: TestContext, reply: (request: FakeRequest) => FakeReply) {
  const server = await startFakeServer(reply);
  let refused = 0;
  const webhook = createWebhook({
    ...{ url: new URL(`${server.url}/in`), key, clock: systemClock, log: pino({ level: 'silent' }) },
    onRefused: () => {
      refused += 1;
    },
  });
  t.after(async () => {
    webhook.close();
    await server.close();
  });
  const idOf = (request: FakeRequest) => String(request.headers['webhook-id']);
  return { webhook, server, ids: () => server.requests.map(idOf), refused: () => refused };
}

test('each event is a webhook by Standard Webhooks, signed, with its id', async (t) => {
  const { webhook, server } = await setUp(t, () => ({ status: 204 }));
  assert.equal(await webhook.send(events(1)), 1);
  const [request] = server.requests;
  assert.ok(request);
  assert.deepEqual([request.method, request.url.pathname, request.headers['webhook-id']], ['POST', '/in', 'ev_1']);
  assert.deepEqual(JSON.parse(request.body), {
    type: 'event',
    timestamp: '2023-11-14T22:13:20.000Z',
    data: { id: 'ev_1', channel_uid: 'C0' },
  });
  const signed = `ev_1.${request.headers['webhook-timestamp']}.${request.body}`;
  const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  assert.equal(request.headers['webhook-signature'], signature);
});

test('the events of a channel come one after the other, also when one takes long', async (t) => {
  const open = new Map<string, number>();
  const { webhook, ids } = await setUp(t, (request) => {
    const { channel_uid } = JSON.parse(request.body).data;
    open.set(channel_uid, (open.get(channel_uid) ?? 0) + 1);
    return { status: 200, body: 'ok' };
  });
  assert.equal(await webhook.send(events(30)), 30);
  for (const rest of [0, 1, 2]) {
    const own = ids()
      .map((id) => Number(id.slice(3)))
      .filter((n) => (n - 1) % 3 === rest);
    assert.deepEqual(
      own,
      [...own].sort((a, b) => a - b),
    );
    assert.equal(own.length, 10);
  }
});

test('after a failure only the events that are missing are sent again, with the same ids', async (t) => {
  let fails = true;
  const { webhook, ids } = await setUp(t, (request) => ({
    status: fails && request.headers['webhook-id'] === 'ev_4' ? 503 : 200,
  }));
  const all = events(6);
  const had = await webhook.send(all);
  assert.ok(had >= 1 && had <= 3);
  await assert.rejects(async () => {
    for (let from = had; ; ) from += await webhook.send(all.slice(from));
  }, /HTTP 503/);
  fails = false;
  for (let from = 3; from < 6; ) from += await webhook.send(all.slice(from));
  const counts = new Map<string, number>();
  for (const id of ids()) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const id of ['ev_1', 'ev_2', 'ev_3', 'ev_5', 'ev_6']) assert.equal(counts.get(id), 1, id);
  assert.ok((counts.get('ev_4') ?? 0) > 1);
});

test('an event that is refused as wrong ten times is left out and counted; the others go on', async (t) => {
  const { webhook, ids, refused } = await setUp(t, (request) => ({
    status: request.headers['webhook-id'] === 'ev_1' ? 422 : 200,
  }));
  const all = events(2);
  for (let tries = 1; tries < 10; tries += 1) await assert.rejects(webhook.send(all), /HTTP 422/);
  assert.equal(await webhook.send(all), 2);
  assert.equal(refused(), 1);
  assert.equal(ids().filter((id) => id === 'ev_2').length, 1);
});

test('a receiver that is away, redirects or hangs up is told by its reason, without its address', async (t) => {
  const { webhook, server } = await setUp(t, () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }));
  await assert.rejects(webhook.send(events(1)), /^Error: HTTP 302: it redirects/);
  server.fault = { kind: 'hang up' };
  await assert.rejects(webhook.send(events(1)), (error: Error) => !error.message.includes('127.0.0.1'));
});

test('nothing is sent to the metadata service of a cloud', async () => {
  const url = new URL('http://169.254.169.254/latest');
  const webhook = createWebhook({ url, key: null, clock: systemClock, log: pino({ level: 'silent' }), onRefused() {} });
  await assert.rejects(webhook.send(events(1)), /not allowed/);
  webhook.close();
});
