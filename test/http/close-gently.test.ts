import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { closeGently } from '../../src/http/close-gently.ts';
import { openEventStream } from '../../src/http/sse.ts';

test('a client that opens its event stream again at once does not delay a stop', async () => {
  const app = Fastify({ forceCloseConnections: 'idle', return503OnClosing: false });
  closeGently(app);
  app.get('/events', (request, reply) => void openEventStream(request, reply));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const first = await fetch(`${url}/events`);
  const began = performance.now();
  const closed = app.close();
  await first.text();
  const second = await fetch(`${url}/events`);
  assert.equal(second.status, 200);
  await second.text();
  await closed;
  assert.ok(performance.now() - began < 2_000);
});
