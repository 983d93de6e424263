import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { said, settled } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { cpuClock } from '../../support/soon.ts';
import { file, secret, signed, startHooks } from './support.ts';

const site = await startHooks({ after });
const { api, post } = site;
const bearer = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };

async function texts(channel: string): Promise<string[]> {
  const { body } = await api.call('GET', '/simulator/state');
  const { id } = body.channels.find(({ name }: { name: string }) => name === channel);
  return (await said(api)).filter((each) => each.channel === id).map(({ text }) => text);
}

test('a signed request becomes a message, in which text from outside is escaped', async () => {
  const body = JSON.stringify({ repository: '<!channel> & co' });
  const { status, body: answer } = await post('deploys', body, signed(body));
  assert.deepEqual([status, answer.msg], [200, 'The message is on its way.']);
  const row = await settled(api, answer.id);
  assert.deepEqual([row.state, row.channel, row.source], ['sent', '#general', 'hook']);
  assert.equal(row.text, 'deployed &lt;!channel&gt; &amp; co by nobody');
});

test('a wrong or missing signature is refused, counted, and shown on the live page', async () => {
  const body = '{"repository":"x"}';
  const wrong: [Record<string, string>, RegExp][] = [
    [{ 'content-type': 'application/json' }, /the header X-Hub-Signature-256 with the signature is missing/],
    [signed(`${body} `), /the signature is wrong/],
    [signed(body, 'another secret'), /the signature is wrong/],
    [{ 'x-hub-signature-256': 'abc' }, /does not begin with "sha256="/],
    [{ 'x-hub-signature-256': 'sha256=' }, /the signature is wrong/],
  ];
  for (const [headers, reason] of wrong) {
    const { status, body: answer } = await post('deploys', body, headers);
    assert.equal(status, 401, JSON.stringify(headers));
    assert.match(answer.msg, reason);
    assert.ok(!JSON.stringify(answer).includes(secret));
  }
  const metrics = await (await fetch(`${api.origin}/metrics`)).text();
  assert.match(metrics, /^ultronex_hook_requests_total\{hook="deploys",outcome="refused"\} 5$/m);
  const upper = signed(body);
  const headers = {
    ...upper,
    'x-hub-signature-256': upper['x-hub-signature-256'].replace(/=.*/, (hex) => hex.toUpperCase()),
  };
  assert.equal((await post('deploys', body, headers)).status, 200, 'hexadecimal digits have no case');
});

test('a repetition acts once: by the sender’s id, else by the same body within five minutes', async () => {
  const send = (text: string, id?: string) => {
    const body = JSON.stringify({ repository: text });
    return post('deploys', body, { ...signed(body), ...(id && { 'x-github-delivery': id }) });
  };
  const first = (await send('once', 'id-1')).body;
  assert.equal(first.msg, 'The message is on its way.');
  for (const [text, id] of [
    ['once', 'id-1'],
    ['other body', 'id-1'],
  ] as const) {
    assert.deepEqual((await send(text, id)).body, {
      msg: 'This was taken before, so nothing is posted again.',
      id: first.id,
    });
  }
  assert.equal((await send('once', 'id-2')).body.msg, 'The message is on its way.');
  const both = await Promise.all([send('together'), send('together'), send('together')]);
  assert.equal(new Set(both.map(({ body }) => body.id)).size, 1, 'each has the id of the one message');
  assert.equal(both.filter(({ body }) => body.msg === first.msg).length, 1);
});

test('an incident is one card, which is edited when it ends', async () => {
  const send = (body: object) => post('sensor', JSON.stringify(body), bearer);
  const wet = { id: 7, room: 'cellar', text: 'water <b>', severity: 'critical' };
  const begun = await send(wet);
  assert.deepEqual([begun.status, begun.body.msg], [200, 'A new card is on its way.']);
  await settled(api, begun.body.id);
  assert.match(
    (await texts('ops')).join('\n'),
    /^:x: \*Sensor 7\* · critical · firing\nwater &lt;b&gt;\n`room=cellar`/m,
  );
  assert.equal((await send({ ...wet, n: 2 })).body.msg, 'Nothing has changed.');
  const other = await send({ id: 8, room: 'roof', text: 'wind' });
  assert.equal(other.body.msg, 'A new card is on its way.');
  const over = await send({ ...wet, ok: true });
  assert.deepEqual([over.body.msg, over.body.id], ['The card is edited.', begun.body.id]);
  await eventually('the edit', async () =>
    /:white_check_mark: \*Sensor 7\*.* resolved after /.test((await texts('ops')).join('\n')),
  );
});

