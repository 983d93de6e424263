import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from '../support/program.ts';
import { said, settled, startApi } from './support.ts';

// High enough that no message is merged.
const api = await startApi({ after }, { MERGE_BACKLOG: '1000' });

async function post(channel: string, text: string, more: object = {}): Promise<string> {
  return (await api.call('POST', '/slack', { msg: { channel, text, ...more } })).body.id;
}

/** Posts more messages than a channel's burst, so that the last one stays queued for seconds. */
async function fill(name: string, more: object = {}): Promise<string[]> {
  await api.call('POST', '/simulator/channels', { name });
  const ids: string[] = [];
  for (let number = 0; number < 5; number += 1) ids.push(await post(name, `${name} ${number}`, more));
  return ids;
}

const last = (ids: string[]) => ids.at(-1) ?? '';

test('a row of the ledger has all fields of the delivery', async () => {
  const id = await post('general', 'look at me', { title: 'T', payload: 'p' });
  const line = await settled(api, id);
  const { slack, trace, createdAt, updatedAt, expiresAt, ...rest } = line;
  assert.deepEqual(rest, {
    id,
    state: 'sent',
    channel: 'general',
    text: 'look at me',
    title: 'T',
    blocks: null,
    threadTs: null,
    replyTo: null,
    tone: null,
    source: 'api',
    attempts: 1,
    error: null,
    mergedInto: null,
    slackFields: null,
    warnings: [],
    mergedCount: 0,
    pending: null,
    attachments: ['payload.txt'],
  });
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 3_600_000);
  assert.ok(Date.parse(updatedAt) >= Date.parse(createdAt));
  assert.match(slack.ts, /^\d+\.\d{6}$/);
  assert.match(slack.permalink, /^\/ultronex\/simulator#C\d+\//);
  assert.equal(trace, id.slice(0, 8));
});

test('pages list every message once, newest first, also while new ones arrive', async () => {
  const ids: string[] = [];
  for (let number = 0; number < 7; number += 1) ids.push(await post('ops', 'a page of paging'));
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await api.call('GET', `/messages?q=of+PAGING&limit=3${cursor && `&cursor=${cursor}`}`);
    assert.ok(body.messages.length <= 3);
    seen.push(...body.messages.map(({ id }: { id: string }) => id));
    cursor = body.next;
    await post('ops', 'a page of paging');
  }
  assert.deepEqual(seen, ids.toReversed());
});

test('the ledger can be filtered by state, channel, text, and all at once', async () => {
  const lost = await post('nowhere', '100% lost_and\\found');
  await post('general', '100 lost and found');
  assert.equal((await settled(api, lost)).error, 'channel_not_found');
  const find = async (query: string) => {
    const { body } = await api.call('GET', `/messages?${query}`);
    return body.messages.map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await find('state=failed'), [lost]);
  assert.deepEqual(await find('channel=nowhere'), [lost]);
  assert.deepEqual(await find('channel=%23nowhere'), [lost]);
  assert.deepEqual(await find(`q=${encodeURIComponent('100% lost_and\\')}`), [lost], 'no wildcards');
  assert.deepEqual(await find('q=lost&state=failed&channel=nowhere'), [lost]);
  assert.deepEqual(await find('q=lost&state=withdrawn'), []);
  assert.deepEqual(await find('mergedInto=none'), []);
  assert.deepEqual((await api.call('GET', '/external')).body, { errors: { 'Slack error : channel_not_found': 1 } });
});

test('a queued message is withdrawn at once and never sent', async () => {
  const id = last(await fill('withdrawn'));
  const { status, body } = await api.call('DELETE', `/messages/${id}`);
  assert.deepEqual([status, body.state, body.pending], [200, 'withdrawn', null]);
  const again = await api.call('DELETE', `/messages/${id}`);
  assert.deepEqual([again.status, again.body.state], [200, 'withdrawn'], 'twice is once');
  assert.equal((await api.call('PATCH', `/messages/${id}`, { text: 'x' })).status, 409);
  assert.equal((await api.call('POST', `/messages/${id}/retry`)).status, 409);
});

test('a sent message that is withdrawn is deleted in the workspace', async () => {
  const id = await post('U2', 'soon gone');
  await settled(api, id);
  const { status, body } = await api.call('DELETE', `/messages/${id}`);
  assert.deepEqual([status, body.state, body.pending], [202, 'sent', 'delete']);
  await eventually('the deletion', async () => (await settled(api, id)).state === 'withdrawn');
  assert.ok(!(await said(api)).some(({ text }) => text === 'soon gone'));
});

test('of a message that is edited while queued only the new text is sent', async () => {
  const id = last(await fill('edited'));
  const { status, body } = await api.call('PATCH', `/messages/${id}`, { text: 'after all', title: 'New' });
  assert.deepEqual([status, body.text, body.title, body.pending], [200, 'after all', 'New', null]);
  assert.equal((await settled(api, id)).state, 'sent');
  const there = (await said(api)).filter(({ text }) => text.includes('after all'));
  assert.deepEqual(
    there.map(({ text, edited }) => [text, edited]),
    [['*New*\nafter all', false]],
  );
});

test('an edit of a sent message changes the same message in the workspace', async () => {
  const id = await post('U3', 'build failed');
  const before = await settled(api, id);
  const { status, body } = await api.call('PATCH', `/messages/${id}`, { text: 'build fixed' });
  assert.deepEqual([status, body.pending], [202, 'update']);
  const line = await settled(api, id);
  assert.deepEqual([line.state, line.text, line.slack.ts], ['sent', 'build fixed', before.slack.ts]);
  const there = (await said(api)).find(({ ts }) => ts === before.slack.ts);
  assert.deepEqual([there?.text, there?.edited], ['build fixed', true]);
});

