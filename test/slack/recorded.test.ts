import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { IncomingEvent } from '../../src/domain/event.ts';
import type { Recording, TeamEvent } from '../../src/domain/team-event.ts';
import { toRecorded } from '../../src/slack/recorded.ts';
import { Random } from '../support/random.ts';
import { Shapes } from './event-shapes.ts';
import { eventually, makeRig, type Rig, withRig } from './support.ts';

const identity = { team: 'T1', botUser: 'UBOT', botId: 'BBOT', url: 'https://acme.slack.com/' };
const recording: Recording = { namespace: 'acme', ownMessages: false };
const ts = '1700000001.000200';
const later = '1700000009.000300';
type Json = Record<string, unknown>;

const envelope = (event: Json, more: Json = {}) => ({
  ...{ type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: 'Ev1', event_time: 1_700_000_001, event },
  ...more,
});
const recorded = (event: Json, more: Json = {}, how: Recording = recording) =>
  toRecorded(envelope(event, more), identity, how);
const read = (event: Json, how: Recording = recording): TeamEvent | null => {
  const found = recorded(event, {}, how);
  return found === null ? null : JSON.parse(found.body);
};
const said = (more: Json = {}) => ({
  type: 'message',
  channel: 'C1',
  user: 'U1',
  text: 'hi',
  ts,
  event_ts: ts,
  ...more,
});
const changed = (message: Json, more: Json = {}) =>
  said({
    subtype: 'message_changed',
    ts: later,
    event_ts: later,
    message: { user: 'U1', text: 'hi!', ts, ...message },
    ...more,
  });
const fieldsOf = (event: TeamEvent | null) => event && { ...event, id: undefined };
const common = {
  team_uid: 'T1',
  relax_bot_uid: 'UBOT',
  provider: 'slack',
  namespace: 'acme',
  attachments: [],
  id: undefined,
};