test('the people that `notify` names are mentioned in the thread of a new card, and nobody when it renders to no name', async (t) => {
  const notifying = await startHooks(t, {
    'a.yaml': file.replace(
      "      severity: '{{",
      "      notify: '{{ body.team | default: \"@oncall\" }}'\n      severity: '{{",
    ),
  });
  const opened = async (body: object) => {
    const { id } = (await notifying.post('sensor', JSON.stringify(body), bearer)).body;
    await settled(notifying.api, id);
    return id as string;
  };
  await opened({ id: 1, team: 'nobody in particular' });
  await opened({ id: 2 });
  await opened({ id: 3, team: '<@U1>, <!channel>' });
  const replies = async () =>
    (await said(notifying.api)).filter(({ threadTs }) => threadTs !== null).map(({ text }) => text.split('\n')[0]);
  await eventually('both replies', async () => (await replies()).length === 2);
  assert.deepEqual(await replies(), ['@oncall *Sensor 2*', '<@U1> <!channel> *Sensor 3*']);
});

test('a status or severity that does not exist is a template error, with the value and what it may be', async () => {
  const { status, body } = await post('sensor', JSON.stringify({ id: 1, severity: 'awful' }), bearer);
  assert.deepEqual([status, body.field], [422, 'incident.severity']);
  assert.equal(
    body.reason,
    'incident.severity is "awful" for this body; it has to be critical or error or warning or info',
  );
});

test('a hook without `verify` needs a login or a token with its scope; so does one that does not exist', async () => {
  assert.equal((await post('open', '{}')).status, 401);
  assert.equal((await post('nothing', '{}')).status, 401);
  const { token } = (await api.call('POST', '/tokens', { name: 'h', scopes: ['hook:open'] })).body;
  const asToken = { authorization: `Bearer ${token}`, 'user-agent': 'cron', 'content-type': 'text/plain' };
  const { body } = await post('open', 'just a text', asToken);
  const row = await settled(api, body.id);
  assert.deepEqual([row.title, row.text], ['from cron', 'just a text']);
  const other = await post('nothing', '{}', asToken);
  assert.deepEqual(
    [other.status, other.body.msg],
    [403, 'The token "h" has the scope hook:open; this needs hook:nothing.'],
  );
  assert.equal((await api.call('POST', '/hooks/nothing', {})).status, 404);
});

test('bodies in other forms are read as what they are, and wrong ones get the reason', async () => {
  const as = async (body: string, type: string) => {
    const { body: answer } = await api.call('POST', '/hooks/open', body, {
      'content-type': type,
      'x-request-id': type,
    });
    return answer.id === undefined ? answer : (await settled(api, answer.id)).text;
  };
  assert.equal(await as('a=1&b=x+y', 'application/x-www-form-urlencoded'), '{"a":"1","b":"x y"}');
  assert.equal(await as('payload=%7B%22a%22%3A2%7D', 'application/x-www-form-urlencoded'), '{"a":2}');
  assert.equal(await as('{"a":3}', 'application/vnd.api+json'), '{"a":3}');
  assert.equal((await as('{"a":', 'application/json')).reason, 'the body is not JSON');
  assert.match((await as('{"a":1,"a":2}', 'application/json')).reason, /"a" twice/);
  const large = await api.call('POST', '/hooks/open', 'x'.repeat(1_100_000), { 'content-type': 'text/plain' });
  assert.equal(large.status, 413);
});

test('templates that loop or grow end with an error within a second', async (t) => {
  const endless = await startHooks(t, {
    'a.yaml': `hooks:
  - { name: loop, channel: '#general', message: { text: '{% for a in (1..10000) %}{% for b in (1..10000) %}{% endfor %}{% endfor %}' } }
  - { name: grow, channel: '#general', message: { text: '{% assign x = "xxxxxxxxxx" %}{% for a in (1..1000) %}{% assign x = x | append: x %}{% endfor %}{{ x }}' } }
  - { name: peek, channel: '#general', message: { text: '[{{ body.constructor }}{{ body.__proto__ }}{{ process }}]' } }
`,
  });
  for (const name of ['loop', 'grow']) {
    const cpuMs = cpuClock();
    const { status, body } = await endless.api.call('POST', `/hooks/${name}`, { n: 1 });
    assert.equal(status, 422);
    assert.match(body.reason, /message\.text: .*limit exceeded, line:1/);
    assert.ok(cpuMs() < 1_000, `${cpuMs()} ms`);
  }
  const { body } = await endless.api.call('POST', '/hooks/peek', { n: 1 });
  assert.equal((await settled(endless.api, body.id)).text, '[]');
});

