import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newSecret } from '../../src/domain/token.ts';
import { answerOf, startApi } from './support.ts';

const api = await startApi({ after });

const ask = async (authorization: string | undefined, path = '/stats', method = 'GET') =>
  answerOf(await fetch(api.base + path, { method, headers: authorization === undefined ? {} : { authorization } }));

test('a token is created, used, listed and revoked; its secret is shown once', async () => {
  const created = await api.call('POST', '/tokens', {
    name: 'ci',
    scopes: ['read', 'post:#ops', 'read'],
    expires: '90d',
  });
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('cache-control'), 'no-store');
  const { token, ...view } = created.body;
  assert.match(token, /^ux_[0-9A-Za-z]{36}$/);
  assert.deepEqual(
    { ...view, createdAt: '', expiresAt: '' },
    {
      ...{ name: 'ci', start: token.slice(0, 8), scopes: ['read', 'post:#ops'], team: null, state: 'active' },
      ...{ createdAt: '', createdBy: 'ultronex', lastUsedAt: null, expiresAt: '', revokedAt: null },
    },
  );
  assert.equal(Date.parse(view.expiresAt) - Date.parse(view.createdAt), 90 * 86_400_000);

  for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
    assert.equal((await ask(`${scheme} ${token}`)).status, 200, scheme);
  }
  const list = await api.call('GET', '/tokens');
  assert.ok(!JSON.stringify(list.body).includes(token));
  const [listed] = list.body.tokens;
  assert.deepEqual([listed.name, listed.state], ['ci', 'active']);
  assert.ok(Math.abs(Date.now() - Date.parse(listed.lastUsedAt)) < 60_000, listed.lastUsedAt);

  const again = await api.call('POST', '/tokens', { name: 'ci', scopes: ['read'] });
  assert.deepEqual(
    [again.status, again.body.msg],
    [409, 'There is a token "ci" already. Revoke it first, or choose another name.'],
  );
  assert.equal((await api.call('DELETE', '/tokens/ci')).body.state, 'revoked');
  const refused = await ask(`Bearer ${token}`);
  assert.equal(refused.status, 401);
  assert.match(refused.body.msg, /^The token "ci" was revoked at 20\d\d-.*Z\. An admin can create a new one\.$/);
  assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
  assert.equal((await api.call('DELETE', '/tokens/ci')).status, 404);
});

test('an expired token says when it expired', async () => {
  const { body } = await api.call('POST', '/tokens', { name: 'short', scopes: ['read'], expires: '1s' });
  const until = Date.now() + 10_000;
  let answer = await ask(`Bearer ${body.token}`);
  while (answer.status === 200 && Date.now() < until) answer = await ask(`Bearer ${body.token}`);
  assert.equal(answer.status, 401);
  assert.match(answer.body.msg, /^The token "short" expired at 20/);
});

test('wrong tokens get 401 with the reason, and lock nobody out', async () => {
  const before = await api.metric('ultronex_http_auth_failures_total');
  const unknown = newSecret();
  for (let number = 0; number < 30; number++) {
    assert.deepEqual((await ask(`Bearer ${unknown}`)).body, {
      msg: 'This token is not known. An admin can create a new one.',
    });
  }
  for (const wrong of [unknown.slice(0, -1), 'x', `${unknown} `.replace('ux_', 'xu_'), 'ux_']) {
    const { status, body } = await ask(`Bearer ${wrong}`);
    assert.equal(status, 401);
    assert.match(body.msg, /This is no token of this program: it begins with ux_ and has 39 characters/);
  }
  assert.equal((await api.metric('ultronex_http_auth_failures_total')) - before, 34);
  assert.equal((await api.call('GET', '/stats')).status, 200);
});

test('a token in the address is refused with the remedy, and not repeated', async () => {
  const secret = newSecret();
  for (const name of ['token', 'access_token', 'Token']) {
    const { status, body } = await ask(undefined, `/stats?${name}=${secret}`);
    assert.equal(status, 401);
    assert.match(body.msg, /A token in the address ends up in logs.*Authorization: Bearer ux_/);
    assert.ok(!JSON.stringify(body).includes(secret));
  }
});

test('a wrong token request names the field and the remedy', async () => {
  const wrong: [object, string, RegExp][] = [
    [{ name: 'x', scopes: ['pots'] }, 'scopes', /did you mean post\?/],
    [{ name: 'x', scopes: [] }, 'scopes', /must not have fewer than 1 items/],
    [{ name: 'x' }, 'scopes', /is required/],
    [{ name: 'a b', scopes: ['read'] }, 'name', /./],
    [{ name: '../x', scopes: ['read'] }, 'name', /./],
    [{ name: 'x'.repeat(65), scopes: ['read'] }, 'name', /./],
    [{ name: 'x', scopes: ['read'], expires: '90' }, 'expires', /write for example 90d/],
    [{ name: 'x', scopes: ['read'], expires: 'soon' }, 'expires', /expires "soon"/],
    [{ name: 'x', scopes: ['read'], expires: '600w' }, 'expires', /up to 10 years/],
    [{ name: 'x', scopes: ['read'], expire: '1d' }, 'expire', /did you mean expires\?/],
  ];
  for (const [body, field, reason] of wrong) {
    const answer = await api.call('POST', '/tokens', body);
    assert.deepEqual([answer.status, answer.body.field], [422, field], JSON.stringify([body, answer.body]));
    assert.match(answer.body.reason, reason);
  }
});

test('a browser gets the page, other clients get JSON', async () => {
  const page = await api.call('GET', '/tokens', undefined, { accept: 'text/html' });
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.equal(page.headers.get('vary'), 'accept');
  assert.match((await api.call('GET', '/audit')).headers.get('content-type') ?? '', /json/);
  assert.equal((await ask(undefined, '/tokens')).status, 401);
});

test('a token without the scope read gets from /status what everybody gets', async () => {
  const { token } = (await api.call('POST', '/tokens', { name: 'poster', scopes: ['post'] })).body;
  const [own, none, full] = await Promise.all([
    ask(`Bearer ${token}`, '/status'),
    ask(undefined, '/status'),
    api.call('GET', '/status'),
  ]);
  assert.deepEqual([own.status, Object.keys(own.body)], [200, Object.keys(none.body)]);
  assert.ok('off' in full.body && !('off' in own.body));
  assert.equal((await ask(`Bearer ${newSecret()}`, '/status')).status, 401);
});