describe('an event for programs outside', () => {
  it('a message has the fields of Relax, and an id', () => {
    const event = read(said({ channel: 'D1', attachments: [{ text: 'a' }] }));
    assert.deepEqual(fieldsOf(event), {
      ...{ ...common, type: 'message_new', user_uid: 'U1', channel_uid: 'D1', im: true, text: 'hi' },
      ...{ timestamp: ts, event_timestamp: ts, attachments: [{ text: 'a' }] },
    });
    assert.match(event?.id ?? '', /^ev_[0-9a-f]{32}$/);
  });

  it('an edit has the new text, the message in `timestamp` and the time of the edit in `event_timestamp`', () => {
    const event = fieldsOf(read(changed({})));
    const about = { user_uid: 'U1', channel_uid: 'C1', im: false, text: 'hi!', timestamp: ts, event_timestamp: later };
    assert.deepEqual(event, { ...common, type: 'message_edited', ...about });
  });

  it('a deletion names the message and its author, and no text', () => {
    const about = { user_uid: 'U1', channel_uid: 'C1', im: false, text: '', timestamp: ts, event_timestamp: later };
    const deletion = { ts: later, deleted_ts: ts, previous_message: { user: 'U1', text: 'secret', ts } };
    const event = read({ type: 'message', subtype: 'message_deleted', channel: 'C1', ...deletion });
    assert.deepEqual(fieldsOf(event), { ...common, type: 'message_deleted', ...about });
    // A deleted message with replies.
    const tombstone = read(
      changed(
        { subtype: 'tombstone', text: 'This message was deleted.', user: 'USLACKBOT' },
        { previous_message: { user: 'U1', ts } },
      ),
    );
    assert.deepEqual(fieldsOf(tombstone), { ...common, type: 'message_deleted', ...about });
  });

  it('a reaction names the message, who reacted, and the emoji', () => {
    const item = { type: 'message', channel: 'C1', ts };
    const about = { channel_uid: 'C1', im: false, user_uid: 'U2', text: 'tada', timestamp: ts, event_timestamp: later };
    for (const type of ['reaction_added', 'reaction_removed'] as const) {
      const event = read({ type, user: 'U2', reaction: 'tada', item_user: 'U1', item, event_ts: later });
      assert.deepEqual(fieldsOf(event), { ...common, type, ...about });
    }
    assert.equal(
      read({ type: 'reaction_added', user: 'U2', reaction: 'tada', item: { type: 'file', file: 'F1' } }),
      null,
    );
  });

  it('the bot in a new channel, a new user, a new direct message', () => {
    const at = { timestamp: later, event_timestamp: later };
    const joined = read({ type: 'member_joined_channel', user: 'UBOT', channel: 'C7', event_ts: later });
    assert.deepEqual(fieldsOf(joined), {
      ...common,
      type: 'channel_joined',
      user_uid: '',
      channel_uid: 'C7',
      im: false,
      text: '',
      ...at,
    });
    assert.equal(read({ type: 'member_joined_channel', user: 'U1', channel: 'C7', event_ts: later }), null);
    const user = read({ type: 'team_join', user: { id: 'U9', name: 'new' }, event_ts: later });
    assert.deepEqual(fieldsOf(user), {
      ...common,
      type: 'team_joined',
      user_uid: 'U9',
      channel_uid: '',
      im: false,
      text: '',
      ...at,
    });
    const im = read({ type: 'im_created', user: 'U9', channel: { id: 'D9' }, event_ts: later });
    assert.deepEqual(fieldsOf(im), {
      ...common,
      type: 'im_created',
      user_uid: 'U9',
      channel_uid: 'D9',
      im: true,
      text: '',
      ...at,
    });
  });

  it('the end of an installation; a user’s own token is none', () => {
    const texts = [{ type: 'app_uninstalled' }, { type: 'tokens_revoked', tokens: { oauth: [], bot: ['UBOT'] } }].map(
      (event) => {
        const { type, text, event_timestamp } = read(event) ?? {};
        return [type, text, event_timestamp];
      },
    );
    const at = '1700000001.000000';
    assert.deepEqual(texts, [
      ['disable_bot', 'app_uninstalled', at],
      ['disable_bot', 'tokens_revoked', at],
    ]);
    assert.equal(read({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } }), null);
  });

  it('the bot’s own messages, edits and deletions only if they are asked for', () => {
    const own = [
      said({ user: 'UBOT', bot_id: 'BBOT' }),
      changed({ user: 'UBOT', bot_id: 'BBOT' }),
      {
        type: 'message',
        subtype: 'message_deleted',
        channel: 'C1',
        ts: later,
        deleted_ts: ts,
        previous_message: { user: 'UBOT', ts },
      },
    ];
    assert.deepEqual(
      own.map((event) => read(event)?.type ?? null),
      [null, null, null],
    );
    const all = { ...recording, ownMessages: true };
    assert.deepEqual(
      own.map((event) => read(event, all)?.type),
      ['message_new', 'message_edited', 'message_deleted'],
    );
  });

  it('messages of Slack about itself, and other events, are none', () => {
    for (const subtype of ['channel_join', 'channel_topic', 'message_replied', 'not_invented_yet']) {
      assert.equal(read(said({ subtype })), null, subtype);
    }
    assert.equal(read({ type: 'pin_added', channel_id: 'C1', event_ts: ts }), null);
    assert.equal(read(said({ subtype: 'file_share' }))?.type, 'message_new');
  });

  it('has the same id when Slack sends it again or as a mention, and another one otherwise', () => {
    const id = (event: Json, more: Json = {}) => recorded(event, more)?.id;
    assert.equal(id(said()), id(said(), { event_id: 'Ev2', event_time: 5 }));
    assert.equal(id(said()), id(said({ type: 'app_mention' })));
    const item = { channel: 'C1', ts };
    const reacted = (more: Json) => ({
      type: 'reaction_added',
      user: 'U1',
      reaction: 'a',
      item,
      event_ts: later,
      ...more,
    });
    const different = [
      ...[
        said(),
        said({ channel: 'C2' }),
        said({ ts: later, event_ts: later }),
        changed({}),
        changed({}, { ts: '1700000010.000001' }),
      ],
      ...[reacted({}), reacted({ user: 'U2' }), reacted({ reaction: 'b' }), reacted({ type: 'reaction_removed' })],
    ].map((event) => id(event));
    assert.equal(new Set(different).size, different.length);
    const authorizations = [{ team_id: 'T2' }];
    assert.notEqual(id(said()), id(said(), { authorizations }), 'of another workspace in the same channel');
  });

  it('of an organisation has the workspace in which it happened, and belongs to the installation', () => {
    const org = { ...identity, team: 'E1', enterprise: 'E1', orgInstall: true as const };
    const authorization = { team_id: 'T5', enterprise_id: 'E1', is_enterprise_install: true };
    const of = (more: Json) => {
      const { team, id, body } = toRecorded(envelope(said(), more), org, recording) ?? assert.fail();
      return { team, id, team_uid: JSON.parse(body).team_uid };
    };
    const hosted = of({ team_id: 'T9', context_team_id: 'T5', authorizations: [authorization] });
    assert.deepEqual([hosted.team, hosted.team_uid], ['E1', 'T5'], 'also in a channel that another one hosts');
    const unnamed = { ...authorization, team_id: null };
    const again = of({ team_id: 'T9', context_team_id: 'T6', authorizations: [unnamed] });
    assert.deepEqual([again.team_uid, again.id], ['T6', hosted.id]);
    assert.equal(of({ team_id: 'T5' }).team_uid, 'T5');
    assert.equal(of({ team_id: 'E1', authorizations: [{ ...authorization, team_id: 'E1' }] }).team_uid, 'E1');
  });

  it('never throws, whatever comes', () => {
    const shapes = new Shapes(new Random(7), 'https://files.example');
    for (let n = 0; n < 2_000; n += 1) toRecorded(shapes.envelope(shapes.event()), identity, recording);
    for (const body of [null, 5, [], {}, { event: null }, { event: { type: 'message' } }]) {
      assert.equal(toRecorded(body, identity, recording), null);
    }
  });

  it('that is very long loses its attachments, not its text', () => {
    const event = read(said({ text: 'x'.repeat(40_000), attachments: [{ text: 'y'.repeat(300_000) }] }));
    assert.deepEqual([event?.text.length, event?.attachments], [40_000, []]);
  });
});

