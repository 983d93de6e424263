import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { basic, startApi } from './support.ts';

const api = await startApi({ after });

interface Entry {
  actor: { kind: string; name: string };
  action: string;
  target: string;
  outcome: string;
  detail: string;
  source: string;
  requestId: string;
}

async function entries(query = ''): Promise<Entry[]> {
  const { status, body } = await api.call('GET', `/audit${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.entries;
}

const short = ({ actor, action, target, outcome, detail }: Entry) => [actor.name, action, target, outcome, detail];

test('each change is in the audit log when its response arrives', async () => {
  const headers = { 'x-request-id': 'from-haproxy-1' };
  const token = (await api.call('POST', '/tokens', { name: 'ci', scopes: ['track', 'post'] })).body.token;
  const asCi = { authorization: `Bearer ${token}`, ...headers };
  const tracked = await api.call('POST', '/track', { pattern: 'disk full', user: 'U1' }, asCi);
  assert.equal(tracked.status, 201);
  await api.call('DELETE', `/track/${tracked.body.id}`, undefined, asCi);
  const { id } = (await api.call('POST', '/slack', { msg: { channel: '#general', text: 'hello' } }, asCi)).body;
  await api.call('DELETE', `/messages/${id}`, undefined, asCi);
  await api.call('DELETE', '/tokens/ci');
  const found = await entries();
  assert.deepEqual(found.map(short), [
    ['ultronex', 'token revoke', 'ci', 'done', ''],
    ['ci', 'withdraw', id, 'done', ''],
    ['ci', 'stop tracking', 'disk full', 'done', 'for U1'],
    ['ci', 'track', 'disk full', 'done', 'for U1'],
    ['ultronex', 'token create', 'ci', 'done', 'track, post'],
  ]);
  const [revoked, withdrawn] = found;
  assert.deepEqual(withdrawn?.actor, { kind: 'token', name: 'ci' });
  assert.equal(withdrawn?.requestId, 'from-haproxy-1');
  assert.match(revoked?.requestId ?? '', /./);
  assert.equal(withdrawn?.source, '127.0.0.1');
  assert.ok(!JSON.stringify(found).includes(token), 'no secret');
});

test('what failed the checks of a body changed nothing and is not in the log', async () => {
  const before = (await entries()).length;
  await api.call('POST', '/track', { pattern: '([', user: 'U1' });
  await api.call('DELETE', '/track/nothing');
  await api.call('GET', '/track');
  assert.equal((await entries()).length, before);
});

test('refusals are in the log, once a minute for a source and route', async () => {
  const { token } = (await api.call('POST', '/tokens', { name: 'reader', scopes: ['read'] })).body;
  const asReader = { authorization: `Bearer ${token}` };
  for (let number = 0; number < 5; number++) await api.call('POST', '/slack', { msg: {} }, asReader);
  await api.call('DELETE', '/tokens/reader');
  await api.call('GET', '/stats', undefined, asReader);
  await api.call('GET', '/external', undefined, { authorization: basic('ultronex', 'wrong') });
  await api.call('GET', '/names', undefined, { authorization: basic('my secret password', '') });
  const refused = await entries('?outcome=refused');
  assert.deepEqual(
    refused.map(short).map((each) => each.slice(0, 4)),
    [
      ['', 'GET /ultronex/names', '', 'refused'],
      ['ultronex', 'GET /ultronex/external', '', 'refused'],
      ['reader', 'GET /ultronex/stats', '', 'refused'],
      ['reader', 'POST /ultronex/slack', '', 'refused'],
    ],
  );
  assert.match(refused[3]?.detail ?? '', /has the scope read; this needs post/);
});

test('a command in Slack that changes patterns is in the log with its user and channel', async () => {
  const { body: state } = await api.call('GET', '/simulator/state');
  const { id: channel } = state.channels.find((each: { name: string }) => each.name === 'general');
  const say = (text: string) => api.call('POST', '/simulator/commands', { channel, user: 'U1', text });
  await say('forward deploy failed');
  await say('mute 1h');
  await say('stop deploy failed');
  await say('status');
  const mine = await entries('?actor=U1');
  assert.deepEqual(mine.map(short), [
    ['U1', 'stop tracking', 'deploy failed', 'done', 'for U1'],
    ['U1', 'mute', 'U1', 'done', ''],
    ['U1', 'track', 'deploy failed', 'done', 'for U1'],
  ]);
  assert.deepEqual(
    mine.map(({ actor, source }) => [actor.kind, source]),
    mine.map(() => ['slack', channel]),
  );
});

test('an entry can be added on an action outside of the program', async () => {
  const added = await api.call('POST', '/audit', { action: 'deploy', target: 'v1.4.0', detail: 'by root' });
  assert.equal(added.status, 201);
  assert.deepEqual((await entries('?action=dep')).map(short), [['ultronex', 'deploy', 'v1.4.0', 'done', 'by root']]);
  assert.equal((await api.call('POST', '/audit', { action: 'deploy' })).body.field, 'target');
});

test('a token in an address is named, so that it can be revoked', async () => {
  const { token } = (await api.call('POST', '/tokens', { name: 'leaky', scopes: ['read'] })).body;
  const leaked = await fetch(`${api.base}/messages?token=${token}`);
  assert.match(((await leaked.json()) as { msg: string }).msg, /Revoke the token "leaky", and send a new one/);
  const withHeader = await api.call('GET', `/names?token=${token}`);
  assert.equal(withHeader.status, 401);
  const found = (await entries('?outcome=refused&actor=leaky')).map(({ action }) => action);
  assert.deepEqual(found, ['GET /ultronex/names', 'GET /ultronex/messages']);
});

test('strangers cannot hide the refusal of a known caller, and what is left out is told', async () => {
  const { token } = (await api.call('POST', '/tokens', { name: 'known', scopes: ['read'] })).body;
  for (let number = 0; number < 30; number++) {
    await fetch(`${api.base}/stats`, {
      headers: { authorization: 'Bearer x', 'x-forwarded-for': `203.0.113.${number}` },
    });
  }
  await api.call('DELETE', '/tokens/reader', undefined, { authorization: `Bearer ${token}` });
  const [entry] = await entries('?actor=known');
  assert.deepEqual([entry?.action, entry?.outcome, entry?.target], ['token revoke', 'refused', 'reader']);
  assert.match(entry?.detail ?? '', /needs admin\. \(\d+ more refusals before this one are not in the log\)$/);
});

test('an entry of the program itself cannot be added by hand, nor control characters', async () => {
  const forged = await api.call('POST', '/audit', { action: 'token create', target: 'x' });
  assert.deepEqual([forged.status, forged.body.field], [422, 'action']);
  const { body } = await api.call('POST', '/audit', { action: 'upgrade\u001b[2J', target: 'a\r\nb' });
  assert.deepEqual([body.action, body.target], ['upgrade [2J', 'a b']);
});

test('the log is read in pages', async () => {
  const all = await entries();
  const first = await api.call('GET', '/audit?limit=2');
  assert.equal(first.body.entries.length, 2);
  const second = await api.call('GET', `/audit?limit=200&cursor=${first.body.next}`);
  assert.equal(second.body.next, null);
  assert.deepEqual([...first.body.entries, ...second.body.entries], all);
  assert.equal((await api.call('GET', '/audit?cursor=x')).body.field, 'cursor');
});
