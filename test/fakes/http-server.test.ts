import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, jsonReply, startFakeServer } from './http-server.ts';

test('a fake server fails as its switch says, and keeps every request', async (t) => {
  const fake = await startFakeServer(({ body }) => jsonReply({ body }));
  t.after(() => fake.close());
  const ask = async (fault: Fault | null) => {
    fake.fault = fault;
    const signal = AbortSignal.timeout(fault?.kind === 'silent' ? 50 : 10_000);
    const response = await fetch(fake.url, { method: 'POST', body: 'hello', signal });
    return { status: response.status, text: await response.text() };
  };
  assert.deepEqual(await ask(null), { status: 200, text: '{"body":"hello"}' });
  assert.deepEqual(await ask({ kind: 'late', ms: 1 }), { status: 200, text: '{"body":"hello"}' });
  assert.deepEqual(await ask({ kind: 'reply', status: 503, body: 'no' }), { status: 503, text: 'no' });
  assert.match((await ask({ kind: 'html' })).text, /^<!doctype html>/);
  assert.equal((await ask({ kind: 'garbage' })).text, '{"status":"succ');
  assert.ok((await ask({ kind: 'oversized', bytes: 200_000 })).text.length > 200_000);
  await assert.rejects(ask({ kind: 'silent' }), { name: 'TimeoutError' });
  await assert.rejects(ask({ kind: 'hang up' }), TypeError);
  assert.equal(fake.requests.length, 8);
});
