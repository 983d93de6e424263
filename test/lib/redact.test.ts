import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from '../../src/lib/redact.ts';

const secrets: [title: string, text: string, clean: string][] = [
  ['a bot token', 'with xoxb-12-ab end', 'with [redacted] end'],
  ['a user token', 'xoxp-9-8-7, end', '[redacted], end'],
  ['an app-level token', 'token=xapp-1-A111-2-c0ffee;', 'token=[redacted];'],
  ['a rotated token', 'xoxe.xoxb-1-Mi0y end', '[redacted] end'],
  ['a refresh token', '"xoxe-1-My0x"', '"[redacted]"'],
  ['a token inside a word', 'keyxoxb-1-secret', 'key[redacted]'],
  [
    'the credentials of a Basic header',
    'Authorization: Basic dXNlcjpwYXNzd29yZA== end',
    'Authorization: [redacted] end',
  ],
  [
    'the ticket of a socket',
    'wss://wss.slack.com/link?ticket=ab-12&app_id=A1',
    'wss://wss.slack.com/link?ticket=[redacted]&app_id=A1',
  ],
  ['the path of a webhook', '"https://hooks.slack.com/services/T1/B2/sEcRet"', '"https://hooks.slack.com/[redacted]"'],
  ['a response_url', 'https://hooks.slack.com/commands/T1/2/sEcRet?x end', 'https://hooks.slack.com/[redacted] end'],
  ['several in one text', 'xoxb-1-a xapp-2-B', '[redacted] [redacted]'],
  ['plain text', 'the token is missing; see Basic auth', 'the token is missing; see Basic auth'],
  [
    'words that look alike',
    'xoxb is no token, nor is hooks.example.com/x',
    'xoxb is no token, nor is hooks.example.com/x',
  ],
];
for (const [title, text, clean] of secrets) {
  test(`${title} is shown as ${clean}`, () => assert.equal(redact(text), clean));
}

test('a text made to be searched for long is searched in linear time', () => {
  // Each `xoxa` begins a candidate that runs to the end: unbounded, this would take 10^10 steps.
  const text = 'xoxa'.repeat(100_000);
  assert.equal(redact(text), text);
});
