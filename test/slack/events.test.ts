import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toIncoming } from '../../src/slack/events.ts';

const identity = { team: 'T1', botUser: 'UBOT', botId: 'BBOT', url: 'https://acme.slack.com/' };
const ts = '1700000001.000200';

const said = (more: Record<string, unknown> = {}) => ({
  type: 'message',
  channel: 'C1',
  channel_type: 'channel',
  user: 'U1',
  text: 'the API is down',
  ts,
  event_ts: ts,
  ...more,
});
const envelope = <T>(event: T, more: Record<string, unknown> = {}) => ({
  type: 'event_callback',
  team_id: 'T1',
  event_id: 'Ev1',
  event,
  ...more,
});
const read = (event: unknown) => toIncoming(envelope(event), identity);

const file = {
  id: 'F1',
  name: 'app.log',
  mimetype: 'text/plain',
  size: 12,
  url_private: 'https://files.slack.com/p/F1',
  url_private_download: 'https://files.slack.com/d/F1',
};

describe('a Slack event as the pipeline reads it', () => {
  it('a plain post', () => {
    assert.deepEqual(read(said()), {
      kind: 'message',
      key: `T1:C1:${ts}`,
      trace: 'Ev1',
      team: 'T1',
      authorTeam: 'T1',
      channel: 'C1',
      channelKind: 'channel',
      user: 'U1',
      botUser: 'UBOT',
      text: 'the API is down',
      visible: 'the API is down',
      ts,
      fromBot: false,
      files: [],
      permalink: 'https://acme.slack.com/archives/C1/p1700000001000200',
    });
  });

  it('a reply, with the thread in its permalink', () => {
    const reply = read(said({ thread_ts: '1700000000.000100', subtype: 'thread_broadcast' }));
    assert.equal(reply?.threadTs, '1700000000.000100');
    assert.equal(reply?.subtype, 'thread_broadcast');
    assert.match(String(reply?.permalink), /\?thread_ts=1700000000\.000100&cid=C1$/);
    assert.equal(read(said({ thread_ts: ts }))?.threadTs, undefined, 'the root of a thread is no reply');
  });

  it('a mention has the key of its message, and is private unless known otherwise', () => {
    const { channel_type: _, ...mention } = said({ type: 'app_mention' });
    assert.equal(read(mention)?.key, read(said())?.key);
    assert.equal(read(mention)?.channelKind, 'private');
    assert.equal(toIncoming(envelope(mention), identity, () => 'channel')?.channelKind, 'channel');
    assert.equal(read({ ...mention, channel: 'D1' })?.channelKind, 'im');
  });

  it('the kinds of channels', () => {
    for (const [type, kind] of Object.entries({ channel: 'channel', group: 'private', mpim: 'mpim', im: 'im' })) {
      assert.equal(read(said({ channel_type: type }))?.channelKind, kind);
    }
  });

  it('a shared file; one without an address is left out', () => {
    const incoming = read(said({ subtype: 'file_share', files: [file, { id: 'F2', mode: 'tombstone' }, null, 7] }));
    const { url_private: _, url_private_download: url, ...rest } = file;
    assert.deepEqual(incoming?.files, [{ ...rest, url }]);
  });

  it('bots: by id, by subtype, and our own', () => {
    assert.equal(read(said({ bot_id: 'B7' }))?.fromBot, true);
    assert.equal(read(said({ user: 'UBOT' }))?.fromBot, true);
    const integration = said({
      subtype: 'bot_message',
      user: undefined,
      bot_id: 'B7',
      text: '',
      attachments: [{ pretext: 'CI', title: 'build 7', text: 'failed' }, { fallback: 'see log' }, 'junk'],
    });
    assert.equal(read(integration)?.user, 'B7');
    assert.equal(read(integration)?.text, 'CI\nbuild 7\nfailed\nsee log');
  });

  it('an edit has a key of its own; an unfurled link is no edit', () => {
    const changed = (message: object, previous: object) =>
      said({
        subtype: 'message_changed',
        user: undefined,
        ts: '1700000009.000900',
        message,
        previous_message: previous,
      });
    const before = { type: 'message', user: 'U1', text: 'the API is donw', ts };
    const after = { ...before, text: 'the API is down', edited: { user: 'U1', ts: '1700000009.000000' } };
    const incoming = read(changed(after, before));
    assert.equal(incoming?.key, `T1:C1:${ts}:edited 1700000009.000000`);
    assert.equal(incoming?.ts, ts);
    assert.equal(incoming?.text, 'the API is down');
    assert.equal(incoming?.subtype, 'message_changed');
    assert.equal(read(changed({ ...after, attachments: [{ title: 'unfurled' }] }, after)), null);
  });

  it('what nobody can read is null', () => {
    assert.equal(read(said({ subtype: 'message_deleted', deleted_ts: ts })), null);
    assert.equal(read(said({ subtype: 'message_changed', message: { ...said(), subtype: 'tombstone' } })), null);
    assert.equal(read({ type: 'reaction_added', user: 'U1' }), null);
  });

  it('joins come as they are', () => {
    assert.equal(read(said({ subtype: 'channel_join' }))?.subtype, 'channel_join');
  });

  it('never throws, whatever is missing or of another type', () => {
    const whole = envelope(
      said({
        bot_id: 'B1',
        subtype: 'message_changed',
        thread_ts: ts,
        files: [file],
        attachments: [{ text: 'a', fallback: 'b' }],
        message: { ...said(), edited: { ts }, files: [file] },
        previous_message: { text: 'x', files: [file] },
      }),
    );
    const junk = [undefined, null, 0, -1.5, '', 'x', '../../etc', true, [], [null], {}, { ts: {} }, Number.NaN];
    let tried = 0;
    // Every field at every depth, replaced by every kind of junk.
    const visit = (node: unknown, rebuild: (value: unknown) => unknown) => {
      for (const value of junk) {
        const incoming = toIncoming(rebuild(value), identity);
        tried += 1;
        if (incoming === null) continue;
        assert.equal(typeof incoming.text, 'string');
        assert.match(incoming.key, /^.+:.+:\d+\.\d+(:edited \d+\.\d+)?$/);
        assert.ok(URL.canParse(incoming.permalink));
        for (const one of incoming.files) assert.equal(typeof one.url, 'string');
      }
      if (typeof node !== 'object' || node === null) return;
      for (const [key, child] of Object.entries(node)) {
        visit(child, (value) =>
          rebuild(Array.isArray(node) ? node.with(Number(key), value) : { ...node, [key]: value }),
        );
      }
    };
    for (const subtype of [undefined, 'message_changed', 'bot_message', 'file_share']) {
      const start = envelope({ ...whole.event, ...(subtype === undefined ? {} : { subtype }) });
      visit(start, (value) => value);
    }
    assert.ok(tried > 2_000, `${tried} variants`);
  });
});
