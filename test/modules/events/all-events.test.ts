import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readEvents } from '../../http/sse.ts';
import { startApi } from '../../http/support.ts';

const api = await startApi({ after }, { EVENTS: 'on' });
const url = `${api.base}/events?all`;
const say = (text: string) => api.call('POST', '/simulator/messages', { channel: '#ops', user: 'U1', text });
const textOf = ({ data }: { data: string }) => JSON.parse(data).text;

test('a reader gets new events, and goes on after the last one that it had', async () => {
  const first = await readEvents(url);
  assert.equal(first.status, 200);
  await say('one');
  await say('two');
  const [one, two] = await first.take(2);
  assert.deepEqual(
    [one, two].map((sent) => sent && [sent.event, textOf(sent)]),
    [
      ['message', 'one'],
      ['message', 'two'],
    ],
  );
  first.close();
  await say('three');
  const again = await readEvents(url, one?.id ?? '');
  assert.deepEqual((await again.take(2)).map(textOf), ['two', 'three']);
  again.close();
  const all = await readEvents(url, '0');
  assert.equal(textOf((await all.take(1))[0] ?? assert.fail()), 'one');
  all.close();
});

test('a reader of many events gets them all, in their order', async () => {
  const { last } = { last: 400 };
  const before = await readEvents(url);
  for (let n = 1; n <= last; n += 1) await say(`m${n}`);
  const texts = (await before.take(last)).map(textOf);
  assert.deepEqual(
    texts,
    Array.from({ length: last }, (_, n) => `m${n + 1}`),
  );
  before.close();
});

test('the stream of all events needs the scope `events`, and a valid id', async () => {
  const token = async (name: string, scope: string) =>
    `Bearer ${(await api.call('POST', '/tokens', { name, scopes: [scope] })).body.token}`;
  const read = await api.call('GET', '/events?all', undefined, { authorization: await token('r', 'read') });
  assert.equal(read.status, 403);
  assert.match(read.body.msg, /has the scope read; this needs events/);
  const stream = await readEvents(url, undefined, { authorization: await token('e', 'events') });
  assert.equal(stream.status, 200);
  stream.close();
  const wrong = await api.call('GET', '/events?all', undefined, { 'last-event-id': 'ev_1' });
  assert.deepEqual([wrong.status, wrong.body.field], [422, 'last-event-id']);
});

test('`all` is a switch, and `team` chooses the events of one workspace', async () => {
  const texts = async (query: string) => {
    const reader = await readEvents(`${api.base}/events?${query}`, '0');
    const [first] = await reader.take(1);
    reader.close();
    return [reader.status, first?.event];
  };
  await say('for the switch');
  for (const query of ['all', 'all=', 'all=true', 'all&team=TSIM'])
    assert.deepEqual(await texts(query), [200, 'message']);
  for (const query of ['', 'all=false']) {
    const live = await readEvents(`${api.base}/events?${query}`, 'an id of the live feed');
    assert.equal(live.status, 200, query);
    live.close();
  }
  for (const query of ['all=1', 'all=no', 'all=TRUE', 'all=true&all=true']) {
    const { status, body } = await api.call('GET', `/events?${query}`);
    assert.deepEqual([status, body.field], [422, 'all'], query);
  }
  const { body } = await api.call('GET', '/events?all=yes');
  assert.equal(body.reason, 'all must be true or false, or without a value');
  assert.match((await api.call('GET', '/events?all&x=1')).body.reason, /known are all, team$/);
  assert.equal((await api.call('GET', '/events?all&team=TOTHER')).status, 404);
  assert.equal((await api.call('GET', '/events?all&team=nobody')).status, 422);
});

test('while no events are recorded, the stream says how to turn them on', async (t) => {
  const off = await startApi(t);
  const { status, body } = await off.call('GET', '/events?all');
  assert.equal(status, 404);
  assert.match(body.msg, /EVENTS=on/);
});
