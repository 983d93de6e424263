import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isVisible, plainFileName, plainName } from '../../src/domain/names.ts';
import { nearestField } from '../../src/domain/nearest-field.ts';
import { said, settled, startApi } from './support.ts';

const api = await startApi({ after });
const good = { channel: '#general', text: 'x' };

test('an unknown field is refused with its name and the one that was probably meant', async () => {
  const cases: [field: string, meant: string | null][] = [
    ['thread', 'thread_ts'],
    ['threadTs', 'thread_ts'],
    ['thread-ts', 'thread_ts'],
    ['attachment', 'attachments'],
    ['emoji', 'icon_emoji'],
    ['user', 'username'],
    ['userName', 'username'],
    ['unfurl', 'unfurl_links'],
    ['block', 'blocks'],
    ['tilte', 'title'],
    ['Text', 'text'],
    ['message', 'text'],
    ['priority', null],
    ['constructor', null],
    ['__proto__', null],
  ];
  for (const [field, meant] of cases) {
    const body = `{"msg":${JSON.stringify(good).slice(0, -1)},"${field}":1}}`;
    const answer = await api.call('POST', '/slack', body);
    assert.deepEqual([answer.status, answer.body.field], [422, `msg.${field}`], field);
    if (meant === null) assert.match(answer.body.reason, /is not a known field; known are channel, text/);
    else assert.equal(answer.body.reason, `msg.${field} is not a known field; did you mean ${meant}?`);
  }
});

test('no route ignores an unknown field or query', async () => {
  const cases: [method: string, path: string, body: unknown, field: string][] = [
    ['POST', '/slack', { msg: good, channel: '#ops' }, 'channel'],
    ['POST', '/slack?channel=ops', { msg: good }, 'channel'],
    ['POST', '/slack/ops?title=x', 'text', 'title'],
    ['GET', '/messages?chanel=ops', undefined, 'chanel'],
    ['GET', '/messages/x?full=1', undefined, 'full'],
    ['PATCH', '/messages/x', { text: 'y', colour: 1 }, 'colour'],
    ['DELETE', '/messages/x', { reason: 'y' }, 'body'],
    ['POST', '/messages/x/retry', { ttl: 5 }, 'body'],
    ['POST', '/messages/x/retry?ttl=5', undefined, 'ttl'],
    ['GET', '/stats?since=1', undefined, 'since'],
    ['GET', '/external?limit=1', undefined, 'limit'],
    ['GET', '/track?user=U1', undefined, 'user'],
    ['POST', '/track', { pattern: 'x', user: 'U1', regex: true }, 'regex'],
    ['DELETE', '/track/x?all=1', undefined, 'all'],
    ['POST', '/track/test', { pattern: 'x', sample: 'x', flags: 'i' }, 'flags'],
    ['GET', '/events?since=1', undefined, 'since'],
    ['GET', '/bot?txt=hi', undefined, 'txt'],
    ['GET', '/status?verbose=1', undefined, 'verbose'],
    ['POST', '/webhook/ops?thread=1', { text: 'x' }, 'thread'],
    ['POST', '/simulator/messages', { channel: 'C4', user: 'U1', text: 'x', thread: '1.2' }, 'thread'],
    ['GET', '/simulator/state?channel=C4', undefined, 'channel'],
  ];
  for (const [method, path, body, field] of cases) {
    const { status, body: said } = await api.call(method, path, body);
    const shown = `${method} ${path}: ${JSON.stringify(said)}`;
    assert.equal(status, 422, shown);
    if (!path.startsWith('/webhook/')) assert.equal(said.field, field, shown);
  }
});

test('fields without an effect, and invisible texts, are refused', async () => {
  const blocks = [{ type: 'divider' }];
  const cases: [msg: object, field: string][] = [
    [{ ...good, text: ' ' }, 'msg.text'],
    [{ ...good, text: '\n\t\u00a0\u3000' }, 'msg.text'],
    [{ ...good, text: '\u200b\u200d\ufeff\u2060\u00ad\u202e' }, 'msg.text'],
    [{ ...good, text: '\u2800\u3164' }, 'msg.text'],
    [{ ...good, title: 'T', blocks }, 'msg.title'],
    [{ ...good, title: '\u200b' }, 'msg.title'],
    [{ ...good, reply_broadcast: true }, 'msg.reply_broadcast'],
    [{ ...good, icon_emoji: ':fire:', icon_url: 'https://example.com/a.png' }, 'msg.icon_url'],
    [{ ...good, icon_emoji: 'fire' }, 'msg.icon_emoji'],
    [{ ...good, username: '\u202e\u200b ' }, 'msg.username'],
    [{ ...good, attachments: {} }, 'msg.attachments'],
    [{ ...good, unfurl_links: 'no' }, 'msg.unfurl_links'],
  ];
  for (const [msg, field] of cases) {
    const { status, body } = await api.call('POST', '/slack', { msg });
    assert.deepEqual([status, body.field], [422, field], JSON.stringify(msg));
  }
  assert.equal((await api.call('POST', '/slack/ops', ' \n ')).body.field, 'body');
  const titled = { ...good, title: 'T', blocks, payload: 'also the name of the file' };
  assert.equal((await api.call('POST', '/slack', { msg: titled })).status, 200);
  const { body } = await api.call('POST', '/slack', { msg: { ...good, blocks } });
  assert.equal((await api.call('PATCH', `/messages/${body.id}`, { title: 'T' })).body.field, 'title');
  assert.equal((await api.call('PATCH', `/messages/${body.id}`, { text: ' ', blocks: [] })).body.field, 'text');
});

