import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalisePattern } from '../../src/domain/normalise-pattern.ts';
import { type Names, referenceText, visibleText } from '../../src/domain/visible-text.ts';
import { createPatternSet } from '../../src/patterns/index.ts';

const names: Names = {
  user: (id) => (id === 'U1' ? 'Ada Löve' : null),
  channel: (id) => (id === 'C1' ? 'incidents' : null),
};

function matches(pattern: string, mrkdwn: string): boolean {
  const set = createPatternSet();
  set.add('p', normalisePattern(pattern));
  const readings = [visibleText(mrkdwn, names), referenceText(mrkdwn)];
  return readings.some((text) => text !== null && (set.match(text) ?? []).length > 0);
}

const pairs: Record<string, [pattern: string, message: string][]> = {
  'links, as label, as address, and with the markup of Slack': [
    ['see x now', 'see <http://x|x> now'],
    ['http://x', 'see <http://x|x>'],
    ['<http://x|x>', 'see <http://x|x>'],
    ['on <http://db1.example.com|db1.example.com> (down|slow)', 'on <http://db1.example.com|db1.example.com> slow'],
    ['ops@x\\.io', '<mailto:ops@x.io|ops@x.io>'],
  ],
  'mentions, by name and by id': [
    ['@ada löve', 'hi <@U1>'],
    ['<@U1>', 'hi <@U1>'],
    ['<@U1|ada> please', 'hi <@U1> please'],
    ['U1', 'hi <@U1>'],
    ['#incidents', '<#C1|incidents>'],
    ['#incidents', '<#C1|>'],
    ['#incidents', '<#C1>'],
    ['<#C1|incidents>', '<#C1>'],
    ['<#C1[|>]', '<#C1|incidents>'],
    ['@ops', '<!subteam^S1|@ops>'],
    ['<!subteam^S1|@ops>', '<!subteam^S1>'],
    ['@here', '<!here>'],
    ['<!channel>', '<!channel|@channel>'],
    ['<!date^1392734382^{date}|2014-02-18>', 'on <!date^1392734382^{date}|2014-02-18>'],
    ['2014-02-18', 'on <!date^1392734382^{date}|2014-02-18>'],
  ],
  'emoji, by name and as character': [
    ['🔥', ':fire:'],
    [':fire:', '🔥'],
    ['^🔥+$', ':fire::fire:'],
    ['^(?::fire:){2}$', '🔥🔥'],
    [':+1:', '👍🏽'],
    [':\\+1:', ':+1:'],
    [':\\+1:', '👍🏽'],
    ['^(:\\-1:)+$', '👎:-1:'],
    ['^:\\+1:{2}$', '👍👍'],
    [':\\+1::skin-tone-3: ok', '👍🏽 ok'],
    [':e\\-mail:', '📧'],
    [':rotating\\_light:', '🚨'],
    ['\\:fire\\: in \\:\\+1\\:', '🔥 in 👍'],
    [':(?:\\+1|\\-1):', '👎'],
    [':our\\-logo:', 'the :our-logo: logo'],
    ['^12:\\+1:00$', '12:+1:00'],
    ['👍🏿', ':+1::skin-tone-2:'],
    ['[🔥🚨] now', ':rotating_light: now'],
    [':(fire|boom):', '💥'],
    ['rotating_light', ':rotating_light: down'],
    ['rotating_light', 'module rotating_light'],
    [':our-logo:', 'the :our-logo: logo'],
    ['⚠️ disk', ':warning: disk'],
    ['(👨‍👩‍👧)+$', ':man-woman-girl::man-woman-girl:'],
    ['🇩🇪{2}', ':flag-de::de:'],
    ['\\Q:fire:\\E', '🔥'],
    ['a::x::b', 'a::x::b'],
    ['\\d:100:\\d', '12:100:00'],
  ],
  'marks of formatting': [
    ['error', '*error*'],
    ['*error*', 'an *error*'],
    ['(*error*|x)', 'an *error*'],
    ['\\*error\\*', 'an *error*'],
    ['_error_', '_error_'],
    ['_error_', 'my_error_code'],
    ['~old word~', '~old word~'],
    ['`err 5`', 'see `err 5`'],
    ['`err` \\d', 'see err 5'],
    ['foo_bar_baz', 'foo_bar_baz'],
    ['a*b', 'aab'],
  ],
  entities: [
    ['a & b', 'a &amp; b'],
    ['a &amp; b', 'a &amp; b'],
    ['&amp;nbsp;', '&amp;amp;nbsp;'],
    ['<tag>', '&lt;tag&gt;'],
    ['&lt;[a-z]+&gt;', '&lt;tag&gt;'],
    ['<[^>]+>', '&lt;tag&gt;'],
  ],
  'spellings of characters': [
    ['café', 'cafe\u0301'],
    ['cafe\u0301+$', 'caféé'],
    ['caf.$', 'cafe\u0301'],
    ['[e\u0301]x', 'éx'],
    ['ＡＢＣ', 'abc'],
    ['abc', 'ＡＢＣ'],
    ['（x）', '(x)'],
    ['\\(x\\)', '（x）'],
    ['a b', 'a\u202fb'],
    ['a\u00a0b', 'a b'],
    ['non-stop', 'non\u2011stop'],
    ['non\u2011stop', 'non-stop'],
    ['softhyphen', 'soft\u00adhyphen'],
    ['zero\u200bwidth', 'zerowidth'],
    ['한글', '한글'.normalize('NFD')],
    ['Ⅷ', 'Ⅷ'],
  ],
  'dashes, ellipses and quotes': [
    ['a -- b', 'a — b'],
    ['a — b', 'a -- b'],
    ['^—+$', '----'],
    ['x{2}—', 'xx--'],
    ['wait\\.\\.\\.', 'wait…'],
    ['wait…$', 'wait...'],
    ['wait...', 'wait…'],
    ['^…{2}$', '......'],
    ['don’t', "don't"],
    ["don't", 'don’t'],
    ['say “hi”', 'say "hi"'],
  ],
  'brackets and escapes keep their meaning': [
    ['[“”]x', '"x'],
    ['[…!]$', 'hm...'],
    ['^[…!]+$', '...!...'],
    ['a[—–-]b', 'a—b'],
    ['[\\x{2010}-\\x{2015}]b', 'a-b'],
    ['[^…]x', 'ax'],
    ['[[:alpha:]—]$', 'a--'],
    ['[]—]x', ']x'],
    ['\\x{2014}', 'a--b'],
    ['\\x41', 'a'],
    ['\\Qa…b\\E', 'a...b'],
    ['\\Qx…\\E+$', 'x......'],
    ['(?P<dash>—)', '--'],
    ['(?i:—)', '--'],
    ['\\d—\\pL', '1--a'],
  ],
};
for (const [title, rows] of Object.entries(pairs)) {
  test(`a pattern matches the visible text: ${title}`, () => {
    for (const [pattern, message] of rows) {
      assert.ok(
        matches(pattern, message),
        `${pattern} → ${normalisePattern(pattern)} in ${visibleText(message, names)}`,
      );
    }
  });
}