test('only failed and expired messages can be retried', async () => {
  const failed = await post('later', 'for a channel to come');
  await settled(api, failed);
  await api.call('POST', '/simulator/channels', { name: 'later' });
  const { status, body } = await api.call('POST', `/messages/${failed}/retry`);
  assert.deepEqual([status, body.state, body.error], [202, 'queued', null]);
  assert.equal((await settled(api, failed)).state, 'sent');
  const conflict = await api.call('POST', `/messages/${failed}/retry`);
  assert.equal(conflict.status, 409);
  assert.deepEqual(conflict.body, {
    msg: `Message "${failed}" was sent; only messages that failed, expired or were deleted in Slack can be retried.`,
  });

  // Posted at once: at the channel's pace most of them expire.
  await api.call('POST', '/simulator/channels', { name: 'short' });
  const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => post('short', `short ${n}`, { ttl: 1 })));
  const lines = await Promise.all(ids.map((id) => settled(api, id)));
  const { id: expired, error } = lines.find(({ state }) => state === 'expired') ?? assert.fail('none has expired');
  assert.equal(error, 'time to live ran out');
  assert.equal((await api.call('DELETE', `/messages/${expired}`)).status, 409);
  assert.equal((await api.call('POST', `/messages/${expired}/retry`)).status, 202);
  assert.equal((await settled(api, expired)).state, 'sent');
});

test('an unknown id is a 404', async () => {
  const msg = 'There is no message "nobody". GET /ultronex/messages lists them.';
  for (const [method, path, body] of [
    ['GET', '/messages/nobody', undefined],
    ['DELETE', '/messages/nobody', undefined],
    ['PATCH', '/messages/nobody', { text: 'x' }],
    ['POST', '/messages/nobody/retry', undefined],
  ] as const) {
    const answer = await api.call(method, path, body);
    assert.deepEqual([answer.status, answer.body], [404, { msg }], `${method} ${path}`);
  }
});

test('a message with merge false is not merged in a channel that has fallen behind; titles are compared like texts', async (t) => {
  const merging = await startApi(t, { MERGE_BACKLOG: '2' });
  await merging.call('POST', '/simulator/channels', { name: 'flood' });
  const send = async (text: string, more: object = {}) =>
    (await merging.call('POST', '/slack', { msg: { channel: 'flood', text, ...more } })).body.id as string;
  const all = (count: number, more: (n: number) => object = () => ({})) =>
    Promise.all(Array.from({ length: count }, (_, n) => send(`web${n} is down`, more(n))));
  const merged = await all(8);
  const alone = await all(3, () => ({ merge: false }));
  const titled = await all(3, (n) => ({ title: `${'abc'[n]} is a title` }));
  const last = await settled(merging, merged.at(-1) ?? '');
  assert.equal(last.state, 'merged');
  for (const id of [...alone, ...titled]) {
    const { body } = await merging.call('GET', `/messages/${id}`);
    assert.deepEqual([body.mergedInto, body.mergedCount], [null, 0], body.text);
  }
  const digest = await merging.call('GET', `/messages/${last.mergedInto}`);
  assert.ok(digest.body.mergedCount > 0);
  const taken = await merging.call('DELETE', `/messages/${last.id}`);
  assert.deepEqual([taken.status, taken.body.state], [200, 'withdrawn']);
  const whole = await merging.call('DELETE', `/messages/${last.mergedInto}?merged=true`);
  assert.ok([200, 202].includes(whole.status), JSON.stringify(whole.body));
  await eventually('nothing is left of the digest', async () => {
    const { body } = await merging.call('GET', `/messages?mergedInto=${last.mergedInto}&state=merged`);
    return body.messages.length === 0;
  });
  assert.equal((await merging.call('DELETE', `/messages/${last.id}?all=1`)).status, 422);
});

test('a message with only attachments or blocks is listed with their text, and a search finds it', async () => {
  const attached = {
    channel: '#ops',
    text: ' ',
    attachments: [{ fallback: 'Build 7 failed', fields: [{ value: 'Größe' }] }],
  };
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'only in a block' } }];
  const [first, second, third] = await Promise.all(
    [
      attached,
      { channel: '#ops', text: '\u200b', blocks },
      { channel: '#ops', text: 'a text', attachments: attached.attachments },
    ].map(async (msg) => (await api.call('POST', '/slack', { msg })).body.id as string),
  );
  const previewOf = async (id = '') => (await api.call('GET', `/messages/${id}`)).body.preview;
  assert.equal(await previewOf(first), 'Build 7 failed');
  assert.equal(await previewOf(second), 'only in a block');
  assert.equal(await previewOf(third), undefined, 'its text can be seen');
  const found = async (q: string) =>
    (await api.call('GET', `/messages?q=${encodeURIComponent(q)}`)).body.messages.map(({ id }: { id: string }) => id);
  assert.deepEqual((await found('BUILD 7')).toSorted(), [first, third].toSorted());
  assert.deepEqual((await found('Größe')).toSorted(), [first, third].toSorted(), 'a field’s value too');
  assert.deepEqual(await found('fallback'), [], 'names of fields are no text');
  assert.deepEqual(await found('Build_7'), [], '_ stands for itself');
});