const kinds = (events: readonly IncomingEvent[]) =>
  events.map((event) => (event.kind === 'command' ? null : event.recorded && JSON.parse(event.recorded.body).type));

test('what Slack sends besides messages reaches the program as a notice, and only while events are recorded', async () => {
  const use = async ({ fake, events }: Rig) => {
    const { ts: posted } = fake.say({ channel: 'C1', text: 'hello' });
    await fake.sendEvent({
      type: 'reaction_added',
      user: 'U1',
      reaction: 'tada',
      item: { channel: 'C1', ts: posted },
      event_ts: later,
    });
    await fake.erase({ channel: 'C1', ts: posted }).delivered;
    return events;
  };
  await withRig({ slack: { recording } }, async (rig) => {
    assert.deepEqual(kinds(await use(rig)), ['message_new', 'reaction_added', 'message_deleted']);
  });
  await withRig({}, async (rig) => {
    const events = await use(rig);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['message'],
    );
    assert.equal('recorded' in (events[0] ?? {}), false);
  });
});

test('events of a channel are handed over in the order in which they came, also when a name has to be asked for', async () => {
  await withRig({ slack: { recording } }, async ({ fake, events }) => {
    const asked = fake.faults.add({ method: 'users.info', kind: 'delay', ms: 100 });
    const [first, second] = [
      fake.say({ channel: 'C1', text: 'hello <@U2>' }),
      fake.say({ channel: 'C1', text: 'then' }),
    ];
    await Promise.all([first.delivered, second.delivered]);
    asked.remove();
    assert.deepEqual(
      events.map((event) => (event.kind === 'message' ? event.text : '')),
      ['hello <@U2>', 'then'],
    );
  });
});

test('a reaction that could not be written is not acknowledged, and comes again', async () => {
  await withRig({ slack: { recording } }, async (rig) => {
    let fails = 1;
    rig.handle = async () => {
      if (fails > 0) throw new Error(`the store is away, ${fails--}`);
      return { duplicate: false, reply: null };
    };
    await rig.fake.sendEvent({
      type: 'reaction_added',
      user: 'U1',
      reaction: 'tada',
      item: { channel: 'C1', ts },
      event_ts: later,
    });
    assert.equal(rig.events.length, 2);
    assert.deepEqual(new Set(rig.events.map(({ key }) => key)).size, 1);
  });
});

test('a token that Slack refuses as ended is recorded with one id, however often it is used', async () => {
  const rig = await makeRig({ slack: { recording } });
  try {
    rig.fake.setTokenState('account_inactive');
    for (let n = 0; n < 3; n += 1) await rig.slack.api.call('chat.postMessage', { channel: 'C1', text: 'x' });
    await eventually(() => rig.events.length >= 3, 'the notices');
    const disabled = rig.events.map(
      (event) => (event.kind === 'notice' ? JSON.parse(event.recorded.body) : null) as TeamEvent,
    );
    assert.deepEqual(
      [disabled[0]?.type, disabled[0]?.text, disabled[0]?.team_uid],
      ['disable_bot', 'account_inactive', 'T1'],
    );
    assert.equal(new Set(disabled.map(({ id }) => id)).size, 1);
  } finally {
    await rig.stop();
  }
});
