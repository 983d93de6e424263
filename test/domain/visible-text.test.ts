import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseCharacters } from '../../src/domain/characters.ts';
import { emojiAt } from '../../src/domain/emoji.ts';
import { isPlainAscii } from '../../src/domain/plain-ascii.ts';
import { type Names, readingsOf, referenceText, visibleText } from '../../src/domain/visible-text.ts';

const names: Names = {
  user: (id) => (id === 'U1' ? 'Ada Löve' : null),
  channel: (id) => (id === 'C1' ? 'incidents' : null),
};

const seen: Record<string, [mrkdwn: string, visible: string, references: string | null][]> = {
  'plain text stays': [
    ['disk full on web-1: 91 %', 'disk full on web-1: 91 %', null],
    ['snake_case_name 2*3*4 __init__ a~b', 'snake_case_name 2*3*4 __init__ a~b', null],
    ['Привет, 世界 — это', 'Привет, 世界 -- это', null],
    ['', '', null],
  ],
  'entities are undone once': [['a &amp; b &lt;tag&gt; &amp;lt;', 'a & b <tag> &lt;', null]],
  'links are their label, or their address': [
    ['see <http://x|x> now', 'see x now', 'see http://x now'],
    ['<https://x.io/a_b?q=1&amp;r=2>', 'https://x.io/a_b?q=1&r=2', 'https://x.io/a_b?q=1&r=2'],
    ['<mailto:a@b.c|a@b.c> <tel:+4930|+49 30>', 'a@b.c +49 30', 'a@b.c +4930'],
    ['<HTTPS://X|:fire: &amp; more>', '🔥 & more', 'HTTPS://X'],
  ],
  'mentions are names, and ids behind them': [
    ['<@U1> <@U1|ada> <@U2>', '@Ada Löve @ada @U2', '<@U1> <@U1> <@U2>'],
    ['<#C1> <#C1|> <#C9|old> <#C2>', '#incidents #incidents #old #C2', '<#C1> <#C1> <#C9> <#C2>'],
    ['<!here> <!channel|@channel> <!everyone>', '@here @channel @everyone', '@here @channel @everyone'],
    ['<!subteam^S1|@ops> <!subteam^S2>', '@ops @S2', '<!subteam^S1> <!subteam^S2>'],
  ],
  'a date is what its author wrote for it': [
    ['<!date^1392734382^{date_num}|18 Feb 2014>', '18 Feb 2014', '18 Feb 2014'],
    ['<!date^1392734382^{date}^https://x.y|then>', 'then', 'then'],
  ],
  'emoji are characters, skin tones do not count': [
    [':fire: 🔥 :FIRE:', '🔥 🔥 🔥', null],
    [':+1::skin-tone-4: 👍🏽 :-1: ⚠️ :warning:', '👍 👍 👎 ⚠ ⚠', null],
    [':fire::fire: :man-shrugging: :flag-de:', '🔥🔥 🤷♂ 🇩🇪', null],
    [':our-logo: 12:100:00 std::x::y :nobody:', ':our-logo: 12:100:00 std::x::y :nobody:', null],
    ['(:rotating_light:down)', '(🚨down)', null],
  ],
  'marks of formatting are not seen': [
    ['*bold* _it_ ~st~ `code` *_~all~_*', 'bold it st code all', null],
    ['```\na *b*\n``` (*x*) *Host:* web1', '\na *b*\n (x) Host: web1', null],
    ['*open _open `open ~open', '*open _open `open ~open', null],
    ['multi *a\nb* * x * _ y', 'multi *a\nb* * x * _ y', null],
  ],
  'quoted lines are also read without their sign': [['&gt; a\n&gt;b\nc > d', '> a\n>b\nc > d', 'a\nb\nc > d']],
  'broken markup stays': [
    ['<nolink> <@> <#> <!x> < b <http://', '<nolink> <@> <#> <!x> < b <http://', '<nolink> <@> <#> <!x> < b <http://'],
  ],
};
for (const [title, rows] of Object.entries(seen)) {
  test(title, () => {
    for (const [mrkdwn, visible, references] of rows) {
      assert.equal(visibleText(mrkdwn, names), visible, mrkdwn);
      assert.equal(referenceText(mrkdwn), references, mrkdwn);
    }
  });
}

