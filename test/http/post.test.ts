import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { authorization, said, settled, startApi } from './support.ts';

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const api = await startApi({ after });

/** Each test posts to its own channel, so that the pace of another test's channel does not delay it. */
async function newChannel(name: string): Promise<{ id: string; name: string }> {
  return (await api.call('POST', '/simulator/channels', { name })).body;
}

test('the response has a version 4 UUID, the accepted message, and the status triggered', async () => {
  const msg = { channel: '#general', text: 'disk is full', payload: { free: 0 }, title: 'df' };
  const { status, body, headers } = await api.call('POST', '/slack', { msg });
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(body.id, uuid4);
  assert.deepEqual(body, {
    id: body.id,
    msg: { channel: '#general', text: 'disk is full', title: 'df' },
    status: 'triggered',
  });
  assert.deepEqual(Object.keys(body), ['id', 'msg', 'status']);
});

test('a channel may be a name, #name, an id or a person', async () => {
  const { id, name } = await newChannel('names');
  for (const channel of [name, `#${name}`, id, 'U1']) {
    const { body } = await api.call('POST', '/slack', { msg: { channel, text: `to ${channel}` } });
    assert.equal((await settled(api, body.id)).slack.channel, channel === 'U1' ? 'DU1' : id);
  }
});

test('a text is posted to the channel in the address', async () => {
  const { id } = await newChannel('texts');
  for (const [address, type] of [
    ['texts', 'text/plain'],
    ['%23texts', 'text/plain; charset=utf-8'],
    [`%23texts`, 'application/x-www-form-urlencoded'],
  ] as const) {
    const text = '{"not": "looked at"} a=b&c=%20 \n second line';
    const { status, body } = await api.call('POST', `/slack/${address}`, text, { 'content-type': type });
    assert.deepEqual([status, body.msg], [200, { channel: '#texts', text }]);
    assert.equal((await settled(api, body.id)).slack.channel, id);
  }
});

test('letters of every script arrive unchanged', async () => {
  const { id } = await newChannel('日本語');
  const text = 'ünïcödé 日本語 🙂👩‍👩‍👧 \u202eabc \u2028 \u0000 "\'\\ <b> &amp; \ttab';
  const json = await api.call('POST', '/slack', { msg: { channel: '日本語', text } });
  assert.equal(json.body.msg.text, text);
  const plain = await api.call('POST', `/slack/${encodeURIComponent('日本語')}`, text, {
    'content-type': 'text/plain',
  });
  await settled(api, json.body.id);
  await settled(api, plain.body.id);
  const there = (await said(api)).filter(({ channel }) => channel === id);
  assert.deepEqual(
    there.map((message) => message.text),
    [text, text],
  );
  assert.equal((await api.call('GET', `/messages/${json.body.id}`)).body.text, text);
});

test('a payload is uploaded as text or JSON, and an empty one is not uploaded', async () => {
  const { id: channel } = await newChannel('payloads');
  const cases: [payload: unknown, name: string | null, content: string][] = [
    ['line 1\nline 2', 'payload.txt', 'line 1\nline 2'],
    [{ a: [1, { b: null }] }, 'payload.json', JSON.stringify({ a: [1, { b: null }] }, null, 2)],
    [[1, 2], 'payload.json', '[\n  1,\n  2\n]'],
    [42, 'payload.json', '42'],
    [false, 'payload.json', 'false'],
    ['', null, ''],
    [null, null, ''],
  ];
  for (const [payload, name, content] of cases) {
    const { id } = await newChannel(`payload-${cases.findIndex(([each]) => each === payload)}`);
    const { body } = await api.call('POST', '/slack', { msg: { channel: id, text: 'with a payload', payload } });
    const { slack, attachments } = await settled(api, body.id);
    assert.deepEqual(attachments, name === null ? [] : [name]);
    const files = (await said(api)).filter((each) => each.channel === id && each.threadTs === slack.ts);
    assert.equal(files.length, name === null ? 0 : 1, 'in the thread of the message');
    if (name === null) continue;
    const file = files[0].files[0];
    assert.equal(file.name, name);
    const bytes = await fetch(`${api.base}/simulator/files/${file.id}`, { headers: { authorization } });
    assert.equal((await bytes.text()).trimEnd(), content);
  }
  assert.ok(channel);
});

test('title, blocks, thread and time to live are part of the message', async () => {
  const { id: channel } = await newChannel('rich');
  const first = await api.call('POST', '/slack', { msg: { channel, text: 'the start', title: 'Deploy' } });
  const { slack } = await settled(api, first.body.id);
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: '*hello*' } },
    { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Mute' }, value: 'mute 1h' }] },
  ];
  const msg = { channel, text: 'in the thread', thread_ts: slack.ts, blocks, ttl: 60 };
  const { body } = await api.call('POST', '/slack', { msg });
  const line = await settled(api, body.id);
  assert.equal(line.threadTs, slack.ts);
  assert.equal(Date.parse(line.expiresAt) - Date.parse(line.createdAt), 60_000);
  const [start, reply] = (await said(api)).filter((each) => each.channel === channel);
  assert.equal(start.text, '*Deploy*\nthe start');
  assert.deepEqual([reply.threadTs, reply.buttons], [slack.ts, [{ label: 'Mute', value: 'mute 1h' }]]);
});

test('null and empty values in optional fields count as missing', async () => {
  const msg = { channel: 'general', text: 'x', title: null, payload: null };
  const { status, body } = await api.call('POST', '/slack', { msg });
  assert.deepEqual([status, body.msg], [200, { channel: 'general', text: 'x' }]);
  const empty = await api.call('POST', '/slack', { msg: { ...msg, title: '', payload: '' } });
  assert.equal(empty.status, 200);
});

test('the longest text is accepted, and one more character is refused', async () => {
  const post = (text: string) => api.call('POST', '/slack', { msg: { channel: 'general', text } });
  assert.equal((await post('x'.repeat(40_000))).status, 200);
  const { status, body } = await post('x'.repeat(40_001));
  assert.deepEqual([status, body.field], [422, 'msg.text']);
  const plain = await api.call('POST', '/slack/general', 'x'.repeat(40_001));
  assert.deepEqual([plain.status, plain.body.field], [422, 'body']);
});

test('names such as constructor and __proto__ are treated like any other', async () => {
  const body = '{"msg":{"channel":"general","text":"x","payload":{"__proto__":{"polluted":1},"constructor":2}}}';
  assert.equal((await api.call('POST', '/slack', body)).status, 200);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});
