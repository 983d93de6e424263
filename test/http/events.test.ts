import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readEvents, type Sent } from './sse.ts';
import { settled, startApi } from './support.ts';

const api = await startApi({ after });
const url = `${api.base}/events`;

async function post(channel: string, text: string): Promise<string> {
  const { body } = await api.call('POST', '/slack', { msg: { channel, text } });
  await settled(api, body.id);
  return body.id;
}

const textOf = ({ data }: Sent) => JSON.parse(data).text as string;

test('the stream sends past events, and then new ones', async (t) => {
  const id = await post('general', 'before');
  const stream = await readEvents(url);
  t.after(() => stream.close());
  assert.equal(stream.status, 200);
  assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(stream.headers.get('cache-control'), 'no-store');
  const [before] = await stream.take(1);
  assert.ok(before);
  assert.match(before.id ?? '', /^[a-z0-9]+-\d+$/);
  const { at, id: eventId, ...card } = JSON.parse(before.data);
  assert.equal(eventId, before.id);
  assert.ok(Math.abs(Date.now() - at) < 60_000);
  assert.deepEqual(card, {
    level: 'success',
    what: 'sent',
    team: 'TSIM',
    channel: 'general',
    text: 'before',
    deliveryId: id,
    trace: id.slice(0, 8),
  });
  assert.equal(before.event, 'live');

  await post('random', 'after');
  await post('nowhere', 'lost');
  const [sent, failed] = await stream.take(2);
  assert.ok(sent && failed);
  assert.equal(textOf(sent), 'after');
  assert.deepEqual([JSON.parse(failed.data).what, JSON.parse(failed.data).level], ['failed', 'danger']);
});

test('a resumed stream neither repeats nor omits an event', async (t) => {
  const all = await readEvents(url);
  const first = (await all.take(3)).map(({ id }) => id ?? '');
  all.close();
  await post('U1', 'while nobody read');
  const resumed = await readEvents(url, first[1]);
  t.after(() => resumed.close());
  const [third, fourth] = await resumed.take(2);
  assert.equal(third?.id, first[2]);
  assert.equal(fourth && textOf(fourth), 'while nobody read');
  assert.ok(await resumed.quiet(100));
  const upToDate = await readEvents(url, fourth?.id ?? '');
  t.after(() => upToDate.close());
  assert.ok(await upToDate.quiet(100));
});

test('an id from before a restart, or an invalid one, gets all recent events', async (t) => {
  const all = await readEvents(url);
  t.after(() => all.close());
  const [first] = await all.take(4);
  const number = first?.id?.split('-')[1];
  for (const other of [`0-${number}`, `zzzz-9999`, '5', '-', 'a-b', '']) {
    const stream = await readEvents(url, other);
    t.after(() => stream.close());
    assert.equal((await stream.take(4))[0]?.id, first?.id, other);
  }
  assert.equal((await readEvents(url, 'x'.repeat(101))).status, 422);
});

test('no text can end its event or begin another', async (t) => {
  const text = 'one\n\nevent: live\ndata: {"text":"forged"}\r\n\r\nid: 9\u2028🙂\u0000"\\';
  const before = await readEvents(url);
  const last = (await before.take(4)).at(-1)?.id ?? '';
  before.close();
  const stream = await readEvents(url, last);
  t.after(() => stream.close());
  await post('U2', text);
  const [event] = await stream.take(1);
  assert.equal(event && textOf(event), text);
  assert.ok(await stream.quiet(100));
});

test('many readers can connect and disconnect at the same time', async () => {
  const streams = await Promise.all(Array.from({ length: 50 }, () => readEvents(url)));
  for (const stream of streams.slice(0, 25)) stream.close();
  await post('U3', 'to those who stayed');
  for (const stream of streams.slice(25)) {
    const events = await stream.take(6);
    assert.equal(textOf(events.at(-1) as Sent), 'to those who stayed');
    stream.close();
  }
  assert.equal((await api.call('GET', '/stats')).status, 200);
});

test('the simulator’s stream sends its messages', async (t) => {
  const stream = await readEvents(`${api.base}/simulator/events`);
  t.after(() => stream.close());
  await api.call('POST', '/simulator/channels', { name: 'streamed' });
  const { body } = await api.call('POST', '/simulator/messages', { channel: 'streamed', user: 'U1', text: 'a\n\nb' });
  const [channel, message] = await stream.take(2);
  assert.deepEqual([channel?.event, message?.event], ['channel', 'message']);
  assert.deepEqual(JSON.parse(message?.data ?? ''), body);
});
