import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { allows, parseGrant, type Scope, scopeNames } from '../../src/domain/scope.ts';
import { answerOf, startApi } from './support.ts';

const api = await startApi({ after });

interface Operation {
  security?: Record<string, string[]>[];
}

async function newToken(name: string, ...scopes: string[]): Promise<string> {
  const { status, body } = await api.call('POST', '/tokens', { name, scopes });
  assert.equal(status, 201, JSON.stringify(body));
  return body.token;
}

const ask = async (token: string, method: string, path: string, body?: unknown) => {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const aborted = AbortSignal.timeout(5_000);
  const response = await fetch(api.base + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: aborted,
  });
  // The live feed has no end.
  if (response.headers.get('content-type')?.includes('event-stream')) {
    await response.body?.cancel();
    return { status: response.status, body: {} as never, headers: response.headers };
  }
  return answerOf(response);
};

test('every route lets in exactly the scopes that its documentation names', async () => {
  const { body: document } = await api.call('GET', '/openapi.json');
  const tokens = new Map<Scope, string>();
  for (const scope of scopeNames) tokens.set(scope, await newToken(`only-${scope}`, scope));
  let walked = 0;
  for (const [path, operations] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, { security = [] }] of Object.entries(operations)) {
      const needed = security.flatMap(({ bearer = [] }) => bearer).map(parseGrant);
      // Open to everybody.
      if (needed.length === 0) continue;
      for (const [scope, token] of tokens) {
        const mayPass = needed.some((need) => allows([{ scope, only: null }], need.scope, need.only ?? undefined));
        // Nothing has this id, so that a request that passes changes nothing.
        const address = path.replace('/ultronex', '').replaceAll(/\{\w+\}/g, 'no-such-thing');
        const { status, body } = await ask(token, method.toUpperCase(), address);
        const what = `${method} ${path} with ${scope}: ${status} ${JSON.stringify(body)}`;
        assert.notEqual(status, 401, what);
        if (mayPass) assert.notEqual(status, 403, what);
        else {
          assert.equal(status, 403, what);
          assert.match(body.msg ?? body, new RegExp(`The token "only-${scope}" has the scope ${scope}; this needs `));
        }
        walked += 1;
      }
    }
  }
  assert.ok(walked > 20 * scopeNames.length, `${walked}`);
});

test('a token for one hook reaches no other', async () => {
  const token = await newToken('am', 'hook:alertmanager');
  assert.equal((await ask(token, 'POST', '/hooks/alertmanager', {})).status, 422);
  const { status, body } = await ask(token, 'POST', '/hooks/grafana', {});
  assert.deepEqual(
    [status, body.msg],
    [403, 'The token "am" has the scope hook:alertmanager; this needs hook:grafana.'],
  );
});

test('a token for one channel posts only there, however the channel is written', async () => {
  const token = await newToken('ops', 'post:#ops');
  const { body: state } = await api.call('GET', '/simulator/state');
  const idOf = (name: string) => state.channels.find((each: { name: string }) => each.name === name).id;
  const post = (channel: string, more: object = {}) =>
    ask(token, 'POST', '/slack', { msg: { channel, text: 'disk full', ...more } });

  for (const channel of ['#ops', 'ops', idOf('ops'), `<#${idOf('ops')}|ops>`]) {
    assert.equal((await post(channel)).status, 200, channel);
  }
  assert.equal((await post('#ops', { thread_ts: '1795259562.169000' })).status, 200, 'a thread of the channel');
  for (const channel of ['#general', idOf('general'), 'nowhere', 'U1', '@ada', 'D0123456']) {
    const { status, body } = await post(channel);
    assert.equal(status, 403, channel);
    assert.match(body.msg, /The token "ops" has the scope post:#ops; this needs post:/);
  }
  const address = { text: 'x' };
  assert.equal((await ask(token, 'POST', '/slack/ops', address)).status, 200);
  assert.equal((await ask(token, 'POST', '/slack/general', address)).status, 403);
  assert.equal((await ask(token, 'POST', '/webhook/ops', address)).status, 200);
  assert.equal((await ask(token, 'POST', '/webhook/general', address)).status, 403);
  assert.equal((await ask(token, 'POST', '/webhook/ops', { ...address, channel: '#general' })).status, 403);
});

test('a token for one channel sees and changes only the messages of that channel', async () => {
  const token = await newToken('ops2', 'post:#ops');
  const [mine, other] = await Promise.all(
    ['#ops', '#general'].map(async (channel) => {
      const { body } = await api.call('POST', '/slack', { msg: { channel, text: `for ${channel}` } });
      return body.id as string;
    }),
  );
  const calls = [
    ['GET', '', undefined],
    ['PATCH', '', { text: 'changed' }],
    ['POST', '/retry', undefined],
    ['DELETE', '', undefined],
  ] as const;
  for (const [method, path, body] of calls) {
    assert.equal((await ask(token, method, `/messages/${other}${path}`, body)).status, 403, `${method} ${path}`);
    assert.notEqual((await ask(token, method, `/messages/${mine}${path}`, body)).status, 403, `${method} ${path}`);
  }
  assert.equal((await ask(token, 'GET', '/messages')).status, 403, 'the ledger has those of every channel');
  assert.equal((await ask(token, 'DELETE', '/messages/nothing')).status, 404);
});

test('a repeated Idempotency-Key of another channel is no way to read it', async () => {
  const token = await newToken('ops3', 'post:#ops');
  const headers = { 'idempotency-key': 'shared' };
  await api.call('POST', '/slack', { msg: { channel: '#general', text: 'secret' } }, headers);
  const response = await fetch(`${api.base}/slack`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ msg: { channel: '#ops', text: 'other' } }),
  });
  assert.equal(response.status, 422);
  assert.doesNotMatch(await response.text(), /secret|general/);
});
