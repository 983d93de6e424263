import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { fastify } from 'fastify';
import { openEventStream } from '../../src/http/sse.ts';
import { createLiveFeed } from '../../src/observability/live-feed.ts';
import { readEvents } from '../http/sse.ts';
import { startApi } from '../http/support.ts';
import { manualClock } from '../support/clock.ts';

const api = await startApi({ after });
const card = { level: 'success', what: 'sent', channel: '#ops', deliveryId: null, trace: null } as const;

test('a card’s text is cut, and the cards that are remembered have a size in all', () => {
  const feed = createLiveFeed(manualClock());
  for (let index = 0; index < 105; index += 1) feed.publish({ ...card, text: 'x'.repeat(40_000) });
  const kept = feed.since(null);
  assert.ok(kept.every(({ text }) => text.length <= 4_000));
  assert.ok(kept.reduce((sum, { text }) => sum + text.length, 0) <= 131_072);
  assert.equal(kept.at(-1)?.id, 105, 'the newest is there');
  for (let index = 0; index < 600; index += 1) feed.publish({ ...card, text: 'short' });
  assert.equal(feed.since(null).length, 500);
});

test('readers of the stream are counted by address and refused beyond the limit, with a reason', async () => {
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
    assert.ok(tries < 100, 'a reader that has gone makes room');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('a reader that does not read is cut off instead of being buffered for', async (t) => {
  const server = fastify();
  t.after(() => server.close());
  let sent = 0;
  const cutOff = new Promise<void>((resolve) => {
    server.get('/events', (request, reply) => {
      const stream = openEventStream(request, reply, 512 * 1024);
      stream.onClose(resolve);
      // All in one turn of the loop, so that the kernel takes none of it meanwhile.
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
