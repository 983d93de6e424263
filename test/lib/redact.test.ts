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
  ['the token of a Bearer header', 'Authorization: Bearer tk_a.b-c~1 end', 'Authorization: [redacted] end'],
  ['a token of ours', `token ux_${'7aB'.repeat(12)}.`, 'token [redacted].'],
  ['the secret of a webhook', '"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"', '"[redacted]"'],
  ['a token of GitHub', `ghp_${'a1'.repeat(18)} github_pat_${'a1'.repeat(18)}`, '[redacted] [redacted]'],
  ['a token of GitLab', 'glpat-abcdefgh12345678 end', '[redacted] end'],
  ['a JSON Web Token', 'jwt=eyJhbGciOiJI.eyJzdWIiOiIx.sig-1 end', 'jwt=[redacted] end'],
  ['an access key of AWS', 'AKIAIOSFODNN7EXAMPLE end', '[redacted] end'],
  [
    'a password in an address',
    'redis://app:pass@db:6379/0 and http://h:80/a@b',
    'redis://app:[redacted]@db:6379/0 and http://h:80/a@b',
  ],
  [
    'a password that is not encoded',
    '"postgres://me:p@ss/w:rd@db:5432/x" rediss://:a/b@c@h',
    '"postgres://me:[redacted]@db:5432/x" rediss://:[redacted]@h',
  ],
  [
    'the password of a user with a long name',
    `postgres://${'u'.repeat(63)}:hunter2@db/x`,
    `postgres://${'u'.repeat(63)}:[redacted]@db/x`,
  ],
  ['an address without a password', 'postgres://me@db:5432/x redis://h:6379', 'postgres://me@db:5432/x redis://h:6379'],
  ['several in one text', 'xoxb-1-a xapp-2-B', '[redacted] [redacted]'],
  ['plain text', 'the token is missing; see Basic auth', 'the token is missing; see Basic auth'],
  [
    'words that look alike',
    'xoxb is no token, nor is hooks.example.com/x, ux_h7Kp2, Bearer ux_…',
    'xoxb is no token, nor is hooks.example.com/x, ux_h7Kp2, Bearer ux_…',
  ],
];
for (const [title, text, clean] of secrets) {
  test(`${title} is shown as ${clean}`, () => assert.equal(redact(text), clean));
}

test('redaction of a hostile text takes linear time', () => {
  // At each `xoxa` a possible token begins that reaches to the end: without a limit this would take 10^10 steps.
  for (const part of ['xoxa', '://', '://a:', 'redis://a:', 'redis://a:@', 'eyJaaaaaaaa.', 'ux_', 'Bearer ']) {
    const text = part.repeat(400_000 / part.length);
    const begin = performance.now();
    redact(text);
    assert.ok(performance.now() - begin < 2_000, part);
  }
  assert.equal(redact('xoxa'.repeat(100_000)), 'xoxa'.repeat(100_000));
});
