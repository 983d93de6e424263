import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, setUp } from './bots-support.ts';

test('a review registers what is mended, forgets what is gone, and asks Slack nothing again', async () => {
  const { bots, fields, rows, refuses, calls, unserved } = setUp({
    ...{ T2: entryOf('T2'), T3: '[]', T4: entryOf('T4'), T5: entryOf('T5'), T6: '{}' },
    ...{ 'blue-T7': entryOf('T7', 'blue'), T7: entryOf('T7'), 'blue-T8': entryOf('T8', 'blue'), T8: entryOf('T8') },
  });
  for (const team of ['T4', 'T5']) {
    refuses.set(`xoxb-${team}`, { kind: 'unserved', fault: 'token', problem: 'invalid_auth' });
  }
  await bots.compare();
  assert.deepEqual(unserved().sort(), [
    ...['T3 entry', 'T4 token', 'T5 token', 'T6 entry', 'blue-T7 namespace', 'blue-T8 namespace'],
  ]);
  const before = calls.length;
  await bots.review();
  assert.equal(calls.length, before);

  // Nothing is published.
  fields.T3 = entryOf('T3');
  fields.T4 = entryOf('T4', '', 'xoxb-new');
  for (const gone of ['T5', 'T6', 'T7', 'blue-T8']) delete fields[gone];
  await bots.review();
  assert.deepEqual(unserved(), []);
  assert.deepEqual([...rows.keys()].sort(), ['T2', 'T3', 'T4', 'T7', 'T8']);
  assert.deepEqual([rows.get('T7')?.namespace, rows.get('T8')?.namespace], ['blue', '']);
});

test('a review removes no bot: a program may be writing the hash again, field by field', async () => {
  const { bots, fields, rows } = setUp({ T2: entryOf('T2'), T3: entryOf('T3') });
  await bots.compare();
  delete fields.T2;
  await bots.review();
  delete fields.T3;
  await bots.review();
  assert.deepEqual([...rows.keys()], ['T2', 'T3']);
});

test('a bot that was removed here, which revokes its token, is named, and the other one of its workspace is tried', async () => {
  const { bots, rows, refuses, calls, unserved } = setUp({
    'blue-T5': entryOf('T5', 'blue', 'xoxb-blue'),
    T5: entryOf('T5'),
  });
  const revoked = { kind: 'unserved', fault: 'token', problem: 'token_revoked' } as const;
  await bots.compare();
  assert.deepEqual(unserved(), ['blue-T5 namespace']);
  rows.delete('T5');
  refuses.set('xoxb-T5', revoked).set('xoxb-blue', revoked);
  await bots.review();
  assert.deepEqual(unserved().sort(), ['T5 token', 'blue-T5 token']);
  assert.match(
    bots
      .unserved()
      .map(({ problem }) => problem)
      .join(),
    /^token_revoked,token_revoked$/,
  );
  const before = calls.length;
  refuses.clear();
  await bots.review();
  assert.equal(calls.length, before, 'a token that Slack refused is not sent again');
});
