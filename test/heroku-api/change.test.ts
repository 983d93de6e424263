import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AnswerLost, createChange, HerokuFailed } from '../../src/heroku-api/index.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

async function open(t: TestContext, handle: Handle, timeoutMs = 5_000) {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let sockets = 0;
  server.on('connection', () => {
    sockets += 1;
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const stop = new AbortController();
  const left: number[] = [];
  const change = createChange({
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'a-key', timeoutMs },
    ...{ closed: stop.signal, onRemaining: (count: number) => left.push(count) },
  });
  return { change, stop, left, sockets: () => sockets };
}

const isLost = (error: unknown) => error instanceof AnswerLost;
const isRefused = (error: unknown) => error instanceof HerokuFailed && !(error instanceof AnswerLost);

test('each change has a connection of its own', async (t) => {
  const { change, left, sockets } = await open(t, (request, response) => {
    response.writeHead(201, { 'ratelimit-remaining': '4321', connection: 'keep-alive' });
    response.end(JSON.stringify({ method: request.method, type: request.headers['content-type'] ?? null }));
  });
  assert.deepEqual(await change('POST', '/a', { x: 1 }), { method: 'POST', type: 'application/json' });
  assert.deepEqual(await change('DELETE', '/a'), { method: 'DELETE', type: null });
  assert.equal(sockets(), 2);
  assert.deepEqual(left, [4_321, 4_321]);
});

test('a request whose connection closes is not sent again, and nobody can tell whether it ran', async (t) => {
  let requests = 0;
  const { change } = await open(t, (request) => {
    requests += 1;
    request.socket.destroy();
  });
  await assert.rejects(change('POST', '/a', {}), isLost);
  assert.equal(requests, 1);
});

test('an answer that breaks off in its middle is lost', async (t) => {
  const { change } = await open(t, (request, response) => {
    response.writeHead(201, { 'content-length': '100' });
    response.write('{"name":');
    setImmediate(() => request.socket.destroy());
  });
  await assert.rejects(change('POST', '/a', {}), isLost);
});

test('an answer without an end is cut at 1 MiB, and lost', async (t) => {
  const { change } = await open(t, (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  await assert.rejects(change('POST', '/a', {}), isLost);
});

test('a redirect and an error of the request are refusals, whatever the form of the answer', async (t) => {
  let status = 302;
  const { change } = await open(t, (_request, response) => {
    response.writeHead(status, { location: 'https://example.com/' });
    response.end('<html>');
  });
  for (status of [302, 400, 403, 404, 413, 422, 429]) await assert.rejects(change('POST', '/a', {}), isRefused);
  for (status of [408, 500, 502, 503, 504]) await assert.rejects(change('POST', '/a', {}), isLost);
  status = 200;
  await assert.rejects(change('POST', '/a', {}), isLost);
});

test('a stop of the program ends a change under way, whose outcome is unknown; later ones are not sent', async (t) => {
  let requests = 0;
  const { change, stop } = await open(t, () => {
    requests += 1;
    stop.abort();
  });
  await assert.rejects(change('POST', '/a', {}), isLost);
  await assert.rejects(change('POST', '/a', {}), isRefused);
  assert.equal(requests, 1);
});

test('no error has the key or the body', async (t) => {
  const { change } = await open(t, (request) => request.socket.destroy());
  await assert.rejects(change('POST', '/a', { secret: 'hunter22' }), (error) => {
    const text = `${(error as Error).stack} ${JSON.stringify(error)} ${JSON.stringify((error as Error).cause)}`;
    assert.doesNotMatch(text, /a-key|hunter22/);
    return true;
  });
});
