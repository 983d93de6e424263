import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { hashPassword } from '../../src/people/index.ts';
import { answerOf, authorization, basic, password, startApi, user } from './support.ts';

const failures = 'ultronex_http_auth_failures_total';
const secret = 'pässwörd: 🙂 with:colons';
const [api, fresh, hashed] = await Promise.all([
  startApi({ after }),
  startApi({ after }),
  startApi({ after }, { BASIC_AUTH_USERNAME: 'ops', BASIC_AUTH_PASSWORD: await hashPassword(secret) }),
]);

const get = async (url: string, header?: string, method = 'GET') =>
  answerOf(await fetch(url, { method, headers: header === undefined ? {} : { authorization: header } }));

const guarded: [method: string, path: string][] = [
  ['POST', '/slack'],
  ['POST', '/slack/ops'],
  ['GET', '/messages'],
  ['GET', '/messages/x'],
  ['PATCH', '/messages/x'],
  ['DELETE', '/messages/x'],
  ['POST', '/messages/x/retry'],
  ['GET', '/track'],
  ['POST', '/track'],
  ['POST', '/track/test'],
  ['DELETE', '/track/x'],
  ['GET', '/stats'],
  ['GET', '/external'],
  ['GET', '/events'],
  ['GET', '/openapi.json'],
  ['GET', '/docs'],
  ['GET', '/docs/'],
  ['GET', '/docs/json'],
  ['GET', '/docs/yaml'],
  ['GET', '/docs/static/index.html'],
  ['GET', '/docs/static/swagger-initializer.js'],
  ['GET', '/docs/static/swagger-ui-bundle.js'],
  ['GET', '/docs/static/swagger-ui-standalone-preset.js'],
  ['GET', '/docs/static/swagger-ui.css'],
  ['GET', '/docs/static/index.css'],
  ['GET', '/docs/static/logo.svg'],
  ['GET', '/docs/static/oauth2-redirect.html'],
  ['GET', '/docs/static/nothing'],
  ['GET', '/stream'],
  ['GET', '/ledger'],
  ['GET', '/tracked'],
  ['GET', '/containers'],
  ['GET', '/runbook'],
  ['POST', '/hooks/alertmanager'],
];

// This test is first, before a right login is remembered.
test('an empty Authorization header is refused', async () => {
  for (const [method, path] of guarded) {
    assert.equal((await get(api.base + path, '', method)).status, 401, `${method} ${path}`);
  }
});

test('without the login guarded routes return 401 with a challenge for browsers', async () => {
  for (const [method, path] of guarded) {
    const { status, body, headers } = await get(api.base + path, undefined, method);
    assert.equal(status, 401, `${method} ${path}`);
    assert.equal(headers.get('www-authenticate'), 'Basic realm="Ultronex", charset="UTF-8"');
    assert.deepEqual(body, { msg: 'Missing or bad formatted authorization header' });
  }
});

test('with the login every file of the API’s page is served', async () => {
  for (const path of ['/docs', '/docs/', '/docs?a=b']) {
    const { body } = await get(api.base + path, authorization);
    assert.match(String(body), /<title>API · Ultronex<\/title>/, path);
    assert.doesNotMatch(String(body), /Swagger/i, path);
  }
  const script = readFileSync(new URL('../../src/web/pages/docs/swagger-ui.ts', import.meta.url), 'utf8');
  const files = [...script.matchAll(/file\('([^']+)'\)/g)].map(([, file]) => file);
  assert.equal(files.length, 2);
  for (const file of files) {
    assert.equal((await get(`${api.base}/docs/static/${file}`, authorization)).status, 200, file);
  }
});

test('the open status shows the state of the parts without names', async () => {
  const { status, body } = await get(`${api.base}/status`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['version', 'startedAt', 'simulator', 'parts']);
  const details = new Set(body.parts.map(({ detail }: { detail: string }) => detail));
  assert.deepEqual([...details], ['works']);
  const known = await get(`${api.base}/status`, authorization);
  assert.ok(known.body.parts.some(({ detail }: { detail: string }) => detail !== 'works'));
  assert.equal((await get(`${api.base}/status`, basic(user, 'wrong'))).status, 401);
});

test('heartbeat, status, bot, home page and simulator need no login', async () => {
  for (const path of ['/', '', '/heartbeat', '/status', '/bot', '/simulator']) {
    assert.equal((await get(api.base + path)).status, 200, path);
  }
});

test('wrong credentials get the same response whichever part is wrong, and are counted', async () => {
  const before = await api.metric(failures);
  const wrong = [
    basic(user, 'wrong'),
    basic('somebody', password),
    basic(user, ''),
    basic('', ''),
    basic(user, `${password} `),
    basic(user.toUpperCase(), password),
    basic(user, 'x'.repeat(5_000)),
  ];
  for (const header of wrong) {
    const { status, body, headers } = await get(`${api.base}/stats`, header);
    assert.equal(status, 401);
    assert.deepEqual(body, { msg: 'Wrong user name or password.' });
    assert.match(headers.get('www-authenticate') ?? '', /^Basic realm="Ultronex"/);
  }
  assert.equal(await api.metric(failures), before + wrong.length);
  for (const header of ['Bearer x', 'Basic', 'Basic !!!', `Basic ${Buffer.from('nocolon').toString('base64')}`, 'x']) {
    assert.equal((await get(`${api.base}/stats`, header)).status, 401, header);
  }
  assert.equal((await get(`${api.base}/stats`, authorization)).status, 200);
});

test('a scrypt line in place of the password works for any password', async () => {
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await get(`${hashed.base}/stats`, basic('ops', secret))).status, 200);
    assert.equal((await get(`${hashed.base}/stats`, basic('ops', `${secret}!`))).status, 401);
    assert.equal((await get(`${hashed.base}/stats`, basic('ultronex', secret))).status, 401);
  }
  assert.equal(await hashed.metric(failures), 6);
});

test('right and wrong passwords are told apart in many concurrent requests', async () => {
  const headers = Array.from({ length: 18 }, (_, index) => basic(user, index % 2 === 0 ? password : 'wrong'));
  const answers = await Promise.all(headers.map((header) => get(`${fresh.base}/stats`, header)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    headers.map((_, index) => (index % 2 === 0 ? 200 : 401)),
  );
});

test('a cross-site request is refused although it has the right password', async () => {
  const host = new URL(api.origin).host;
  const refused: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: api.origin },
    { origin: 'https://evil.example' },
    { origin: `http://${host}.evil.example` },
    { origin: `http://127.0.0.1:1` },
    { origin: 'null' },
  ];
  for (const headers of refused) {
    for (const [method, path] of [
      ['POST', '/slack/ops'],
      ['DELETE', '/messages/x'],
      ['PATCH', '/messages/x'],
      ['POST', '/track'],
      ['POST', '/simulator/messages'],
    ] as const) {
      const { status, body } = await api.call(method, path, 'x', headers);
      assert.equal(status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
      assert.deepEqual(body, { msg: 'This request comes from another site; open the page of this server itself.' });
    }
    assert.equal((await api.call('GET', '/stats', undefined, headers)).status, 200, 'reading changes nothing');
  }
  const taken: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'same-origin', origin: api.origin },
    { 'sec-fetch-site': 'none' },
    { origin: api.origin },
    { origin: `https://${host}` },
  ];
  for (const headers of taken) {
    assert.equal((await api.call('POST', '/slack/ops', 'x', headers)).status, 200, JSON.stringify(headers));
  }
});
