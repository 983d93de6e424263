import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, setUp } from './bots-support.ts';

test('after a connect the registered bots are those of the hash', async () => {
  const { bots, rows, fields, changes, calls } = setUp({ T2: entryOf('T2'), 'blue-T3': entryOf('T3', 'blue') });
  await bots.compare();
  assert.deepEqual([...rows.keys()].sort(), ['T2', 'T3']);
  assert.equal(rows.get('T3')?.namespace, 'blue');

  fields.T4 = entryOf('T4');
  fields.T2 = entryOf('T2', '', 'xoxb-rotated');
  delete fields['blue-T3'];
  await bots.compare();
  assert.deepEqual([...rows.keys()].sort(), ['T2', 'T4']);
  assert.equal(rows.get('T2')?.token, 'xoxb-rotated');
  assert.deepEqual(changes.slice(2).sort(), [
    'workspace register T2 T2, again',
    'workspace register T4 T4',
    'workspace unregister T3 blue-T3',
  ]);
  await bots.compare();
  assert.equal(calls.length, 4, 'nothing is checked twice');
});

test('an empty hash removes nothing: Redis may have lost its data', async () => {
  const { bots, rows, fields, logged } = setUp({ T2: entryOf('T2') });
  await bots.compare();
  delete fields.T2;
  await bots.compare();
  assert.deepEqual([...rows.keys()], ['T2']);
  assert.match(String(logged.at(-1)?.msg), /is empty: the registered bots stay/);
  assert.equal(await bots.remove('T2', ''), 'removed');
  assert.equal(rows.size, 0, 'team_removed removes the last one, too');
});

test('an entry that cannot be read is told by its field, and removes nothing', async () => {
  const { bots, rows, fields, unserved, logged } = setUp({ T2: entryOf('T2'), T3: entryOf('T3') });
  await bots.compare();
  Object.assign(fields, {
    T2: '{"team_id":"T2","token":"xoxb-half',
    T4: JSON.stringify({ team_id: 'T4' }),
    T5: JSON.stringify({ token: 'xoxb-nobody' }),
    T6: entryOf('T7'),
    T8: '[]',
  });
  await bots.compare();
  assert.deepEqual(unserved().sort(), ['T2 entry', 'T4 entry', 'T5 entry', 'T6 entry', 'T8 entry']);
  assert.equal(rows.get('T2')?.token, 'xoxb-T2', 'a bot stays until its field is gone');
  assert.doesNotMatch(JSON.stringify([logged, bots.unserved()]), /xoxb-(half|nobody|T)/);
  const told = logged.length;
  await bots.compare();
  assert.equal(logged.length, told, 'told once');
  delete fields.T4;
  fields.T8 = entryOf('T8');
  await bots.compare();
  assert.deepEqual(unserved().sort(), ['T2 entry', 'T5 entry', 'T6 entry']);
});

test('without TOKEN_KEYS only the home workspace is served, and the log names the remedy', async () => {
  const { bots, unserved, logged } = setUp({ T2: entryOf('T2'), THOME: entryOf('THOME') }, { registry: null });
  await bots.compare();
  assert.deepEqual(unserved(), ['T2 keys']);
  assert.match(JSON.stringify(logged), /"field":"T2".*TOKEN_KEYS is not set\. Set it to k1: and/);
  assert.equal(await bots.add('THOME'), 'done');
});

test('of two bots of a workspace the registered one stays, and the other one is told', async () => {
  const { bots, rows, fields, unserved } = setUp({ 'blue-T2': entryOf('T2', 'blue'), T2: entryOf('T2') });
  await bots.compare();
  assert.equal(rows.get('T2')?.namespace, '', 'the first field in alphabetical order');
  await assert.rejects(
    bots.add('blue-T2'),
    /T2 has a bot already, that of the field T2\. Delete this field \(HDEL\), or delete T2 and publish team_removed for it$/,
  );
  assert.deepEqual(unserved(), ['blue-T2 namespace']);
  delete fields.T2;
  await bots.compare();
  assert.equal(rows.get('T2')?.namespace, 'blue');
  assert.deepEqual(unserved(), []);
});

test('after team_removed another field of the workspace is registered, in the program that removed it and in the other one', async () => {
  const one = setUp({ 'blue-T2': entryOf('T2', 'blue'), 'red-T2': entryOf('T2', 'red'), T3: entryOf('T3') });
  const two = setUp({}, { hash: one.hash, registry: one.registry });
  for (const { bots } of [one, two]) await bots.compare();
  assert.deepEqual([one.unserved(), two.unserved()], [['red-T2 namespace'], ['red-T2 namespace']]);
  delete one.fields['blue-T2'];
  assert.equal(await one.bots.remove('T2', 'blue'), 'removed');
  assert.deepEqual([one.rows.get('T2')?.namespace, one.unserved()], ['red', []]);
  assert.equal(await two.bots.remove('T2', 'blue'), 'absent');
  assert.deepEqual([one.rows.get('T2')?.namespace, two.unserved()], ['red', []]);
});

test('a token that is not used, since the workspace is served with another one, is logged once with the reason', async () => {
  const given = setUp({ THOME: entryOf('THOME') }, { homeToken: 'xoxb-THOME' });
  await given.bots.compare();
  assert.deepEqual(given.logged, [], 'the same token');
  given.fields.THOME = entryOf('THOME', '', 'xoxb-other');
  given.fields.T4 = entryOf('T4');
  given.registry.register = async () => ({ kind: 'installed' });
  for (let again = 0; again < 2; again += 1) await given.bots.compare();
  assert.deepEqual(given.logged.map(({ field, reason }) => `${field}: ${reason}`).sort(), [
    'T4: T4 came by /slack/install, with another token. Remove the field, or T4 at /ultronex/workspaces',
    'THOME: THOME is served with SLACK_BOT_TOKEN, which is another one. Remove the field',
  ]);
  assert.doesNotMatch(JSON.stringify(given.logged), /xoxb-/);
  assert.deepEqual(given.unserved(), []);
});

test('what Slack did not answer to is tried again, and what it refused is not', async () => {
  const { bots, rows, refuses, calls } = setUp({ T2: entryOf('T2'), T3: entryOf('T3') });
  refuses.set('xoxb-T2', { kind: 'unserved', fault: 'slack', problem: 'no answer' });
  refuses.set('xoxb-T3', { kind: 'unserved', fault: 'token', problem: 'invalid_auth' });
  await bots.compare();
  refuses.delete('xoxb-T2');
  await bots.retry();
  assert.deepEqual([...rows.keys()], ['T2']);
  refuses.delete('xoxb-T3');
  await bots.retry();
  assert.deepEqual(calls.filter((token) => token === 'xoxb-T3').length, 2, 'nothing is due');
});

test('a hash that cannot be read removes nothing, and is compared again', async () => {
  const fields = { T2: entryOf('T2') };
  let isAway = true;
  const hash = {
    all: async () => (isAway ? Promise.reject(new Error('Redis: away')) : fields),
    entry: async (field: string) => (fields as Record<string, string>)[field] ?? null,
  };
  const { bots, rows } = setUp({}, { hash });
  await bots.compare();
  assert.equal(rows.size, 0);
  isAway = false;
  await bots.retry();
  assert.equal(rows.size, 1);
});

test('a thousand refused bots make some lines of log, not a thousand', async () => {
  const fields = Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [`T${at}`, 'junk']));
  const { bots, logged } = setUp(fields);
  await bots.compare();
  assert.equal(bots.unserved().length, 1_000);
  assert.ok(logged.length <= 22, String(logged.length));
});
