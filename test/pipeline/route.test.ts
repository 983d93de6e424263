import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Route, type RouteRules, route } from '../../src/pipeline/route.ts';
import { incoming } from '../support/messages.ts';

const rules: RouteRules = { watches: ({ channelKind }) => channelKind === 'channel', matchEdits: false };
const file = { id: 'F1', name: 'a.log', mimetype: 'text/plain', size: 1, url: 'https://files.slack.com/a' };

const table: [title: string, message: Parameters<typeof incoming>[0], Route, Partial<RouteRules>?][] = [
  ['a post is matched', {}, { to: 'match' }],
  ['a post with a file is scanned', { subtype: 'file_share', files: [file] }, { to: 'scan' }],
  ['a reply also sent to the channel', { subtype: 'thread_broadcast' }, { to: 'match' }],
  ['a bot’s post', { fromBot: true }, { to: 'ignore', why: 'bot' }],
  ['our own post', { user: 'UBOT' }, { to: 'ignore', why: 'self' }],
  ['a join', { subtype: 'channel_join' }, { to: 'ignore', why: 'subtype' }],
  ['an edit', { subtype: 'message_changed' }, { to: 'ignore', why: 'subtype' }],
  ['an edit, when edits are matched', { subtype: 'message_changed' }, { to: 'match' }, { matchEdits: true }],
  [
    'an edited command',
    { subtype: 'message_changed', text: '<@UBOT> help' },
    { to: 'ignore', why: 'subtype' },
    { matchEdits: true },
  ],
  ['a channel that is not watched', { channelKind: 'private' }, { to: 'ignore', why: 'elsewhere' }],
  ['a mention at the start', { text: '<@UBOT> forward x' }, { to: 'command', text: 'forward x' }],
  ['a mention with its name and a colon', { text: '<@UBOT|ultronex>: help' }, { to: 'command', text: 'help' }],
  ['a mention at the end', { text: 'help <@UBOT>' }, { to: 'command', text: 'help' }],
  ['a mention alone', { text: '<@UBOT>' }, { to: 'command', text: '' }],
  ['a mention in a private channel', { channelKind: 'private', text: '<@UBOT> help' }, { to: 'command', text: 'help' }],
  ['a direct message', { channelKind: 'im', text: 'help' }, { to: 'command', text: 'help' }],
  ['a direct message with a mention', { channelKind: 'im', text: '<@UBOT> help' }, { to: 'command', text: 'help' }],
  ['another user’s mention', { text: '<@UBOTTY> help' }, { to: 'match' }],
];

for (const [title, message, expected, more] of table) {
  test(`route: ${title}`, () => {
    assert.deepEqual(route(incoming(message), { ...rules, ...more }), expected);
  });
}

test('route: a slash command or a button', () => {
  const command = {
    kind: 'command',
    key: 'k',
    trace: 't',
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    text: 'track',
  } as const;
  assert.deepEqual(route(command, rules), { to: 'command', text: 'track' });
});
