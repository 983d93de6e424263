import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeGrafana } from './index.ts';

test('the fake Grafana takes annotations of an Editor and finds them by time and tags', async (t) => {
  const grafana = await startFakeGrafana();
  t.after(() => grafana.close());
  const call = async (method: string, query = '', body?: object, token = 'test-token') => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${grafana.url}/api/annotations${query}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, value: await response.json() };
  };
  const made = await call('POST', '', { time: 1_000, tags: ['deploy', 'app:shop'], text: 'v2' });
  assert.deepEqual(made, { status: 200, value: { message: 'Annotation added', id: 1 } });
  const found = await call('GET', '?from=1000&to=1000&tags=deploy&tags=app:shop');
  assert.deepEqual(
    (found.value as { id: number; text: string }[]).map(({ id, text }) => [id, text]),
    [[1, 'v2']],
  );
  for (const query of ['?from=1001', '?to=999', '?tags=deploy&tags=app:blog']) {
    assert.deepEqual((await call('GET', query)).value, []);
  }
  assert.equal((await call('POST', '', { time: 1 })).status, 400);
  assert.equal((await call('POST', '', { text: 'x' }, 'wrong')).status, 401);
  grafana.tokens.set('viewer', 'Viewer');
  assert.equal((await call('POST', '', { text: 'x' }, 'viewer')).status, 403);
});
