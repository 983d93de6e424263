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
  ['a huddle', { subtype: 'huddle_thread' }, { to: 'match' }],
  ['a call that was begun', { subtype: 'sh_room_created' }, { to: 'match' }],
  ['a bot’s post', { fromBot: true }, { to: 'ignore' }],
  ['our own post', { user: 'UBOT' }, { to: 'ignore' }],
  ['a join', { subtype: 'channel_join' }, { to: 'ignore' }],
  ['an edit', { subtype: 'message_changed' }, { to: 'ignore' }],
  ['an edit, when edits are matched', { subtype: 'message_changed' }, { to: 'match' }, { matchEdits: true }],
  ['an edited command', { subtype: 'message_changed', text: '<@UBOT> help' }, { to: 'ignore' }, { matchEdits: true }],
  ['a channel that is not watched', { channelKind: 'private' }, { to: 'ignore' }],
  ['a mention at the start', { text: '<@UBOT> forward x' }, { to: 'command', text: 'forward x' }],
  ['a mention with its name and a colon', { text: '<@UBOT|ultronex>: help' }, { to: 'command', text: 'help' }],
  ['a mention at the end', { text: 'help <@UBOT>' }, { to: 'command', text: 'help' }],
  ['a mention alone', { text: '<@UBOT>' }, { to: 'command', text: '' }],
  ['a mention in a private channel', { channelKind: 'private', text: '<@UBOT> help' }, { to: 'command', text: 'help' }],
  ['a direct message', { channelKind: 'im', text: 'help' }, { to: 'command', text: 'help' }],
  ['a direct message with a mention', { channelKind: 'im', text: '<@UBOT> help' }, { to: 'command', text: 'help' }],
  ['two mentions', { text: '<@UBOT> status <@UBOT> track' }, { to: 'command', text: 'status\ntrack' }],
  ['a mention twice at the start', { text: '<@UBOT> <@UBOT> help' }, { to: 'command', text: 'help' }],
  ['a mention in the middle', { text: 'please <@UBOT> forward x' }, { to: 'command', text: 'forward x' }],
  ['a mention in a quoted line', { text: '&gt; <@UBOT> stop\nwhy?' }, { to: 'match' }],
  [
    'mentions at the starts of several lines of a direct message',
    { channelKind: 'im', text: '<@UBOT> status\n<@UBOT>: track' },
    { to: 'command', text: 'status\ntrack' },
  ],
  ['a post of another instance', { own: true, fromBot: true }, { to: 'ignore' }, { matchBots: true }],
  ['our own post, when bots are matched', { user: 'UBOT' }, { to: 'ignore' }, { matchBots: true }],
  ['a bot’s post, when bots are matched', { fromBot: true }, { to: 'match' }, { matchBots: true }],
  ['a webhook’s post', { fromBot: true, subtype: 'bot_message' }, { to: 'match' }, { matchBots: true }],
  ['a bot’s file', { fromBot: true, files: [file] }, { to: 'scan' }, { matchBots: true }],
  ['a bot that mentions us', { fromBot: true, text: '<@UBOT> stop' }, { to: 'match' }, { matchBots: true }],
  [
    'a bot’s direct message, even when it is listed',
    { fromBot: true, channelKind: 'im', channel: 'D1' },
    { to: 'ignore' },
    { matchBots: true, watches: () => true },
  ],
  [
    'a bot’s copy of a forward',
    { fromBot: true, text: 'ada wrote:\n`x` in <#C1> by CI · <https://acme.slack.com/archives/C1/p1|open>\n> x' },
    { to: 'ignore' },
    { matchBots: true },
  ],
  [
    'a person’s copy of a forward',
    { text: '`x` in <#C1> by CI · <https://acme.slack.com/archives/C1/p1|open>' },
    { to: 'match' },
    { matchBots: true },
  ],
  ['another user’s mention', { text: '<@UBOTTY> help' }, { to: 'match' }],
];

for (const [title, message, expected, more] of table) {
  test(`route: ${title}`, () => {
    assert.deepEqual(route(incoming(message), { ...rules, ...more }), expected);
  });
}

const known = {
  isCommand: (said: string, amid: boolean) => /^(help|track)\b/.test(said) && !(amid && said !== 'help'),
};
const talk: typeof table = [
  [
    'talk to the bot is matched',
    { text: '<@UBOT> there is an outage' },
    { to: 'match', unknown: 'there is an outage' },
  ],
  ['talk about the bot', { text: 'I like <@UBOT>' }, { to: 'match', unknown: 'I like' }],
  ['talk with a file', { text: '<@UBOT> look', files: [file] }, { to: 'scan', unknown: 'look' }],
  ['talk elsewhere', { channelKind: 'private', text: '<@UBOT> look' }, { to: 'unknown', unknown: 'look' }],
  ['talk in a direct message', { channelKind: 'im', text: 'look' }, { to: 'unknown', unknown: 'look' }],
  [
    'a sentence that has a command’s name',
    { text: 'the <@UBOT> track is lost' },
    { to: 'match', unknown: 'track is lost' },
  ],
  ['a command before the mention', { text: 'help <@UBOT> please' }, { to: 'command', text: 'help' }],
  [
    'edited talk',
    { subtype: 'message_changed', text: '<@UBOT> there is an outage' },
    { to: 'match' },
    { matchEdits: true },
  ],
  ['edited talk elsewhere', { subtype: 'message_changed', channelKind: 'im' }, { to: 'ignore' }, { matchEdits: true }],
];
for (const [title, message, expected, more] of talk) {
  test(`route, where commands are known: ${title}`, () => {
    assert.deepEqual(route(incoming(message), { ...rules, ...known, ...more }), expected);
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
