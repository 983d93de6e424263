import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type FakeTarget, startFakeTarget, type TargetAnswer } from '../../fakes/target/index.ts';
import { createAuthority } from '../../fakes/tls/index.ts';
import { freePort } from '../../support/port.ts';
import { httpCheck, outcomeOf, type Probing, startProbing, until } from './probe-support.ts';

type Setting = Probing & { target: FakeTarget };

async function start(t: TestContext): Promise<Setting> {
  const target = await startFakeTarget();
  t.after(() => target.close());
  return { ...(await startProbing(t)), target };
}

test('an http check tells what it found, and what is wrong with a response', async (t) => {
  const { outcome, target } = await start(t);
  const of = (answer: TargetAnswer, more: Parameters<typeof httpCheck>[1] = {}) => {
    target.answer = answer;
    return outcome(httpCheck(`${target.url}/health?key=secret`, more));
  };
  const json = (value: unknown): TargetAnswer => ({ kind: 'json', value });
  assert.equal(await of({ kind: 'reply', body: 'all ok' }, { text: 'ok' }), 'ok: 200');
  assert.equal(await of({ kind: 'reply', status: 204 }, { status: [{ from: 200, to: 299 }] }), 'ok: 204');
  assert.equal(await of({ kind: 'reply', status: 503 }), 'response: Status 503 instead of 200.');
  const ranges = [
    { from: 200, to: 299 },
    { from: 404, to: 404 },
  ];
  assert.equal(
    await of({ kind: 'reply', status: 503 }, { status: ranges }),
    'response: Status 503 instead of 2xx or 404.',
  );
  assert.equal(await of({ kind: 'reply', body: 'no' }, { text: 'ok' }), 'response: The body does not contain "ok".');
  assert.equal(
    await of(json({ status: 'up', data: [{ state: null }] }), { json: { status: 'up', 'data.0.state': null } }),
    'ok: 200',
  );
  assert.equal(
    await of(json({ status: 'down' }), { json: { status: 'up' } }),
    'response: JSON: status is "down" instead of "up".',
  );
  assert.equal(await of(json({ status: 1 }), { json: { status: '1' } }), 'response: JSON: status is 1 instead of "1".');
  assert.equal(await of(json({}), { json: { 'a.b': true } }), 'response: JSON: a.b is missing instead of true.');
  assert.match(await of(json({}), { json: { 'constructor.name': 'Object' } }), /constructor\.name is missing/);
  assert.match(await of(json(null), { json: { status: 'up' } }), /status is missing/);
  const html = { kind: 'reply', body: '<html>\n<b>' } as const;
  assert.equal(await of(html, { json: { a: 1 } }), 'response: The body is not JSON: it begins with "<html> <b>".');
  assert.equal(await of({ kind: 'reply' }, { json: { a: 1 } }), 'response: The body is not JSON: it is empty.');
  assert.equal(await of({ kind: 'garbage' }), 'response: The answer is not HTTP.');
  const closed = 'response: The connection was closed before';
  assert.equal(await of({ kind: 'reset' }), `${closed} a response came.`);
  assert.equal(await of({ kind: 'close', after: 'nothing' }), `${closed} a response came.`);
  assert.equal(await of({ kind: 'close', after: 'headers' }), `${closed} the body ended.`);
  assert.equal(await of({ kind: 'close', after: 'body' }), `${closed} the body ended.`);
  const long = { kind: 'reply', headers: { 'x-long': 'x'.repeat(20_000) } } as const;
  assert.equal(await of(long), 'response: The headers of the response are larger than 16 KiB.');
  assert.equal(new Set(target.requests.map(({ connection }) => connection)).size, target.requests.length);
  await until(() => target.open() === 0);
});

test('method, headers and body are sent as they are written', async (t) => {
  const { outcome, target } = await start(t);
  const headers = {
    Authorization: 'Bearer x',
    'content-type': 'application/json',
    Host: 'shop.example.com',
    'Content-Length': '1',
  };
  assert.equal(
    await outcome(httpCheck(`${target.url}/a?b=1`, { method: 'POST', headers, body: '{"ü":1}' })),
    'ok: 200',
  );
  assert.equal(await outcome(httpCheck(target.url, { method: 'HEAD' })), 'ok: 200');
  assert.equal(await outcome(httpCheck(target.url, { method: 'DELETE' })), 'ok: 200');
  const [post, head, remove] = target.requests;
  assert.deepEqual([post?.method, post?.path, post?.body], ['POST', '/a?b=1', '{"ü":1}']);
  const { authorization, host, 'content-length': length, 'content-type': type, connection } = post?.headers ?? {};
  assert.deepEqual(
    [authorization, host, length, type, connection],
    ['Bearer x', 'shop.example.com', '8', 'application/json', 'close'],
  );
  assert.deepEqual([head?.method, head?.headers.host], ['HEAD', `127.0.0.1:${target.port}`]);
  assert.deepEqual([remove?.method, remove?.headers['content-length']], ['DELETE', '0']);
});

