import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { blocksOf } from '../../../src/destinations/slack/blocks.ts';
import { inSlack } from '../../../src/domain/destination.ts';
import type { OutgoingMessage } from '../../../src/ports/sender.ts';
import { startFakeSlack } from '../../fakes/slack/index.ts';
import { makeRig, type Rig } from '../../slack/support.ts';

const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  deliveryId: 'd-1',
  team: 'T1',
  destination: inSlack('C1'),
  text: 'hello',
  ...more,
});

describe('sender', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig({ slack: { timings: { callMs: 500 } } });
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.fake.faults.expectAllFaultsHit();
    rig.fake.faults.clear();
    rig.errors.length = 0;
  });
  const posts = () => rig.fake.botPosts;
  const callsOf = (method: string) => rig.fake.callsOf(method).length;

  it('posts with the id as metadata and returns the address of the post', async () => {
    const outcome = await rig.slack.sender.post(message());
    assert.ok(outcome.kind === 'sent');
    const post = posts().at(-1);
    assert.equal(outcome.value.ts, post?.ts);
    assert.equal(outcome.value.channel, 'C1');
    assert.equal(outcome.value.permalink, `https://team-t1.slack.com/archives/C1/p${post?.ts.replace('.', '')}`);
    assert.deepEqual(post?.metadata, { event_type: 'ultronex_delivery', event_payload: { id: 'd-1' } });
  });

  it('shows a title as a bold first line, in a thread too', async () => {
    const { sender } = rig.slack;
    const first = await sender.post(
      message({ destination: inSlack('#ops'), title: 'Deploy\nfailed', text: 'api is down' }),
    );
    assert.ok(first.kind === 'sent');
    assert.equal(first.value.channel, 'C2');
    assert.equal(posts().at(-1)?.text, '*Deploy failed*\napi is down');

    const reply = await sender.post(
      message({ destination: inSlack('C2'), threadTs: first.value.ts, title: 'a*b', text: '' }),
    );
    assert.ok(reply.kind === 'sent');
    assert.equal(posts().at(-1)?.text, 'a*b');
    assert.equal(posts().at(-1)?.thread_ts, first.value.ts);
    assert.match(String(reply.value.permalink), /\?thread_ts=\d+\.\d+&cid=C2$/);
  });

  it('sends fields in Slack’s format unchanged, and posts without a user name when its scope is missing', async () => {
    const slackFields = { username: 'CI', icon_emoji: ':fire:', attachments: [{ text: 'a' }], unfurl_links: false };
    await rig.slack.sender.post(message({ title: 'T', slackFields: { ...slackFields, mrkdwn: false } }));
    const { args } = rig.fake.callsOf('chat.postMessage').at(-1) ?? {};
    assert.equal(args?.username, 'CI');
    assert.equal(args?.icon_emoji, ':fire:');
    assert.equal(posts().at(-1)?.text, 'T\nhello');
    assert.deepEqual(posts().at(-1)?.attachments, [{ text: 'a' }]);

    const extra = { needed: 'chat:write.customize', provided: 'chat:write' };
    rig.fake.faults.add({ method: 'chat.postMessage', kind: 'error', error: 'missing_scope', extra });
    const outcome = await rig.slack.sender.post(message({ slackFields }));
    assert.equal(outcome.kind, 'sent');
    const again = rig.fake.callsOf('chat.postMessage').at(-1)?.args;
    assert.deepEqual([again?.username, again?.icon_emoji], [undefined, undefined]);
    assert.deepEqual(posts().at(-1)?.attachments, [{ text: 'a' }]);
  });

  it('adds no title to a message with blocks', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'card' } }];
    await rig.slack.sender.post(message({ title: 'T', text: 'fallback', blocks }));
    assert.equal(posts().at(-1)?.text, 'fallback');
    assert.deepEqual(
      posts()
        .at(-1)
        ?.blocks?.map((block) => block.type),
      ['section'],
    );
  });

  it('edits and deletes a message; a message that is gone already counts as deleted', async () => {
    const { sender } = rig.slack;
    const sent = await sender.post(message({ blocks: [{ type: 'divider' }] }));
    assert.ok(sent.kind === 'sent');
    assert.deepEqual(await sender.update(message({ text: 'changed' }), sent.value), sent);
    const post = rig.fake.posts.find((one) => one.ts === sent.value.ts);
    assert.equal(post?.text, 'changed');
    assert.equal(post?.blocks, undefined, 'old blocks are taken away');

    const done = { kind: 'sent', value: null };
    assert.deepEqual(await sender.delete('T1', sent.value), done);
    assert.deepEqual(await sender.delete('T1', sent.value), done);
    const late = await sender.update(message(), sent.value);
    assert.deepEqual(late, { kind: 'refused', error: 'message_not_found', gone: true });
  });

  it("fails with Slack's own error code and counts it", async () => {
    const outcome = await rig.slack.sender.post(message({ destination: inSlack('C4') }));
    assert.deepEqual(outcome, { kind: 'refused', error: 'is_archived' });
    assert.deepEqual(rig.errors, ['Slack error : is_archived']);
  });

  it("keeps each of Slack's reasons once: the missing scope, the path of the wrong block", async () => {
    const { sender } = rig.slack;
    const blocks = [{ type: 'section' }, { type: 'header', text: { type: 'mrkdwn', text: 'x' } }];
    const wrong = await sender.post(message({ blocks }));
    assert.deepEqual(wrong, {
      kind: 'refused',
      error: 'invalid_blocks',
      detail: 'missing text [json-pointer:/blocks/0]',
    });

    const team = rig.fake.team();
    const all = team.scopes;
    team.scopes = all.filter((scope) => !scope.startsWith('chat:write'));
    const unscoped = await sender.post(message());
    assert.ok(unscoped.kind === 'refused' && unscoped.error === 'missing_scope');
    assert.match(unscoped.detail ?? '', /^needed chat:write, provided app_mentions:read,/);
    team.scopes = all;

    assert.deepEqual(
      rig.errors.map((text) => text.slice(0, 60)),
      [
        'Slack error : invalid_blocks (missing text [json-pointer:/bl',
        'Slack error : missing_scope (needed chat:write, provided app',
      ],
    );
  });

  it('keeps the reasons of every step of an upload', async () => {
    const root = await rig.slack.sender.post(message());
    assert.ok(root.kind === 'sent');
    const bytes = new TextEncoder().encode('x');
    const file = { team: 'T1', channel: 'C1', threadTs: root.value.ts, name: 'a.log', bytes };
    const extra = { response_metadata: { messages: ['[ERROR] must be a channel id [json-pointer:/channel_id]'] } };
    for (const method of ['files.getUploadURLExternal', 'files.completeUploadExternal']) {
      rig.fake.faults.add({ method, kind: 'error', error: 'invalid_arguments', extra });
      const outcome = await rig.slack.sender.upload(file);
      assert.ok(outcome.kind === 'refused', method);
      assert.equal(outcome.detail, 'must be a channel id [json-pointer:/channel_id]', method);
    }
    rig.fake.faults.add({ method: 'upload', kind: 'status', status: 413 });
    const tooLarge = await rig.slack.sender.upload(file);
    assert.ok(tooLarge.kind === 'refused' && tooLarge.error === 'HTTP 413');
  });

  it('calls once and never retries by itself, whatever Slack answers', async () => {
    const faults = [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 403 },
      { kind: 'status', status: 429, retryAfterS: 1 },
      { kind: 'status', status: 429 },
      { kind: 'drop' },
      { kind: 'html' },
      { kind: 'error', error: 'internal_error' },
    ] as const;
    for (const fault of faults) {
      const before = callsOf('chat.postMessage');
      rig.fake.faults.add({ method: 'chat.postMessage', ...fault });
      assert.equal((await rig.slack.sender.post(message())).kind, 'retry', JSON.stringify(fault));
      assert.equal(callsOf('chat.postMessage'), before + 1, JSON.stringify(fault));
    }
    assert.deepEqual(rig.errors, [
      'Slack error : HTTP 500',
      'Slack error : HTTP 403',
      'Slack error : ratelimited',
      'Slack error : ratelimited',
      'Slack error : network',
      'Slack error : not JSON',
      'Slack error : internal_error',
    ]);
  });

  it('delays no other call after a 429 of one channel', async () => {
    rig.fake.faults.add({ method: 'chat.postMessage', kind: 'status', status: 429, retryAfterS: 30 });
    const [limited, other] = [await rig.slack.sender.post(message()), await rig.slack.sender.post(message())];
    assert.deepEqual(limited, {
      kind: 'retry',
      afterMs: 30_000,
      scope: 'channel',
      outcomeUnknown: false,
      error: 'ratelimited',
    });
    assert.equal(other.kind, 'sent');
  });

  it('stops waiting after the timeout and finds the post whose answer was lost', async () => {
    for (const kind of ['timeout-after', 'drop-after'] as const) {
      const sinceMs = Date.now();
      const lost = message({ deliveryId: `lost ${kind}`, destination: inSlack('#general') });
      rig.fake.faults.add({ method: 'chat.postMessage', kind });
      const outcome = await rig.slack.sender.post(lost);
      assert.ok(outcome.kind === 'retry' && outcome.outcomeUnknown, kind);
      const found = await rig.slack.sender.find(lost, sinceMs);
      assert.equal(found?.ts, posts().at(-1)?.ts);
      assert.equal(found?.channel, 'C1');
    }
  });

  it('finds a message that was sent to a person or into a thread, and reports a missing one', async () => {
    const { sender } = rig.slack;
    const direct = message({ deliveryId: 'dm', destination: inSlack('U2') });
    const sent = await sender.post(direct);
    assert.ok(sent.kind === 'sent');
    assert.deepEqual(await sender.find(direct, Date.now()), sent.value);

    const root = await sender.post(message({ deliveryId: 'root' }));
    assert.ok(root.kind === 'sent');
    const inThread = message({ deliveryId: 'reply', threadTs: root.value.ts });
    assert.equal(await sender.find(inThread, Date.now()), null);
    const reply = await sender.post(inThread);
    assert.ok(reply.kind === 'sent');
    assert.deepEqual(await sender.find(inThread, Date.now()), reply.value);

    rig.fake.faults.add({ method: 'conversations.history', kind: 'status', status: 500 });
    assert.equal(await sender.find(message(), Date.now()), null);
    assert.equal(await sender.find(message({ destination: inSlack('#nowhere') }), Date.now()), null);
  });

  it('says that a thread is gone when Slack posts the reply into the channel or refuses the thread', async () => {
    const { sender } = rig.slack;
    const root = await sender.post(message({ deliveryId: 'card' }));
    assert.ok(root.kind === 'sent');
    await sender.delete('T1', root.value);
    const slackFields = { reply_broadcast: true };
    const reply = message({ deliveryId: 'orphan', threadTs: root.value.ts, slackFields });
    const orphan = await sender.post(reply);
    assert.ok(orphan.kind === 'sent' && orphan.value.threadGone);
    assert.doesNotMatch(String(orphan.value.permalink), /thread_ts/);
    assert.equal(posts().at(-1)?.thread_ts, undefined);
    assert.deepEqual(await sender.find(reply, Date.now()), orphan.value, 'also after a lost answer');
    rig.errors.length = 0;

    rig.fake.faults.add({ method: 'chat.postMessage', kind: 'error', error: 'thread_not_found' });
    const refused = await sender.post(reply);
    assert.ok(refused.kind === 'sent' && refused.value.threadGone);
    const { args } = rig.fake.callsOf('chat.postMessage').at(-1) ?? {};
    assert.deepEqual([args?.thread_ts, args?.reply_broadcast], [undefined, undefined]);
  });

  it('shows a tone as the colour of an attachment below the first line, and nothing twice', async () => {
    const { sender } = rig.slack;
    const buttons = [{ label: 'Ack', command: 'ack 1' }];
    const card = message({
      text: ':x: *Disk* full',
      sections: [':x: *Disk* · critical · firing\nsince 10:00', 'second'],
      buttons,
      tone: 'critical',
    });
    const outcome = await sender.post(card);
    assert.ok(outcome.kind === 'sent');
    const post = posts().at(-1);
    assert.deepEqual([post?.text, post?.blocks], [':x: *Disk* · critical · firing', undefined]);
    const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
    const actions = blocksOf({ text: '', sections: [], buttons }) ?? [];
    assert.deepEqual(post?.attachments, [
      { color: '#d92d20', blocks: [section('since 10:00'), section('second'), ...actions] },
    ]);

    await sender.update(message({ title: 'Disk', text: 'free again\nsince 11:00', tone: 'resolved' }), outcome.value);
    const edited = rig.fake.posts.find(({ ts }) => ts === outcome.value.ts);
    assert.equal(edited?.text, '*Disk*');
    assert.deepEqual(edited?.attachments, [{ color: '#2da44e', blocks: [section('free again\nsince 11:00')] }]);
    await sender.update(message({ text: 'one line', tone: 'info' }), outcome.value);
    assert.deepEqual([edited?.text, edited?.attachments, edited?.blocks], ['one line', undefined, undefined]);
  });

  it('searches beyond the first hundred messages', async () => {
    const sent = await rig.slack.sender.post(message({ deliveryId: 'deep', destination: inSlack('C2') }));
    for (let i = 0; i < 150; i++) rig.fake.say({ channel: 'C2', text: `chatter ${i}` });
    const found = await rig.slack.sender.find(message({ deliveryId: 'deep', destination: inSlack('C2') }), Date.now());
    assert.deepEqual(found, sent.kind === 'sent' && sent.value);
  });

  it('uploads into the thread; only a failure of the last step leaves the outcome unknown', async () => {
    const { sender } = rig.slack;
    const root = await sender.post(message());
    assert.ok(root.kind === 'sent');
    const bytes = new TextEncoder().encode('line one\n');
    const file = { team: 'T1', channel: 'C1', threadTs: root.value.ts, name: 'a.log', bytes };

    assert.deepEqual(await sender.upload(file), { kind: 'sent', value: null });
    assert.equal(posts().at(-1)?.files?.[0]?.content?.toString(), 'line one\n');
    assert.equal(posts().at(-1)?.thread_ts, root.value.ts);
    assert.equal(rig.fake.callsOf('upload').at(-1)?.token, undefined, 'the upload address gets no token');

    const doubt = { 'files.getUploadURLExternal': false, upload: false, 'files.completeUploadExternal': true };
    for (const [method, hidden] of Object.entries(doubt)) {
      rig.fake.faults.add({ method, kind: 'drop-after' });
      const outcome = await sender.upload(file);
      assert.ok(outcome.kind === 'retry', method);
      assert.equal(outcome.outcomeUnknown, hidden, method);
    }
    rig.fake.faults.add({ method: 'upload', kind: 'status', status: 500 });
    const outcome = await sender.upload(file);
    assert.ok(outcome.kind === 'retry' && !outcome.outcomeUnknown && outcome.error === 'HTTP 500');
    const empty = await sender.upload({ ...file, bytes: new Uint8Array() });
    assert.ok(empty.kind === 'refused' && empty.error === 'empty_file');
  });

  it('holds the workspace after a refused token, reports it as unhealthy, and recovers by itself', async () => {
    rig.fake.setTokenState('token_revoked');
    const outcome = await rig.slack.sender.post(message());
    assert.ok(outcome.kind === 'retry' && outcome.scope === 'workspace' && outcome.afterMs === 30_000);
    const { state, detail } = rig.slack.source.health();
    assert.equal(state, 'down');
    assert.match(detail, /refuses the bot token \(token_revoked\)/);

    rig.fake.setTokenState('ok');
    const before = callsOf('auth.test');
    await rig.fake.until(() => callsOf('auth.test') > before && rig.fake.calls.at(-1)?.status === 200);
    await rig.slack.sender.post(message());
    assert.equal(rig.slack.source.health().state, 'ok');
  });

  it('reports that nothing was sent when Slack cannot be reached', async () => {
    const gone = await startFakeSlack();
    const apiUrl = gone.apiUrl;
    await gone.stop();
    const other = await makeRig({ slack: { apiUrl }, start: false });
    const outcome = await other.slack.sender.post(message());
    assert.deepEqual(outcome, {
      kind: 'retry',
      afterMs: null,
      scope: 'channel',
      outcomeUnknown: false,
      error: 'ECONNREFUSED',
    });
    await other.stop();
  });
});