test('a message has one recipient, who may be a user’s name', async () => {
  const wrong: [channel: string, why: RegExp][] = [
    ['#ops,#dev', /send it once for each/],
    ['#ops;#dev', /send it once for each/],
    ['@nobody', /no such user; it has @ada/],
    ['ada@example.com', /no e-mail address/],
    ['#', /neither a channel nor a person/],
    ['@', /neither a channel nor a person/],
    ['<!here>', /neither a channel nor a person/],
  ];
  for (const [channel, why] of wrong) {
    const { status, body } = await api.call('POST', '/slack', { msg: { channel, text: 'x' } });
    assert.deepEqual([status, body.field], [422, 'msg.channel'], channel);
    assert.match(body.reason, why);
  }
  for (const [channel, to] of [
    ['@ada', 'DU1'],
    ['@Grace', 'DU2'],
    ['<@U3>', 'DU3'],
    ['<#C6|random>', 'C6'],
  ]) {
    const { body } = await api.call('POST', '/slack', { msg: { channel, text: 'x' } });
    assert.equal((await settled(api, body.id)).slack.channel, to, channel);
  }
  assert.equal((await api.call('POST', '/slack/@linus', 'x')).status, 200);
});

test('username, icon and other fields reach the workspace and are in the ledger', async () => {
  const { id: channel } = (await api.call('POST', '/simulator/channels', { name: 'tools' })).body;
  const fields = {
    username: 'CI \u202eevil\n',
    icon_emoji: ':fire:',
    attachments: [
      { pretext: 'before', title: 'T', title_link: 'https://example.com', fields: [{ title: 'k', value: 1 }] },
    ],
    unfurl_links: false,
    mrkdwn: true,
  };
  const { body } = await api.call('POST', '/slack', { msg: { channel, text: 'a < b & c', escape: true, ...fields } });
  const line = await settled(api, body.id);
  assert.equal(line.text, 'a &lt; b &amp; c');
  assert.deepEqual(line.slackFields, { ...fields, username: 'CI evil' });
  const [post] = (await said(api)).filter((each) => each.channel === channel);
  assert.deepEqual([post.username, post.icon], ['CI evil', ':fire:']);
  assert.equal(post.text, 'a &lt; b &amp; c\nbefore\n> *<https://example.com|T>*\n> *k* 1');
});

test('names have one line without invisible characters, and a cut file name keeps its extension', () => {
  assert.equal(plainName('a\u202eb\u2066c\u200b\r\nd  e\u0007', 80), 'abc d e');
  assert.equal(plainName('x'.repeat(100), 80).length, 80);
  assert.equal(plainName(`${'x'.repeat(78)}🙂`, 80).endsWith('🙂'), true);
  assert.doesNotMatch(plainName(`${'x'.repeat(78)}🙂🙂`, 80), /[\ud800-\udbff](?![\udc00-\udfff])/);
  assert.equal(plainFileName('../../etc/passwd'), 'passwd');
  assert.equal(plainFileName('C:\\temp\\log.txt'), 'log.txt');
  assert.equal(plainFileName('invoice\u202efdp.exe'), 'invoicefdp.exe');
  assert.equal(plainFileName('\u200b'), 'file');
  assert.match(plainFileName(`${'x'.repeat(300)}.json`), /^x{10,}….json$/);
  assert.equal(plainFileName(`${'x'.repeat(300)}.json`).length, 120);
});

test('emoji, signs and letters of every script are visible, and blanks are not', () => {
  for (const text of ['x', '🙂', '👩‍👩‍👧', '日', '.', '  é', '\u200bא', '1']) assert.equal(isVisible(text), true, text);
  for (const text of ['', ' ', '\u0000', '\ufe0f', '\u0301', '\u115f', '\uffa0']) assert.equal(isVisible(text), false);
});

test('nearestField returns null when no field is similar', () => {
  assert.equal(nearestField('zzz', ['text', 'channel']), null);
  assert.equal(nearestField('', ['text']), null);
  assert.equal(nearestField('__', ['text']), null);
  assert.equal(nearestField('x'.repeat(1_000_000), ['text']), null);
});