test('a pattern does not match invisible markup', () => {
  for (const [pattern, message] of [
    ['amp', 'a &amp; b'],
    ['fire', 'nice :fire:'],
    ['skin', '👍🏽 :+1::skin-tone-4:'],
    ['date', '<!date^1^{date}|2014>'],
    ['\\|', '<http://x|x>'],
    ['wait\\.\\.\\.', 'wait abc'],
    ['^…$', 'abc'],
    ['a—b', 'a-b'],
    ['_error_', 'myerrors'],
    ['^[^—]$', '—'],
    ['\\*', '*bold*'],
  ] as const) {
    assert.ok(!matches(pattern, message), `${pattern} → ${normalisePattern(pattern)}`);
  }
});

test('a plain pattern is not changed', () => {
  for (const source of [
    'error|timeout',
    'a.*b{2,3}?',
    '\\bfoo\\d+\\b',
    '[a-z]+\\.(com|org)',
    '(?i)x',
    '\\Qa.b\\E',
    'a-b',
    '^x$',
  ]) {
    assert.equal(normalisePattern(source), source.replace('\\Qa.b\\E', 'a\\.b'));
  }
});

test('every accepted pattern is also accepted after it is normalised', () => {
  const parts = [
    '[',
    ']',
    '^',
    '—',
    '…',
    'a',
    '-',
    '\\',
    '(',
    ')',
    '|',
    '*',
    '+',
    '{2}',
    ':fire:',
    '🔥',
    '<@U1>',
    '_',
    '`',
    '&amp;',
    '\\Q',
    '\\E',
    '\\x{2014}',
    'e\u0301',
    '\u200b',
    '(?P<n>',
    '?',
  ];
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const accepted = (source: string) => {
    try {
      createPatternSet().add('p', source);
      return true;
    } catch {
      return false;
    }
  };
  let tried = 0;
  for (let round = 0; round < 4_000; round++) {
    const source = Array.from({ length: 1 + random(7) }, () => parts[random(parts.length)]).join('');
    if (!accepted(source)) continue;
    tried += 1;
    // What is repeated zero times, or is without width, may leave nothing to look for.
    if (/\u200b|\u0301|(?:fire:|amp;)[*?]/.test(source)) continue;
    assert.ok(accepted(normalisePattern(source)), `${source} → ${normalisePattern(source)}`);
  }
  assert.ok(tried > 200, `${tried} patterns`);
});
