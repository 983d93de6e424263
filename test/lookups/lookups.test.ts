import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createGiphy } from '../../src/lookups/giphy.ts';
import { createXkcd } from '../../src/lookups/xkcd.ts';

/** A site on this machine that answers as it is told. */
async function site(t: TestContext, answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('xkcd’s newest number is requested once an hour', async (t) => {
  let asked = 0;
  let now = 0;
  const url = await site(t, (request, response) => {
    asked += 1;
    assert.equal(request.url, '/info.0.json');
    response.end(JSON.stringify({ num: 3_000 + asked }));
  });
  const latest = createXkcd(() => now, url);
  assert.deepEqual([await latest(), await latest()], [3_001, 3_001]);
  now = 3_600_000;
  assert.equal(await latest(), 3_002);
});

test('an invalid, missing or redirected answer of xkcd rejects, and the next call requests again', async (t) => {
  const answers: RequestListener[] = [
    (_request, response) => response.writeHead(500).end(),
    (_request, response) => response.end('<html>'),
    (_request, response) => response.end('{"num":"x"}'),
    (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    () => {},
    (_request, response) => response.end('{"num":7}'),
  ];
  const url = await site(t, (request, response) => answers.shift()?.(request, response));
  const latest = createXkcd(() => 0, url);
  for (let broken = 0; broken < 5; broken += 1) await assert.rejects(latest());
  assert.equal(await latest(), 7);
});

test('Giphy gets key and category, and its errors do not show the key', async (t) => {
  const url = await site(t, (request, response) => {
    const asked = new URL(request.url ?? '', 'http://x').searchParams;
    if (asked.get('tag') === 'none') return void response.end('{"data":[]}');
    if (asked.get('tag') === 'broken') return void response.writeHead(403).end();
    assert.deepEqual([asked.get('api_key'), asked.get('rating')], ['secret-key', 'g']);
    response.end(JSON.stringify({ data: { url: `https://giphy.com/gifs/${asked.get('tag')}` } }));
  });
  const find = createGiphy('secret-key', url);
  assert.equal(await find('cat & dog'), 'https://giphy.com/gifs/cat & dog');
  assert.equal(await find('none'), null);
  await assert.rejects(
    find('broken'),
    (error: Error) => /403/.test(error.message) && !error.message.includes('secret-key'),
  );
});
