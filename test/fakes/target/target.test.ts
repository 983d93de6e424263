import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startFakeTarget, type TargetAnswer } from './index.ts';

test('a target replies, redirects, delays and sends answers in turn', async (t) => {
  const target = await startFakeTarget();
  t.after(() => target.close());
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${target.url}${path}`, { redirect: 'manual', ...init });
    return { status: response.status, to: response.headers.get('location'), body: await response.text() };
  };
  assert.deepEqual(await ask('/any'), { status: 200, to: null, body: 'ok' });
  target.answers.set('/json', { kind: 'json', value: { status: 'up' } });
  assert.equal((await ask('/json?fresh=1')).body, '{"status":"up"}');
  const metadata = 'http://169.254.169.254/latest/meta-data/';
  target.answers.set('/redirect', { kind: 'redirect', to: metadata, status: 307 });
  assert.deepEqual(await ask('/redirect'), { status: 307, to: metadata, body: '' });
  target.answers.set('/late', { kind: 'late', ms: 1, body: 'late' });
  assert.equal((await ask('/late')).body, 'late');
  target.answers.set('/turns', [{ kind: 'reply', status: 503 }, { kind: 'reply' }]);
  assert.deepEqual(
    [(await ask('/turns')).status, (await ask('/turns')).status, (await ask('/turns')).status],
    [503, 200, 200],
  );
  await ask('/post', { method: 'POST', body: 'text' });
  const { method, path, body } = target.requests.at(-1) ?? {};
  assert.deepEqual({ method, path, body }, { method: 'POST', path: '/post', body: 'text' });
});

test('a target hangs, closes, resets and drips where its answer says', async (t) => {
  const target = await startFakeTarget();
  t.after(() => target.close());
  /** The response, and what ended it: its end, an error, or nothing after its first bytes. */
  const outcome = async (
    answer: TargetAnswer,
  ): Promise<{ response?: IncomingMessage; text: string; error?: string }> => {
    target.answer = answer;
    const request = get(target.url, { agent: new Agent() });
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) {
        text += chunk;
        if (answer.kind === 'hang' || (answer.kind === 'drip' && text === '..')) break;
      }
      return { response, text };
    } catch (error) {
      return { text: '', error: (error as NodeJS.ErrnoException).code ?? '' };
    } finally {
      request.destroy();
    }
  };
  assert.equal((await outcome({ kind: 'close', after: 'nothing' })).error, 'ECONNRESET');
  assert.equal((await outcome({ kind: 'close', after: 'headers' })).error, 'ECONNRESET');
  assert.equal((await outcome({ kind: 'close', after: 'body' })).error, 'ECONNRESET');
  assert.equal((await outcome({ kind: 'reset' })).error, 'ECONNRESET');
  assert.match((await outcome({ kind: 'garbage' })).error ?? '', /^HPE_/);
  assert.equal((await outcome({ kind: 'hang', after: 'body' })).text, 'half');
  assert.equal((await outcome({ kind: 'drip', ms: 1 })).text, '..');

  target.answer = { kind: 'hang', after: 'headers' };
  const [response] = (await once(get(target.url, { agent: new Agent() }), 'response')) as [IncomingMessage];
  assert.equal(response.headers['content-length'], '10');
  response.destroy();
  assert.equal(target.connections, 8);
});

test('a huge body stops when the client goes, and a gzip bomb is small on the wire', async (t) => {
  const target = await startFakeTarget();
  t.after(() => target.close());
  target.answer = { kind: 'huge', bytes: 300_000 };
  assert.equal((await (await fetch(target.url)).text()).length, 300_000);
  target.answer = { kind: 'huge', bytes: 20_000_000, gzip: true };
  const request = get(target.url, { agent: new Agent() });
  const [bomb] = (await once(request, 'response')) as [IncomingMessage];
  let onWire = 0;
  for await (const chunk of bomb) onWire += (chunk as Buffer).length;
  assert.ok(onWire < 100_000, `${onWire} bytes`);
  target.written = 0;
  target.answer = { kind: 'huge', bytes: 1e12 };
  const endless = get(target.url, { agent: new Agent() });
  const [stream] = (await once(endless, 'response')) as [IncomingMessage];
  await once(stream, 'data');
  stream.on('error', () => {});
  const closed = new Promise((resolve) => stream.on('close', resolve));
  endless.destroy();
  await closed;
  assert.ok(target.written < 1e9);
});

test('a target counts connections, and listens on IPv6 where it is asked to', async (t) => {
  const target = await startFakeTarget();
  t.after(() => target.close());
  const agent = new Agent({ keepAlive: true });
  for (const one of [agent, agent, new Agent()]) {
    const [response] = (await once(get(target.url, { agent: one }), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
  }
  agent.destroy();
  assert.deepEqual(
    target.requests.map(({ connection }) => connection),
    [1, 1, 2],
  );
  const six = await startFakeTarget({ host: '::1' }).catch(() => null);
  if (six === null) return t.diagnostic('no IPv6 here');
  t.after(() => six.close());
  assert.match(six.url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal(await (await fetch(six.url)).text(), 'ok');
});
