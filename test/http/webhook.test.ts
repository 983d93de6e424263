import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { authorization, said, settled, startApi } from './support.ts';

const api = await startApi({ after });

async function hook(body: unknown, { path = 'ops', type = 'application/json', headers = {} } = {}) {
  const response = await fetch(`${api.base}/webhook/${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Bodies that these tools post, shortened. */
const tools: [name: string, body: Record<string, unknown>, ignored: string | null][] = [
  [
    'Alertmanager',
    {
      channel: '#alerts',
      username: 'Alertmanager',
      attachments: [
        {
          title: '[FIRING:1] DiskFull',
          title_link: 'http://am/#/alerts',
          text: '',
          fallback: '[FIRING:1] DiskFull',
          footer: '',
          color: 'danger',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    },
    null,
  ],
  [
    'Grafana',
    {
      username: 'Grafana',
      icon_emoji: '',
      icon_url: '',
      text: 'summary',
      attachments: [
        { color: '#D63232', title: '[FIRING:1] High load', text: '**Firing**', fallback: 'High load', ts: 1700000000 },
      ],
    },
    null,
  ],
  [
    'Uptime Kuma',
    {
      text: 'Uptime Kuma Alert\nsite is down',
      channel: null,
      username: 'Uptime Kuma',
      icon_emoji: ':bear:',
      attachments: [{ color: '#e01e5a', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'site' } }] }],
    },
    null,
  ],
  [
    'GitLab',
    {
      text: null,
      attachments: [{ fallback: 'x', text: 'ada pushed to main', color: '#345' }],
      username: 'GitLab',
      channel: '',
    },
    null,
  ],
  [
    'Jenkins',
    {
      channel: '#builds',
      attachments: [{ fallback: 'Job #1', color: 'good', fields: [] }],
      link_names: '1',
      unfurl_links: 'true',
      unfurl_media: 'true',
    },
    null,
  ],
  [
    'Sentry',
    {
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*TypeError*' } }],
      text: '[web] TypeError',
      type: 'x',
    },
    'type',
  ],
  ['a script', { text: 'hello', parse: 'full', response_type: 'in_channel' }, 'parse,response_type'],
];

test('bodies of common tools are accepted unchanged and get Slack’s response', async () => {
  for (const name of ['builds', 'alerts2']) await api.call('POST', '/simulator/channels', { name });
  for (const [name, body, ignored] of tools) {
    const answer = await hook(body);
    assert.deepEqual([answer.status, answer.text], [200, 'ok'], name);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(answer.headers.get('x-ultronex-ignored'), ignored, name);
    const line = await settled(api, answer.headers.get('x-ultronex-id') ?? '');
    assert.equal(line.state, 'sent', `${name}: ${line.error}`);
    assert.equal(line.channel, body.channel || '#ops', name);
    assert.deepEqual(line.slackFields?.attachments, body.attachments, name);
    assert.equal(line.slackFields?.username, body.username, name);
  }
  assert.ok((await said(api)).some(({ username, text }) => username === 'Alertmanager' && text.includes('DiskFull')));
});

test('Slack’s form works: payload= encoded or not, and text=', async () => {
  const type = 'application/x-www-form-urlencoded';
  for (const body of [
    `payload=${encodeURIComponent('{"text":"a & b"}')}`,
    'payload={"text":"a & b"}',
    'text=a+%26+b',
    '{"text":"a & b"}',
  ]) {
    const answer = await hook(body, { type });
    assert.deepEqual([answer.status, answer.text], [200, 'ok'], body);
    assert.equal((await api.call('GET', `/messages/${answer.headers.get('x-ultronex-id')}`)).body.text, 'a & b');
  }
});

test('fields of a form beside payload= are ignored as Slack does, and named in a header', async () => {
  const type = 'application/x-www-form-urlencoded';
  const payload = `payload=${encodeURIComponent('{"text":"mine","odd":1}')}`;
  for (const [body, ignored] of [
    [payload, 'odd'],
    [`${payload}&username=zed&icon_emoji=%3Afire%3A`, 'username,icon_emoji,odd'],
    [`text=other&${payload}`, 'text,odd'],
  ]) {
    const answer = await hook(body, { type });
    assert.deepEqual([answer.status, answer.headers.get('x-ultronex-ignored')], [200, ignored], body);
    const { body: line } = await api.call('GET', `/messages/${answer.headers.get('x-ultronex-id')}`);
    assert.deepEqual([line.text, line.slackFields?.username], ['mine', undefined]);
  }
});

test('the webhook refuses half of a surrogate pair', async () => {
  const { status, text } = await hook('{"text":"\\ud800 x"}');
  assert.equal(status, 422);
  assert.match(text, /^invalid_payload: the JSON has half of a surrogate pair/);
});

test('refusals begin with Slack’s error code and have the reason', async () => {
  const cases: [body: unknown, path: string, status: number, word: string][] = [
    ['nonsense', 'ops', 400, 'invalid_payload'],
    ['', 'ops', 400, 'invalid_payload'],
    ['[]', 'ops', 400, 'invalid_payload'],
    ['"text"', 'ops', 400, 'invalid_payload'],
    [{}, 'ops', 400, 'no_text'],
    [{ text: '' }, 'ops', 400, 'no_text'],
    [{ text: ' \u200b' }, 'ops', 400, 'no_text'],
    [{ text: null, attachments: [] }, 'ops', 400, 'no_text'],
    [{ text: { a: 1 } }, 'ops', 400, 'invalid_payload'],
    [{ text: 'x'.repeat(40_001) }, 'ops', 400, 'invalid_payload'],
    [{ text: 'x', blocks: 'no' }, 'ops', 400, 'invalid_blocks'],
    [{ text: 'x', blocks: [{}] }, 'ops', 400, 'invalid_blocks'],
    [{ text: 'x', attachments: Array(101).fill({ text: 'x' }) }, 'ops', 400, 'too_many_attachments'],
    [{ text: 'x', attachments: ['x'] }, 'ops', 400, 'invalid_attachments'],
    [{ text: 'x', thread_ts: 'yesterday' }, 'ops', 400, 'invalid_payload'],
    [{ text: 'x', channel: '#a,#b' }, 'ops', 404, 'channel_not_found'],
    [{ text: 'x' }, '%23a,b', 404, 'channel_not_found'],
    [{ text: 'x' }, '@nobody', 404, 'user_not_found'],
  ];
  for (const [body, path, status, word] of cases) {
    const answer = await hook(body, { path });
    assert.deepEqual([answer.status, answer.text.split(':')[0]], [status, word], JSON.stringify(body).slice(0, 80));
    assert.ok(answer.text.length > word.length + 5, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  }
  const unsigned = await hook({ text: 'x' }, { headers: { authorization: 'Basic eDp5' } });
  assert.equal(unsigned.status, 401);
  assert.match(unsigned.headers.get('www-authenticate') ?? '', /^Basic/);
});

test('errors of the address or a header have the same text as in POST /ultronex/slack', async () => {
  const white =
    'channel must have no white space; give #name, a channel id, or for a direct message a user id, @name or an e-mail address';
  const cases: [path: string, reason: string | RegExp, headers?: Record<string, string>][] = [
    ['general?x=1', 'x is not a known field; known are team'],
    ['general?wait=true&x=1', 'wait is not a known field; known are team'],
    ['%20', white],
    ['two%20words', white],
    ['a%0Ab', white],
    ['ops', /^idempotency-key must not have more than 255 char/, { 'idempotency-key': 'k'.repeat(256) }],
  ];
  for (const [path, reason, headers] of cases) {
    const answer = await hook({ text: 'x' }, { path, headers });
    assert.equal(answer.status, 422, path);
    if (typeof reason === 'string') assert.equal(answer.text, `invalid_payload: ${reason}`);
    else assert.match(answer.text.replace('invalid_payload: ', ''), reason);
    const same = await api.call('POST', `/slack/${path}`, 'x', headers);
    assert.equal(answer.text, `invalid_payload: ${same.body.reason}`, path);
  }
});

test('an Idempotency-Key posts once', async () => {
  const headers = { 'idempotency-key': 'hook-1' };
  const [first, again] = [await hook({ text: 'once' }, { headers }), await hook({ text: 'once' }, { headers })];
  assert.equal(first.headers.get('x-ultronex-id'), again.headers.get('x-ultronex-id'));
});

test('a missing channel gets ok, as documented, and the message is failed in the ledger', async () => {
  const { status, text, headers } = await hook({ text: 'disk is full' }, { path: 'nowhere' });
  assert.deepEqual([status, text], [200, 'ok']);
  const { state, error } = await settled(api, headers.get('x-ultronex-id') ?? '');
  assert.deepEqual([state, error], ['failed', 'channel_not_found']);
});
