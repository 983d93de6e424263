import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toIncoming } from '../../src/slack/events.ts';
import type { Identity } from '../../src/slack/identity.ts';

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

  it('a shared file; one that is gone says so', () => {
    const incoming = read(said({ subtype: 'file_share', files: [file, { id: 'F2', mode: 'tombstone' }, null, 7] }));
    const { url_private: _, url_private_download: url, ...rest } = file;
    const gone = { id: 'F2', name: 'F2', mimetype: '', size: 0, url: '', unread: 'deleted' };
    assert.deepEqual(incoming?.files, [{ ...rest, url }, gone]);
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

  it('names the app that wrote it, for a mention of it shows nothing', () => {
    const webhook = said({ subtype: 'bot_message', user: undefined, bot_id: 'B7', username: 'CI' });
    assert.equal(read(webhook)?.authorName, 'CI');
    assert.equal(read({ ...webhook, username: undefined, bot_profile: { name: 'Jenkins' } })?.authorName, 'Jenkins');
    assert.equal(read(said())?.authorName, undefined);
  });

  const bot = { bot_id: 'B7', user: 'U7' };
  const ours: [title: string, more: Record<string, unknown>][] = [
    ['by our user', { user: 'UBOT' }],
    [
      'by our bot id, under another name',
      { subtype: 'bot_message', user: undefined, bot_id: 'BBOT', username: 'Deploy' },
    ],
    ['by our app with another bot', { ...bot, app_id: 'A1' }],
    ['by our app as its profile says', { ...bot, bot_profile: { app_id: 'A1' } }],
    ['with the metadata of another instance', { ...bot, metadata: { event_type: 'ultronex_delivery' } }],
    [
      'with the metadata, by a bot that passes as a user',
      { user: 'U7', metadata: { event_type: 'ultronex_delivery' } },
    ],
    [
      'with the buttons of a forward',
      {
        ...bot,
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: 'x' } },
          { type: 'actions', elements: [{ type: 'button', action_id: 'command:mute', value: 'mute 1h' }] },
        ],
      },
    ],
  ];
  for (const [title, more] of ours) {
    it(`ours: a post ${title}`, () => {
      const incoming = toIncoming(envelope(said(more), { api_app_id: 'A1' }), identity);
      assert.deepEqual([incoming?.own, incoming?.fromBot], [true, true]);
    });
    it(`ours: an edit of a post ${title}`, () => {
      const message = { ...said(more), text: 'after', edited: { ts: '1700000009.000000' } };
      const edit = said({ subtype: 'message_changed', user: undefined, message, previous_message: said(more) });
      assert.equal(toIncoming(envelope(edit, { api_app_id: 'A1' }), identity)?.own, true);
    });
  }

  const others: [title: string, more: Record<string, unknown>][] = [
    ['another app', { ...bot, app_id: 'A9', bot_profile: { app_id: 'A9' } }],
    ['an app with other metadata', { ...bot, metadata: { event_type: 'task_created' } }],
    [
      'an app with buttons of its own',
      { ...bot, blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'command:deploy' }] }] },
    ],
    ['a person', {}],
  ];
  for (const [title, more] of others) {
    it(`not ours: a post of ${title}`, () => {
      assert.equal(toIncoming(envelope(said(more), { api_app_id: 'A1' }), identity)?.own, undefined);
    });
  }

  it('Slackbot is no person', () => {
    assert.equal(read(said({ user: 'USLACKBOT', channel: 'D1' }))?.fromBot, true);
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

  const authorization = (team_id: string | null, more: object = {}) => ({
    team_id,
    user_id: 'UBOT',
    is_bot: true,
    enterprise_id: null,
    is_enterprise_install: false,
    ...more,
  });
  const org = { ...identity, team: 'E1', enterprise: 'E1', orgInstall: true as const };
  const teams: [title: string, envelope: Record<string, unknown>, team: string, identity?: Identity, sees?: boolean][] =
    [
      ['our own channel', { authorizations: [authorization('T1')] }, 'T1'],
      ['a channel that a partner hosts', { team_id: 'T9', authorizations: [authorization('T1')] }, 'T1'],
      ['the same without authorizations', { team_id: 'T9' }, 'T1'],
      ['the same with none in the list', { team_id: 'T9', authorizations: [] }, 'T1'],
      ['the same with junk in the list', { team_id: 'T9', authorizations: [null, 7, {}] }, 'T1'],
      ['several authorizations', { team_id: 'T9', authorizations: [authorization('T8'), authorization('T1')] }, 'T1'],
      ['a channel of another installation alone', { team_id: 'T9', authorizations: [authorization('T9')] }, 'T9'],
      [
        'a shared channel that is told for the other installation',
        { team_id: 'T9', is_ext_shared_channel: true, authorizations: [authorization('T9')] },
        'T1',
        identity,
        true,
      ],
      [
        'the same, when our token does not see the channel',
        { team_id: 'T9', is_ext_shared_channel: true, authorizations: [authorization('T9')] },
        'T9',
        identity,
        false,
      ],
      [
        'a workspace of our organisation',
        { team_id: 'T3', authorizations: [authorization('T3', { is_enterprise_install: true, enterprise_id: 'E1' })] },
        'E1',
        org,
      ],
      [
        'a workspace of another organisation',
        { team_id: 'T3', authorizations: [authorization('T3', { is_enterprise_install: true, enterprise_id: 'E2' })] },
        'T3',
        org,
      ],
    ];
  for (const [title, more, team, me = identity, sees = false] of teams) {
    it(`the workspace of ${title} is ${team}`, () => {
      const kindOf = () => (sees ? ('channel' as const) : null);
      const post = said({ user: 'U9', user_team: 'T9', team: 'T9' });
      const { channel_type: _, ...mention } = { ...post, type: 'app_mention' };
      const incoming = toIncoming(envelope(post, more), me, kindOf);
      assert.deepEqual([incoming?.team, incoming?.authorTeam], [team, 'T9']);
      assert.equal(toIncoming(envelope(mention, more), me, kindOf)?.key, incoming?.key);
    });
  }

  it('`message` and `app_mention` of one post are one, also when they name different installations', () => {
    const keys = ['T1', 'T9'].map(
      (team) => toIncoming(envelope(said(), { authorizations: [authorization(team)] }), identity)?.key,
    );
    assert.equal(keys[0], keys[1]);
  });

  it('names the author of another workspace', () => {
    const stranger = said({ user: 'U9', user_team: 'T9', user_profile: { display_name: 'Bea', real_name: 'Beatrix' } });
    assert.equal(read(stranger)?.authorName, 'Bea');
    assert.equal(read({ ...stranger, user_team: 'T1' })?.authorName, undefined);
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
        assert.match(incoming.key, /^.+:.+:\d+\.\d+(:edited \d+\.\d+|:files [^ ]+)?$/);
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
