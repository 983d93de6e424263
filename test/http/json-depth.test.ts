import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startApi } from './support.ts';

const api = await startApi({ after }, { ALERT_CHANNEL: '#alerts' });
const json = { 'content-type': 'application/json' };
const nested = (depth: number, [open, close]: [string, string] = ['[', ']']) =>
  open.repeat(depth) + close.repeat(depth);

const routes: [method: string, path: string][] = [
  ['POST', '/slack'],
  ['PATCH', '/messages/x'],
  ['POST', '/track'],
  ['POST', '/track/test'],
  ['POST', '/hooks/alertmanager'],
  ['POST', '/simulator/messages'],
  ['POST', '/simulator/commands'],
  ['POST', '/simulator/actions'],
  ['POST', '/simulator/users'],
];

test('JSON that is nested too deep gets a 422 that names the limit, on every route that takes JSON', async () => {
  for (const [method, path] of routes) {
    for (const body of [nested(20_000), nested(20_000, ['{"a":[', ']}']), nested(101), `{"msg":${nested(400)}}`]) {
      const answer = await api.call(method, path, body, json);
      assert.equal(answer.status, 422, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      assert.match(answer.body.reason, /nested deeper than 100 levels/);
      assert.equal(answer.body.field, 'body');
    }
  }
});

test('a payload of nested brackets is posted without growing to many times its size', async () => {
  const payload = JSON.parse(`[${Array(2_000).fill(nested(90)).join(',')}]`);
  const before = process.memoryUsage().rss;
  const answer = await api.call('POST', '/slack', { msg: { channel: '#general', text: 'brackets', payload } });
  assert.equal(answer.status, 200);
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024, 'memory grew');
});
