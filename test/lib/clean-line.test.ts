import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleText } from '../../src/domain/visible-text.ts';
import { cleanLine } from '../../src/lib/clean-line.ts';
import { logBlock } from '../../src/modules/incidents/log-block.ts';

const secret = `ux_${'7aB'.repeat(12)}`;

const lines: [title: string, line: string, clean: string][] = [
  ['a plain line', 'GET /x 200', 'GET /x 200'],
  ['colours, tabs and line breaks', '\u001b[31mred\u001b[0m\tand\r\nmore\u0007', 'red and more'],
  ['characters that reorder or hide text', 'a\u202egnp.exe\u200b b\u2028c\ud800', 'agnp.exe b c'],
  [
    'a secret whose name has an invisible character',
    'pass\u200bword=hunter2 to\u00adken: abc',
    'password=[redacted] token: [redacted]',
  ],
  ['marks of the direction, tags and fillers', '\u061ca\u2066b\u{e0041}\u3164c\ufeff', 'abc'],
  ['emoji of several characters', '👩‍🚀 a\u200db', '👩‍🚀 ab'],
  [
    'a key by its name',
    'SECRET_KEY_BASE=abc AWS_SECRET_ACCESS_KEY: x/y private_key=z',
    'SECRET_KEY_BASE=[redacted] AWS_SECRET_ACCESS_KEY: [redacted] private_key=[redacted]',
  ],
  ['a key of Heroku', `HRKU-${'a1b2'.repeat(10)} end`, '[redacted] end'],
  ['backticks', 'run ```rm``` or `x`', "run '''rm''' or 'x'"],
  ['a token of Slack', 'with xoxb-12-ab end', 'with [redacted] end'],
  ['a header with a token', `authorization: Bearer ${secret}`, 'authorization: [redacted]'],
  ['a token alone', `used ${secret}, then`, 'used [redacted], then'],
  ['a short bearer', 'Authorization: bearer abc end', 'Authorization: bearer [redacted] end'],
  ['a password in an address', 'postgres://app:hunter2@db:5432/x', 'postgres://app:[redacted]@db:5432/x'],
  ['a password by its name', 'db_password=hunter2 user=ada', 'db_password=[redacted] user=ada'],
  ['a quoted one', '["password": "hunter2", "a": 1]', '["password": "[redacted]", "a": 1]'],
  ['a parameter', 'GET /x?api_key=s3cret&y=1', 'GET /x?api_key=[redacted]&y=1'],
  ['cookies', 'Cookie: sid=1; other=2', 'Cookie: [redacted]'],
  [
    'JSON of pino',
    '{"level":50,"time":"2026-01-02T03:04:05Z","pid":1,"hostname":"x","service":"ultronex","delivery":"7","err":{"type":"Error","message":"no route","stack":"…"},"msg":"not sent"}',
    'error not sent delivery=7 err=no route',
  ],
  [
    'JSON of HAProxy',
    '{"time":"…","level":"error","msg":"request","method":"GET","path":"/x","status":502}',
    'error request method=GET path=/x status=502',
  ],
  [
    'JSON with a secret',
    '{"msg":"in","headers":{"authorization":"s3cret-1"},"token":"abc"}',
    'in headers={"authorization":"[redacted]"} token=[redacted]',
  ],
  ['JSON without a message', '{"a":1}', '{"a":1}'],
  ['a brace that begins no JSON', '{msg', '{msg'],
  ['a long line', 'x'.repeat(200_000), `${'x'.repeat(299)}…`],
];
for (const [title, line, clean] of lines) {
  test(`${title}: a log line is shown as ${clean.slice(0, 60)}`, () => assert.equal(cleanLine(line), clean));
}

test('hostile lines take linear time', () => {
  for (const part of ['token', 'token:', '://a:', '\u001b[', 'xoxa', 'eyJaaaaaaaa.', '"password": "', ' ']) {
    const line = part.repeat(250_000 / part.length);
    const begin = performance.now();
    cleanLine(line);
    assert.ok(performance.now() - begin < 500, part);
  }
});

test('a block of lines shows no markup, and has the distance of each line to the time', () => {
  const block = logBlock(
    [
      { at: 1_000, text: 'before <!channel> <https://x|y> & *bold*' },
      { at: 73_400, text: '<@U1>' },
    ],
    13_345,
    3_000,
  );
  assert.equal(
    block,
    '```\n-12.3s  before &lt;!channel&gt; &lt;https://x|y&gt; &amp; *bold*\n+60.1s  &lt;@U1&gt;\n```',
  );
  assert.match(visibleText(block), /<!channel> <https:\/\/x\|y> & \*bold\*/);
});

test('a block that is too small keeps the nearest lines in their order, and never cuts an escape', () => {
  const many = Array.from({ length: 20 }, (_, n) => ({ at: n * 1_000, text: '<'.repeat(300) }));
  const block = logBlock(many, 10_000, 1_000);
  assert.ok(block.length <= 1_000, `${block.length}`);
  assert.deepEqual(block.match(/[-+][\d.]+s/g), ['-1.0s', '+0.0s', '+1.0s']);
  assert.doesNotMatch(block.replaceAll('&lt;', ''), /&/);
  assert.equal(logBlock(many, 10_000, 100), '');
  assert.equal(logBlock([], 0, 3_000), '');
});
