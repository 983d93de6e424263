import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPattern } from '../../src/commands/written-pattern.ts';
import { straighten } from '../../src/domain/text.ts';

const cases: [args: string, pattern: string, channel?: string][] = [
  ['error', 'error'],
  ['`error \\d+`', 'error \\d+'],
  ['```error```', 'error'],
  ['"deploy failed"', 'deploy failed'],
  ['“deploy failed”', 'deploy failed'],
  ["'deploy failed'", 'deploy failed'],
  ['‘it’s down’', "'it's down'"],
  ['/foo\\/bar/', 'foo\\/bar'],
  ['/foo/i', 'foo'],
  ['/var/log/', '/var/log/'],
  ['`/foo/`', '/foo/'],
  ['"a" or "b"', '"a" or "b"'],
  ['`a` or `b`', '`a` or `b`'],
  ['"say \\"hi\\""', 'say \\"hi\\"'],
  ['``', ''],
  ['', ''],
  ['a\u00a0b', 'a b'],
  // Slack's escapes and links
  ['a &lt; b &amp;&amp; c', 'a < b && c'],
  ['&amp;lt;', '&lt;'],
  ['(?P&lt;code&gt;5\\d\\d)', '(?P<code>5\\d\\d)'],
  ['<http://example.com|example.com>', 'example.com'],
  ['<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
  ['foo|<http://example.com|example.com>/x', 'foo|example.com/x'],
  ['<mailto:a@example.com|a@example.com>', 'a@example.com'],
  ['<mailto:a@example.com>', 'a@example.com'],
  ['`<http://example.com|example.com> in`', 'example.com in'],
  // mentions
  ['<@U1>', '<@U1>'],
  ['<@U1|bob> is on call', '<@U1> is on call'],
  ['<#C1|ops>', '<#C1[|>]'],
  ['<!here>', '<!here>'],
  // channels
  ['error in #ops', 'error', '#ops'],
  ['error IN  <#C1|ops>', 'error', '<#C1|ops>'],
  ['`error` in <#C1>', 'error', '<#C1>'],
  ['"error" in #café_1', 'error', '#café_1'],
  ['error in production', 'error in production'],
  ['error in C0123', 'error in C0123'],
  ['login in #ops', 'login', '#ops'],
  ['plugin #ops', 'plugin #ops'],
  ['`error in #ops`', 'error in #ops'],
  ['"error in #ops"', 'error in #ops'],
  ['in #ops', '', '#ops'],
  ['`error in #a` in #ops', 'error in #a', '#ops'],
  ['"a" in #x', 'a', '#x'],
  // exactly what is inside
  ['` error `', ' error '],
  ['`error` ', 'error'],
  ['`error`.', 'error'],
  ['"error".', 'error'],
  ['"error",', 'error'],
  ["'error'!", 'error'],
  ['"error"s', '"error"s'],
  ['`  `', ''],
  ['`"a"`', '"a"'],
  ["`'a'`", "'a'"],
  ['"`a`"', '`a`'],
  ['```a `b` c```', 'a `b` c'],
  ['```\nfirst\n second\n```', 'first\n second'],
  ['```first\nsecond```', 'first\nsecond'],
  ['```\n\nx\n\n```', '\nx\n'],
  ['``` x ``` in #ops', ' x ', '#ops'],
  ['"a\nb"', 'a\nb'],
  ['“say ‘hi’”', "say 'hi'"],
  ['`a', '`a'],
  ['`error including mine`', 'error including mine'],
];
for (const [args, pattern, channel = null] of cases) {
  test(`${args} is the pattern ${pattern}${channel ? ` in ${channel}` : ''}`, () => {
    const written = readPattern(straighten(args));
    assert.deepEqual({ pattern: written.pattern, channel: written.channel }, { pattern, channel });
  });
}

const whose: [args: string, pattern: string, channel: string | null][] = [
  ['error including mine', 'error', null],
  ['error Including My Own', 'error', null],
  ['`error` in #ops including mine', 'error', '#ops'],
  ['`error` including mine in <#C1|ops>', 'error', '<#C1|ops>'],
  ['including mine', '', null],
];
for (const [args, pattern, channel] of whose) {
  test(`${args} includes the holder’s own messages`, () => {
    const written = readPattern(straighten(args));
    assert.deepEqual([written.pattern, written.channel, written.includeOwn], [pattern, channel, true]);
  });
}
for (const args of ['error', '"error including mine"', 'errors including mines', 'including mine only']) {
  test(`${args} does not include the holder’s own messages`, () => assert.equal(readPattern(args).includeOwn, false));
}
