import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeNtfy } from './index.ts';

test('the fake ntfy takes JSON messages with its limits, and a token where it has one', async (t) => {
  const ntfy = await startFakeNtfy();
  t.after(() => ntfy.close());
  const codeOf = async (body: unknown, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(ntfy.url, { method: 'POST', headers, body: JSON.stringify(body) });
    const { code } = (await response.json()) as { code?: number };
    if (code !== undefined) assert.equal(Math.floor(code / 100), response.status);
    return code ?? response.status;
  };
  const message = { topic: 'ops', message: 'down', title: 'Disk', priority: 5 };
  assert.equal(await codeOf(message), 200);
  assert.deepEqual(ntfy.messages, [{ ...message, tags: [] }]);
  assert.equal(await codeOf({ ...message, topic: 'a b' }), 40009);
  assert.equal(await codeOf({ ...message, priority: 6 }), 40007);
  assert.equal(await codeOf({ ...message, message: 'x'.repeat(4_097) }), 41301);
  assert.equal(await codeOf({ ...message, message: 'x'.repeat(9_000) }), 41303);
  assert.equal(await codeOf('text'), 40017);
  ntfy.token = 'tk_right';
  assert.equal(await codeOf(message), 40301);
  assert.equal(await codeOf(message, 'tk_wrong'), 40101);
  ntfy.limited = 1;
  assert.equal(await codeOf(message, 'tk_right'), 42901);
  assert.equal(await codeOf(message, 'tk_right'), 200);
});