test('redirects are followed up to the limit, unless their status is expected', async (t) => {
  const { outcome, target } = await start(t);
  for (let hop = 0; hop < 5; hop += 1)
    target.answers.set(`/${hop}`, { kind: 'redirect', to: `/${hop + 1}?key=secret` });
  assert.equal(await outcome(httpCheck(`${target.url}/0`)), 'ok: 200');
  const limited = await outcome(httpCheck(`${target.url}/0`, { redirects: 2 }));
  assert.match(
    limited,
    /^response: More than 2 redirects; the last one leads to http:\/\/127\.0\.0\.1:\d+\/3\. This was after/,
  );
  assert.doesNotMatch(limited, /secret/);
  assert.equal(await outcome(httpCheck(`${target.url}/0`, { redirects: 0 })), 'response: Status 302 instead of 200.');
  assert.equal(await outcome(httpCheck(`${target.url}/0`, { status: [{ from: 300, to: 399 }] })), 'ok: 302');
  target.answers.set('/name', { kind: 'redirect', to: Buffer.from('/größe').toString('latin1') });
  assert.equal(await outcome(httpCheck(`${target.url}/name`)), 'ok: 200');
  assert.equal(target.requests.at(-1)?.path, '/gr%C3%B6%C3%9Fe');
  target.answers.set('/file', { kind: 'redirect', to: 'file:///etc/passwd' });
  assert.equal(
    await outcome(httpCheck(`${target.url}/file`)),
    'refused: The redirect leads to file:, which is neither http nor https.',
  );
  target.answers.set('/bad', { kind: 'redirect', to: 'http://[' });
  assert.equal(await outcome(httpCheck(`${target.url}/bad`)), 'response: The redirect leads to no valid address.');
});

