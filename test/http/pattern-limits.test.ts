import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { maxPatternsPerUser } from '../../src/domain/limits.ts';
import { startApi } from './support.ts';

const api = await startApi({ after });

test('the API refuses more patterns of one user than the bot takes, and makes room again', async () => {
  const post = (index: number, user = 'U1') => api.call('POST', '/track', { pattern: `pattern ${index}`, user });
  let first = '';
  for (let index = 0; index < maxPatternsPerUser; index += 1) {
    const { status, body } = await post(index);
    assert.equal(status, 201);
    first ||= body.id;
  }
  const refused = await post(100);
  assert.equal(refused.status, 422);
  assert.equal(refused.body.field, 'user');
  assert.match(refused.body.reason, /"U1" holds 100 patterns, the most one person can have/);
  assert.equal((await post(5)).status, 200, 'one that is held already is told as before');
  assert.equal((await post(100, 'U2')).status, 201);
  assert.equal((await api.call('DELETE', `/track/${first}`)).status, 200);
  assert.equal((await post(100)).status, 201);
});