const spellings: Record<string, [written: string, shown: string][]> = {
  accents: [
    ['cafe\u0301', 'café'],
    ['A\u030angstro\u0308m \u212bngstr\u00f6m', 'Ångström Ångström'],
    ['한글'.normalize('NFD'), '한글'],
    ['हिन्दी ภาษาไทย', 'हिन्दी ภาษาไทย'],
  ],
  'wide and narrow forms': [
    ['ＥＲＲＯＲ　（１）', 'ERROR (1)'],
    ['ｶﾞｷﾞ ﬁle 𝗯𝗼𝗹𝗱', 'ガギ file bold'],
  ],
  'what has no width': [['ze\u200bro so\u00adft \ufeffbom \u202altr\u202c jo\u2060in', 'zero soft bom ltr join']],
  spaces: [['a\u00a0b\u202fc\u2009d\u3000e', 'a b c d e']],
  'dashes, ellipses and quotes': [
    ['non\u2011stop 1\u20132 \u22125', 'non-stop 1-2 -5'],
    ['a — b a―b', 'a -- b a--b'],
    ['wait…', 'wait...'],
    ['“q” „q‟ ‘s’ don’t 5′ 3″', `"q" "q" 's' don't 5' 3"`],
  ],
  'other characters stay': [['½ ² ™ © ℹ Ⅷ ß', '½ ² ™ © ℹ Ⅷ ß']],
};
for (const [title, rows] of Object.entries(spellings)) {
  test(`texts are normalised: ${title}`, () => {
    for (const [written, shown] of rows) {
      assert.equal(visibleText(written), shown, written);
      assert.equal(normaliseCharacters(written), shown, written);
      assert.equal(visibleText(shown), shown, 'a second time changes nothing');
    }
  });
}

test('each part of a converted text maps to the part of the source that it comes from', () => {
  const source = 'e\u0301 <@U1> :fire: &amp; *b* x';
  const [reading] = readingsOf(source, names);
  assert.equal(reading?.text, 'é @Ada Löve 🔥 & b x');
  const from = (part: string) => {
    const at = reading?.text.indexOf(part) ?? -1;
    return source.slice(...(reading?.source(at, at + part.length) ?? [0, 0]));
  };
  for (const [part, written] of Object.entries({
    é: 'e\u0301',
    Ada: '<@U1>',
    '🔥': ':fire:',
    '&': '&amp;',
    b: 'b',
    x: 'x',
    '& b x': '&amp; *b* x',
  })) {
    assert.equal(from(part), written, part);
  }
});

test('the converted text is the same with and without the mapping, for any text', () => {
  const signs = [
    '<@U1>',
    '<#C1|x>',
    '<http://x|y>',
    '*',
    '_',
    '~',
    '`',
    '```',
    '&amp;',
    ':fire:',
    ':',
    'é',
    'e\u0301',
    '\n',
    '> ',
    ' ',
    'a',
    '🔥',
    '<',
    '|',
  ];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({ length: random(12) }, () => signs[random(signs.length)]).join('');
    const readings = readingsOf(text, names);
    assert.equal(readings[0]?.text, visibleText(text, names), JSON.stringify(text));
    assert.equal(readings[1]?.text ?? null, referenceText(text), JSON.stringify(text));
    if (isPlainAscii(text)) assert.equal(visibleText(text), text);
    for (const { text: shown, source } of readings) {
      for (let unit = 0; unit < shown.length; unit++) {
        const [start, end] = source(unit, unit + 1);
        assert.ok(start < end && end <= text.length, JSON.stringify(text));
      }
    }
  }
});

test('long texts of only markup are converted in linear time', () => {
  for (const part of [
    '_x ',
    '`',
    '` a\n',
    '<',
    '<a:',
    ':x:',
    ':a',
    '*_~',
    'x* *',
    '``` ',
    '<!date^',
    '<#C1|',
    '&amp;',
    'e\u0301',
  ]) {
    const cost = (length: number) => {
      const text = part.repeat(Math.ceil(length / part.length));
      const before = process.cpuUsage();
      readingsOf(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    cost(20_000);
    // A square would be 64 times; the constant leaves room for a busy machine.
    assert.ok(cost(160_000) < 30 * cost(20_000) + 400_000, JSON.stringify(part));
  }
});

test('emoji are found by every kind of name', () => {
  for (const [name, shown] of Object.entries({
    white_check_mark: '✅',
    robot_face: '🤖',
    thumbsup: '👍',
    '100': '💯',
    x: '❌',
  })) {
    assert.equal(emojiAt(`:${name}:`, 0)?.shown, shown);
  }
  assert.equal(emojiAt(':no-such-emoji:', 0), null);
  assert.equal(emojiAt(':__proto__:', 0), null);
});