test('a redirect turns POST into GET as browsers do it, and another origin gets none of the headers', async (t) => {
  const { outcome, target } = await start(t);
  const other = await startFakeTarget();
  t.after(() => other.close());
  const headers = { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Key': 'k', 'Content-Type': 'text/plain' };
  const post = { method: 'POST', headers, body: 'text' };
  for (const status of [301, 302, 303, 307, 308] as const) {
    target.answers.set(`/${status}`, { kind: 'redirect', to: '/to', status });
    assert.equal(await outcome(httpCheck(`${target.url}/${status}`, post)), 'ok: 200');
    const { method, body, headers: sent } = target.requests.at(-1) ?? {};
    const expected = status < 304 ? ['GET', '', 'Bearer x', undefined] : ['POST', 'text', 'Bearer x', 'text/plain'];
    assert.deepEqual([method, body, sent?.authorization, sent?.['content-type']], expected, `${status}`);
  }
  target.answers.set('/away', { kind: 'redirect', to: `${other.url}/`, status: 307 });
  other.answers.set('/', { kind: 'redirect', to: `${target.url}/back`, status: 307 });
  assert.equal(await outcome(httpCheck(`${target.url}/away`, post)), 'ok: 200');
  for (const request of [other.requests.at(-1), target.requests.at(-1)]) {
    const { authorization, cookie, 'x-key': key } = request?.headers ?? {};
    assert.deepEqual([authorization, cookie, key, request?.body], [undefined, undefined, undefined, 'text']);
  }
});

test('no check connects to a link-local or metadata address, however it is written, at any hop', async (t) => {
  const { outcome, target, dns } = await start(t);
  const refused = /^refused: (.+ leads to )?\S+?,?( which)? is a link-local or metadata address/;
  const forms = [
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '[::ffff:a9fe:a9fe]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::a9fe:a9fe]',
  ];
  for (const form of forms) {
    assert.match(await outcome(httpCheck(`http://${form}/latest/`)), refused, form);
    target.answer = { kind: 'redirect', to: `http://${form}/latest/` };
    assert.match(await outcome(httpCheck(target.url)), refused, `redirect to ${form}`);
  }
  dns.on('meta.example.com', 'A', ['10.0.0.1', '169.254.169.254']);
  dns.on('meta6.example.com', 'AAAA', ['fe80::1']);
  assert.equal(
    await outcome(httpCheck('http://meta.example.com/')),
    'refused: meta.example.com leads to 169.254.169.254, which is a link-local or metadata address. Checks do not connect to it.',
  );
  assert.match(await outcome(httpCheck('http://meta6.example.com/')), refused);
});

test('a name is resolved anew at each hop, and the address that was checked is the one that is connected to', async (t) => {
  const { outcome, target, dns } = await start(t);
  dns.on('twice.example.com', 'A', ['127.0.0.1'], ['169.254.169.254']);
  target.answers.set('/', { kind: 'redirect', to: `http://twice.example.com:${target.port}/second` });
  assert.match(
    await outcome(httpCheck(`http://twice.example.com:${target.port}/`)),
    /^refused: twice\.example\.com leads to 169\.254\.169\.254, .* This was after a redirect to http:\/\/twice\.example\.com:\d+\/second\.$/,
  );
  assert.deepEqual(
    target.requests.map(({ path, headers }) => [path, headers.host]),
    [['/', `twice.example.com:${target.port}`]],
  );
  assert.equal(dns.queries.filter(({ type }) => type === 'A').length, 2);
});

test('the time limit is over the whole attempt: connection, response and body', async (t) => {
  const { timedOut, target } = await start(t);
  const after = (answer: TargetAnswer, ms?: number) => {
    target.answer = answer;
    const before = target.requests.length;
    return timedOut(httpCheck(target.url, {}, 2_000), () => target.requests.length > before, ms);
  };
  assert.equal(
    await after({ kind: 'hang', after: 'nothing' }),
    'timeout: No answer within 2 s: connected, but no response.',
  );
  const body = 'timeout: No answer within 2 s: status 200, but the body did not end.';
  const check = httpCheck(target.url, {}, 2_000);
  for (const answer of [
    { kind: 'hang', after: 'body' },
    { kind: 'drip', ms: 5 },
  ] satisfies TargetAnswer[]) {
    target.answer = answer;
    const before = target.requests.length;
    const started = performance.now();
    // The response's head is on its way when the request is there.
    const outcome = timedOut(check, () => target.requests.length > before && performance.now() - started > 50);
    assert.equal(await outcome, body, answer.kind);
  }
  await until(() => target.open() === 0);
});

test('an answer that came while the event loop was late counts, and a late attempt is made again', async (t) => {
  const { attempt, clock, target } = await start(t);
  target.answer = { kind: 'hang', after: 'nothing' };
  target.answers.set('/', [{ kind: 'hang', after: 'nothing' }, { kind: 'reply' }]);
  const again = attempt(httpCheck(`${target.url}/`, {}, 2_000));
  await until(() => target.requests.length === 1);
  clock.skip(5_000);
  await clock.advance(0);
  assert.equal(outcomeOf(await again), 'ok: 200');
  assert.equal(target.requests.length, 2);

  const twice = attempt(httpCheck(`${target.url}/hang`, {}, 2_000));
  for (const requests of [3, 4]) {
    await until(() => target.requests.length === requests);
    clock.skip(5_000);
    await clock.advance(0);
  }
  assert.match(outcomeOf(await twice), /^own fault, timeout: No answer within 2 s/);
});

test('bodies are decompressed, and read up to 1 MiB', async (t) => {
  const { outcome, target } = await start(t);
  const text = 'everything is ok';
  const packed = {
    gzip: gzipSync(text),
    'x-gzip': gzipSync(text),
    deflate: deflateSync(text),
    br: brotliCompressSync(text),
  };
  for (const [encoding, body] of [...Object.entries(packed), ['deflate', deflateRawSync(text)] as const]) {
    target.answer = { kind: 'reply', body, headers: { 'content-encoding': encoding } };
    assert.equal(await outcome(httpCheck(target.url, { text: 'ok' })), 'ok: 200', encoding);
  }
  target.answer = { kind: 'reply', body: text, headers: { 'content-encoding': 'gzip' } };
  assert.equal(await outcome(httpCheck(target.url, { text: 'ok' })), 'response: The body is no valid gzip.');
  assert.equal(await outcome(httpCheck(target.url)), 'ok: 200');
  target.answer = { kind: 'reply', body: text, headers: { 'content-encoding': 'zstd' } };
  assert.match(await outcome(httpCheck(target.url, { text: 'ok' })), /an encoding that is not supported: zstd/);
  target.answer = {
    kind: 'reply',
    body: Buffer.from('gr\xf6\xdfer', 'latin1'),
    headers: { 'content-type': 'text/html; charset=ISO-8859-1' },
  };
  assert.equal(await outcome(httpCheck(target.url, { text: 'größer' })), 'ok: 200');

  target.answer = { kind: 'huge', bytes: 1_000_000_000 };
  const missing = 'response: The first 1 MiB of the body does not contain "ok".';
  assert.equal(await outcome(httpCheck(target.url, { text: 'ok' })), missing);
  assert.equal(await outcome(httpCheck(target.url)), 'ok: 200');
  assert.match(await outcome(httpCheck(target.url, { json: { a: 1 } })), /larger than 1 MiB/);
  await until(() => target.open() === 0);
  assert.ok(target.written < 60_000_000, `${target.written}`);
  target.written = 0;
  target.answer = { kind: 'huge', bytes: 300_000_000, gzip: true };
  assert.equal(await outcome(httpCheck(target.url, { text: 'ok' })), missing);
});

test('a name that does not exist, a refused connection and a missing address are told apart', async (t) => {
  const { outcome, attempt, dns } = await start(t);
  const port = await freePort();
  assert.equal(
    await outcome(httpCheck('http://no.example.com/')),
    'dns: The name no.example.com does not exist (NXDOMAIN).',
  );
  assert.equal(
    await outcome(httpCheck(`http://127.0.0.1:${port}/`)),
    `connect: Connection refused by 127.0.0.1:${port}.`,
  );
  dns.on('both.example.com', 'A', ['127.0.0.1']);
  dns.on('both.example.com', 'AAAA', ['::1']);
  assert.equal(
    await outcome(httpCheck(`http://both.example.com:${port}/`)),
    `connect: Connection refused by 127.0.0.1:${port} and [::1]:${port}.`,
  );
  const six = await startFakeTarget({ host: '::1' });
  t.after(() => six.close());
  const url = `http://both.example.com:${six.port}/`;
  assert.equal(await outcome(httpCheck(url)), 'ok: 200', 'the other family is tried');
  assert.equal(await outcome(httpCheck(url, { family: 6 })), 'ok: 200');
  assert.equal(await outcome(httpCheck(url, { family: 4 })), `connect: Connection refused by 127.0.0.1:${six.port}.`);
  dns.on('four.example.com', 'A', ['127.0.0.1']);
  assert.equal(
    await outcome(httpCheck('http://four.example.com/', { family: 6 })),
    'dns: The name four.example.com has no IPv6 address.',
  );
  assert.equal(await outcome(httpCheck('http://127.0.0.1/', { family: 6 })), 'dns: 127.0.0.1 is not an IPv6 address.');
  assert.equal((await attempt(httpCheck('http://no.example.com/'))).ms, null);
  assert.equal((await attempt(httpCheck(six.url))).ms, 0);
});

test('a certificate is verified before the request is sent, unless the check says not to', async (t) => {
  const authority = createAuthority();
  const { outcome, dns } = await startProbing(t, { ca: authority.ca });
  dns.on('*', 'A', ['127.0.0.1']);
  const of = async (chain: Parameters<typeof authority.chain>[0], more: Parameters<typeof httpCheck>[1] = {}) => {
    const target = await startFakeTarget({
      tls: authority.chain({ names: ['shop.example.com', '*.shop.example.com'], ...chain }),
    });
    try {
      return [await outcome(httpCheck(`https://shop.example.com:${target.port}/`, more)), target.requests.length];
    } finally {
      await target.close();
    }
  };
  assert.deepEqual(await of({}), ['ok: 200', 1]);
  const ended = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  assert.deepEqual(await of({ days: -2 }), [`tls: The certificate ended on ${ended}.`, 0]);
  assert.deepEqual(await of({ names: ['other.example.com'] }), [
    'tls: The certificate is for other.example.com, not for shop.example.com.',
    0,
  ]);
  assert.deepEqual(await of({ selfSigned: true }), [
    'tls: The certificate is signed by itself, not by an authority.',
    0,
  ]);
  assert.deepEqual(await of({ selfSigned: true }, { verify: false }), ['ok: 200', 1]);
  const plain = await startFakeTarget();
  t.after(() => plain.close());
  const text = `tls: 127.0.0.1:${plain.port} does not speak TLS.`;
  assert.equal(await outcome(httpCheck(`https://shop.example.com:${plain.port}/`)), text);
});

test('a header Host is the name that TLS asks for, and a redirect to another origin goes back to its own', async (t) => {
  const authority = createAuthority();
  const { outcome } = await startProbing(t, { ca: authority.ca });
  const target = await startFakeTarget({ tls: authority.chain({ names: ['shop.example.com'] }) });
  t.after(() => target.close());
  assert.equal(await outcome(httpCheck(`${target.url}/`, { headers: { host: 'shop.example.com' } })), 'ok: 200');
  assert.match(await outcome(httpCheck(`${target.url}/`)), /for shop\.example\.com, not for 127\.0\.0\.1\.$/);
});
