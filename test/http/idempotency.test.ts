import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { said, settled, startApi } from './support.ts';

const api = await startApi({ after });

const post = (key: string, text: string, more: object = {}) =>
  api.call('POST', '/slack', { msg: { channel: 'random', text, ...more } }, { 'idempotency-key': key });

const withText = async (text: string) => (await said(api)).filter((message) => message.text === text);

test('the same key and body get the first response again, and one message is posted', async () => {
  const first = await post('deploy-1', 'deployed once');
  const again = await post('deploy-1', 'deployed once');
  assert.deepEqual([first.status, again.status], [200, 200]);
  assert.deepEqual(again.body, first.body);
  await settled(api, first.body.id);
  assert.equal((await withText('deployed once')).length, 1);
});

test('the same key with another message is refused, and nothing is posted', async () => {
  const { body: first } = await post('deploy-2', 'right');
  for (const [text, more] of [
    ['wrong', {}],
    ['right', { title: 'other' }],
  ] as const) {
    const { status, body } = await post('deploy-2', text, more);
    assert.equal(status, 422);
    assert.deepEqual(body, {
      msg: 'Unprocessable request body',
      field: 'Idempotency-Key',
      reason: 'Idempotency-Key "deploy-2" was used with another message; use a new key for a new message.',
    });
  }
  await settled(api, first.id);
  assert.equal((await withText('wrong')).length, 0);
});

test('concurrent requests with one key make one delivery and get the same response', async () => {
  const answers = await Promise.all(Array.from({ length: 25 }, () => post('race', 'raced')));
  const ids = new Set(answers.map(({ status, body }) => `${status} ${body.id}`));
  assert.equal(ids.size, 1);
  await settled(api, answers[0]?.body.id);
  assert.equal((await withText('raced')).length, 1);
  const { body } = await api.call('GET', '/messages?q=raced');
  assert.equal(body.messages.length, 1);
});

test('a text supports keys too; without a key each request posts a message', async () => {
  const key = { 'idempotency-key': 'ключ: 1'.replace(/[^\x20-\x7e]/g, '_') };
  const first = await api.call('POST', '/slack/ops', 'text with key', key);
  assert.equal((await api.call('POST', '/slack/ops', 'text with key', key)).body.id, first.body.id);
  const elsewhere = await api.call('POST', '/slack/general', 'text with key', key);
  assert.equal(elsewhere.status, 422, 'the same body to another channel is another message');
  assert.match(elsewhere.body.reason, /was used with another message; use a new key/);
  const without = [await api.call('POST', '/slack/ops', 'no key'), await api.call('POST', '/slack/ops', 'no key')];
  assert.notEqual(without[0]?.body.id, without[1]?.body.id);
});
