import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { fastify } from 'fastify';
import { openEventStream } from '../../src/http/sse.ts';
import { createLiveFeed } from '../../src/live/live-feed.ts';
import { shareLive } from '../../src/live/share.ts';
import { readEvents } from '../http/sse.ts';
import { startApi } from '../http/support.ts';
import { manualClock } from '../support/clock.ts';
import { newsHub } from '../support/news.ts';

const api = await startApi({ after });
const card = { level: 'success', what: 'sent', team: '', channel: '#ops', deliveryId: null, trace: null } as const;

test('the text of a card is cut, and the remembered cards have a total size limit', () => {
  const feed = createLiveFeed(manualClock(), 'run');
  for (let index = 0; index < 105; index += 1) feed.publish({ ...card, text: 'x'.repeat(40_000) });
  const kept = feed.since(null);
  assert.ok(kept.every(({ text }) => text.length <= 4_000));
  assert.ok(kept.reduce((sum, { text }) => sum + text.length, 0) <= 131_072);
  assert.equal(kept.at(-1)?.id, 'run-105', 'the newest is there');
  for (let index = 0; index < 600; index += 1) feed.publish({ ...card, text: 'short' });
  assert.equal(feed.since(null).length, 500);
});

test('what is remembered of an erased team is forgotten', () => {
  const feed = createLiveFeed(manualClock(), 'run');
  for (let index = 0; index < 60; index += 1) {
    feed.publish({ ...card, team: `T${(index % 2) + 1}`, text: 'x'.repeat(4_000) });
  }
  feed.forget('T2');
  const kept = feed.since(null);
  assert.ok(kept.length > 10 && kept.every(({ team }) => team === 'T1'));
  for (let index = 0; index < 16; index += 1) feed.publish({ ...card, team: 'T1', text: 'x'.repeat(4_000) });
  assert.equal(feed.since(null).length, 32, 'its characters are free');
});

test('each address may open a limited number of streams; one more is refused with the reason', async () => {
  const readers = await Promise.all(Array.from({ length: 60 }, () => readEvents(`${api.base}/events`)));
  const refused = await api.call('GET', '/events');
  assert.equal(refused.status, 429);
  assert.match(refused.body.msg, /60 streams are open from .*, the most there can be; close one/);
  assert.equal((await api.call('GET', '/stats')).status, 200, 'everything else is served');
  for (const reader of readers) reader.close();
  for (let tries = 0; ; tries += 1) {
    const again = await readEvents(`${api.base}/events`);
    again.close();
    if (again.status === 200) break;
    assert.ok(tries < 100, 'a closed stream makes room for another one');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('a stream whose client does not read is closed instead of being buffered without limit', async (t) => {
  const server = fastify();
  t.after(() => server.close());
  let sent = 0;
  const cutOff = new Promise<void>((resolve) => {
    server.get('/events', (request, reply) => {
      const stream = openEventStream(request, reply, 512 * 1024);
      stream.onClose(resolve);
      // All in one turn of the event loop, so that the kernel cannot accept any of it in between.
      for (; sent < 1_000 && !reply.raw.destroyed; sent += 1) stream.send('card', 'x'.repeat(4_000));
    });
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write('GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await cutOff;
  assert.ok(sent > 100 && sent < 300, `${sent} cards of 4,000 characters were buffered`);
});

test('programs show one another’s events, each once, also what each of them sees by itself', () => {
  const hub = newsHub();
  const feeds = ['a', 'b', 'c'].map((run) => {
    const feed = createLiveFeed(manualClock(), run);
    shareLive(hub(), feed);
    return feed;
  });
  feeds[0]?.publish({ ...card, text: 'sent' });
  for (const feed of feeds) feed.publish({ ...card, what: 'part', text: 'oom' }, 'docker-1700000000000000000abc');
  feeds[2]?.publish({ ...card, text: 'later' });
  for (const feed of feeds) {
    assert.deepEqual(
      feed.since(null).map(({ id }) => id),
      ['a-1', 'docker-1700000000000000000abc', 'c-1'],
    );
  }
});

test('a reader that goes on at another program misses no event that came there in another order', () => {
  const clock = manualClock();
  const feed = createLiveFeed(clock, 'a');
  const of = (run: string, at: number) => ({ ...card, text: 'x', id: `${run}-${at}`, at: clock.now() + at });
  for (const event of [of('b', 0), of('b', 5_000), of('b', 5_900), of('a', 6_000), of('c', 6_100)]) feed.receive(event);
  assert.deepEqual(
    feed.since('a-6000').map(({ id }) => id),
    ['b-5000', 'b-5900', 'c-6100'],
    'what happened elsewhere up to two seconds before is repeated, with the same id',
  );
  assert.deepEqual(
    feed.since('b-5900').map(({ id }) => id),
    ['a-6000', 'c-6100'],
    'nothing of the same program is',
  );
});
