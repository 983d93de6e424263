import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { test } from 'node:test';
import { standardHeaders } from '../../../src/lib/standard-webhook.ts';
import { type FakeRequest, startFakeServer } from '../../fakes/http-server.ts';
import { startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const toleranceSeconds = 5 * 60;
/** The example of the specification's libraries. */
const vector = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const vectorBody = '{"test": 2432232314}';

/**
 * Checks a webhook as a receiver does, from the text of the specification alone:
 * www.standardwebhooks.com, "Verifying webhook authenticity".
 */
function verify(headers: FakeRequest['headers'], body: string, nowSeconds: number): void {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    String(headers[`webhook-${name}`]),
  );
  assert.match(timestamp ?? '', /^\d+$/, 'whole seconds since the epoch');
  assert.ok(Math.abs(nowSeconds - Number(timestamp)) <= toleranceSeconds, 'neither old nor of the future');
  assert.doesNotMatch(id ?? '.', /\./, 'no dot, which parts what is signed');
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const isRight = (signatures ?? '').split(' ').some((each) => {
    const [version, value = ''] = each.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  assert.ok(isRight, `a signature of ${id}`);
}

test('the example of the specification has its signature, and another body is refused', () => {
  verify(vector, vectorBody, 1_614_265_330);
  assert.throws(() => verify(vector, `${vectorBody} `, 1_614_265_330), /a signature/);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const ours = standardHeaders(vector['webhook-id'], 1_614_265_330, vectorBody, key);
  assert.deepEqual(ours, { 'content-type': 'application/json', ...vector });
});

test('a program with EVENTS_WEBHOOK_URL sends each event signed, and again with the same id until it is taken', async (t) => {
  let refused = 0;
  const server = await startFakeServer(() => {
    refused += 1;
    return { status: refused <= 2 ? 503 : 204 };
  });
  t.after(() => server.close());
  const api = await startApi(t, { EVENTS_WEBHOOK_URL: `${server.url}/in?of=us`, EVENTS_WEBHOOK_SECRET: secret });
  const say = (text: string) => api.call('POST', '/simulator/messages', { channel: '#ops', user: 'U1', text });
  const { requests } = server;
  await say('first');
  await eventually('two refusals and the event', () => requests.length >= 3);
  await say('zweite: ü');
  await eventually('both events', () => requests.length >= 4);

  const idOf = ({ headers }: FakeRequest) => headers['webhook-id'];
  assert.deepEqual(requests.map(idOf), [
    ...Array(3).fill(idOf(requests[0] as FakeRequest)),
    idOf(requests.at(-1) as FakeRequest),
  ]);
  assert.equal(new Set(requests.map(idOf)).size, 2);
  for (const request of requests) {
    verify(request.headers, request.body, Date.now() / 1_000);
    assert.deepEqual([request.method, request.url.pathname + request.url.search], ['POST', '/in?of=us']);
    const { type, timestamp, data } = JSON.parse(request.body);
    assert.deepEqual([type, data.id, data.type], ['event', idOf(request), 'message_new']);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  assert.deepEqual(
    requests.map(({ body }) => JSON.parse(body).data.text),
    ['first', 'first', 'first', 'zweite: ü'],
  );
  const { body } = await api.call('GET', '/status');
  assert.match(body.parts.find(({ name }: { name: string }) => name === 'events').detail, /webhook: \d+ behind/);
});