test('Standard Webhooks: any of several signatures and secrets, but no old one', async (t) => {
  const [one, two] = [Buffer.alloc(24, 1), Buffer.alloc(24, 2)];
  const standard = await startHooks(t, {
    'a.yaml': `hooks:
  - { name: std, channel: '#general', verify: { standard: 'whsec_${one.toString('base64')} whsec_${two.toString('base64')}' }, message: { text: '{{ body.n }}' } }
`,
  });
  const send = (id: string, key: Buffer, seconds: number, more = '') => {
    const body = JSON.stringify({ n: id });
    const time = String(Math.floor(seconds));
    const signature = `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
    const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `${more}${signature}` };
    return standard.post('std', body, { ...headers, 'content-type': 'application/json' });
  };
  const now = Date.now() / 1_000;
  assert.equal((await send('a', one, now)).status, 200);
  assert.equal((await send('b', two, now, 'v1a,xyz v1,AAAA ')).status, 200);
  assert.match((await send('b', two, now)).body.msg, /taken before/, 'the same id again');
  for (const [key, time, reason] of [
    [Buffer.alloc(24, 3), now, /no signature is right/],
    [one, now - 400, /not of now/],
    [one, now + 400, /not of now/],
  ] as const) {
    const { status, body } = await send('c', key, time);
    assert.equal(status, 401);
    assert.match(body.msg, reason);
  }
});

test('a secret in another header, or at the end of the address', async (t) => {
  writeFileSync(join(site.dataDir, 'secret'), 'from-a-file-1\n');
  const plain = await startHooks(t, {
    'a.yaml': `hooks:
  - { name: lab, channel: '#general', verify: { header: { name: X-Gitlab-Token, secret: 'file:${join(site.dataDir, 'secret')}' } }, message: { text: x } }
  - { name: robot, channel: '#general', verify: { address: a-secret-in-an-address }, message: { text: y } }
`,
  });
  assert.equal((await plain.post('lab', '{}', { 'x-gitlab-token': 'from-a-file-1' })).status, 200);
  assert.equal((await plain.post('lab', '{"n":1}', { 'x-gitlab-token': 'from-a-file-2' })).status, 401);
  assert.equal((await plain.post('robot/a-secret-in-an-address', '{}')).status, 200);
  assert.match((await plain.post('robot/wrong', '{"n":1}')).body.msg, /the secret at the end of the address is wrong/);
  assert.match((await plain.post('robot', '{"n":1}')).body.msg, /\/ultronex\/hooks\/robot\/SECRET/);
});

test('a change of a file is in force within seconds; with an error the old one stays', async () => {
  const change = async (text: string, expected: string, n: number) => {
    site.write('more.yaml', text);
    await eventually('the change', async () => {
      const { status, body } = await api.call('POST', '/hooks/more', { n: `${n} ${Math.random()}` });
      return status === 200 && (await settled(api, body.id)).text === expected;
    });
  };
  const more = (text: string) => `hooks:\n  - { name: more, channel: '#general', message: { text: ${text} } }\n`;
  await change(more('one'), 'one', 1);
  await change(more('two'), 'two', 2);
  site.write('more.yaml', more('"{{ x | nofilter }}"'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { body } = await api.call('POST', '/hooks/more', { n: 'after' });
  assert.equal((await settled(api, body.id)).text, 'two');
  site.write('twice.yaml', file);
  assert.equal((await api.call('POST', '/hooks/open', 'still there', { 'content-type': 'text/plain' })).status, 200);
});

test('the same body after the opposite is a new incident, and ends again', async () => {
  const send = async (ok: boolean) => (await post('sensor', JSON.stringify({ id: 'flaps', ok }), bearer)).body;
  const first = await send(false);
  assert.equal((await send(true)).msg, 'The card is edited.');
  const second = await send(false);
  assert.equal(second.msg, 'A new card is on its way.');
  assert.notEqual(second.id, first.id);
  assert.equal((await send(true)).id, second.id);
});

test('a query is taken, and is the body when there is none', async (t) => {
  const query = await startHooks(t, {
    'a.yaml': `hooks:
  - { name: robot, channel: '#general', verify: { address: a-secret-in-an-address }, message: { text: '{{ body.state }} {{ query.state }}' } }
`,
  });
  const { status, body } = await query.post('robot/a-secret-in-an-address?state=down&x=1', '');
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await settled(query.api, body.id)).text, 'down down');
  const both = await query.post('robot/a-secret-in-an-address?state=down', '{"state":"up"}');
  assert.equal((await settled(query.api, both.body.id)).text, 'up down');
});

test('a wrong signature is in the audit log; a name that no hook has is counted and says what it may be', async () => {
  await post('sensor', '{}', { authorization: 'Bearer wrong', 'x-forwarded-for': '203.0.113.77' });
  const { body } = await api.call('GET', '/audit?outcome=refused');
  const refused = body.entries.find(({ source }: { source: string }) => source === '203.0.113.77');
  assert.match(refused?.detail ?? '', /Hook "sensor": the secret in the header Authorization is wrong/);
  const unknown = await post('typo', '{}');
  assert.match(unknown.body.msg, /^There is no hook "typo" with `verify`, so this needs a login/);
  assert.equal((await api.call('POST', '/hooks/typo', {})).status, 404);
  const metrics = await (await fetch(`${api.origin}/metrics`)).text();
  assert.match(metrics, /^ultronex_hook_requests_total\{hook="unknown",outcome="refused"\} [1-9]/m);
});

test('a key that is too long is an error, since cut ones would make one incident of two', async () => {
  const { status, body } = await post('sensor', JSON.stringify({ id: 'x'.repeat(600) }), bearer);
  assert.deepEqual([status, body.field], [422, 'incident.key']);
});
