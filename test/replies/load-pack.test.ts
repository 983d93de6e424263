import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UltronexError } from '../../src/domain/errors.ts';
import { loadPack } from '../../src/replies/index.ts';
import { FileRefused } from '../../src/yaml-files/index.ts';

test('a pack is read with its cool-downs in milliseconds', () => {
  const source = [
    'name: greetings',
    'channels: ["#General", random, C012]',
    'cooldown: 2.5',
    'triggers:',
    '  Good Morning:',
    '    - " hello "',
    '    - { text: hi, cooldown: 60 }',
    '  ":Wave:": &again',
    '    - text: wave',
    '  404: *again',
    '  null: [zero]',
  ];
  const pack = loadPack(`\ufeff${source.join('\r\n')}\n`, 'g.yaml');
  assert.deepEqual([pack.name, pack.file, pack.channels], ['greetings', 'g.yaml', ['general', 'random', 'c012']]);
  assert.deepEqual(
    pack.triggers.map(({ written, emoji, words, replies }) => [
      written,
      emoji,
      words.map((word) => word.exact),
      replies,
    ]),
    [
      [
        'Good Morning',
        null,
        ['good', 'morning'],
        [
          { text: 'hello', cooldownMs: 2500 },
          { text: 'hi', cooldownMs: 60_000 },
        ],
      ],
      [':Wave:', '👋', [], [{ text: 'wave', cooldownMs: 2500 }]],
      ['404', null, ['404'], [{ text: 'wave', cooldownMs: 2500 }]],
      ['null', null, ['null'], [{ text: 'zero', cooldownMs: 2500 }]],
    ],
  );
});

test('by default, a pack replies in every channel and its cool-down is 15 seconds', () => {
  const pack = loadPack('name: a\ntriggers: { b: [c] }', 'a.yaml');
  assert.equal(pack.channels, null);
  assert.equal(pack.triggers[0]?.replies[0]?.cooldownMs, 15_000);
});

const remedy = 'Write `name: greetings` and below `triggers:` a map of trigger words to lists of replies';
const good = 'name: a\ntriggers: { b: [c] }\n';
const one = (trigger: string) => `name: a\ntriggers:\n  ${trigger}`;
const refusals: [what: string, source: string, ...lines: string[]][] = [
  ['an empty file', '', `1: a pack is a map, this is nothing. ${remedy}`],
  ['a comment only', '# soon\n', `1: a pack is a map, this is nothing. ${remedy}`],
  ['a list', '- a', `1: a pack is a map, this is a list. ${remedy}`],
  ['a text', 'love', `1: a pack is a map, this is the text "love". ${remedy}`],
  ['a syntax error', `${good}cooldown: "1`, '3: not YAML: Missing closing "quote'],
  ['a tab', 'name: a\ntriggers:\n\tb: [c]', '3: not YAML: Tabs are not allowed as indentation'],
  ['an unknown tag', 'name: !secret a\ntriggers: { b: [c] }', '1: not YAML: Unresolved tag: !secret'],
  ['two documents', `${good}---\n${good}`, '3: a file has one document. Remove this ---'],
  ['no name', 'triggers: { b: [c] }', `1: "name" is missing. ${remedy}`],
  ['no triggers', 'name: a', `1: "triggers" is missing. ${remedy}`],
  ['an empty name', 'name: " "\ntriggers: { b: [c] }', '1: "name" is a text, this is the text " ". Put it in quotes'],
  [
    'a number for a name',
    'name: 7\ntriggers: { b: [c] }',
    '1: "name" is a text, this is the number 7. Put it in quotes',
  ],
  ['a key with a slip', `${good}chanels: [x]`, '3: unknown key "chanels". Did you mean "channels"?'],
  ['a key in another case', `${good}Cooldown: 3`, '3: unknown key "Cooldown". Did you mean "cooldown"?'],
  ['a strange key', `${good}xyz: 3`, '3: unknown key "xyz". Known are name, channels, cooldown, triggers'],
  ['a repeated key', `${good}name: b`, '3: "name" stands here for the second time. Keep one of them'],
  [
    'a text for channels',
    `${good}channels: x`,
    '3: "channels" is a list of names or ids, this is the text "x". Leave it out for every channel',
  ],
  [
    'no channels',
    `${good}channels: []`,
    '3: "channels" is a list of names or ids, this is an empty list. Leave it out for every channel',
  ],
  [
    'a comment for a channel',
    `${good}channels:\n  - #ops`,
    '4: a channel is a name or an id, this is nothing. Write general or, in quotes, "#general"',
  ],
  [
    'a number for a channel',
    `${good}channels: [1]`,
    '3: a channel is a name or an id, this is the number 1. Write general or, in quotes, "#general"',
  ],
  [
    'a negative cool-down',
    `${good}cooldown: -1`,
    '3: "cooldown" is a number of seconds from 0 on, this is the number -1',
  ],
  [
    'an endless cool-down',
    `${good}cooldown: .inf`,
    '3: "cooldown" is a number of seconds from 0 on, this is the number Infinity',
  ],
  [
    'a cool-down with a unit',
    `${good}cooldown: 5m`,
    '3: "cooldown" is a number of seconds from 0 on, this is the text "5m"',
  ],
  [
    'a list for triggers',
    'name: a\ntriggers: [b]',
    '2: "triggers" is a map of trigger words to lists of replies, this is a list',
  ],
  ['no trigger', 'name: a\ntriggers: {}', '2: "triggers" is a map of trigger words to lists of replies, this is empty'],
  ['an empty trigger', one('"": [c]'), '3: trigger "" has no letter, digit or emoji in it'],
  ['a trigger of signs', one('"?!": [c]'), '3: trigger "?!" has no letter, digit or emoji in it'],
  [
    'a trigger twice',
    one('b: [c]\n  b: [d]'),
    '4: trigger "b" is the same as "b" in line 3. Put their replies together',
  ],
  [
    'a trigger twice in other words',
    one('self-esteem: [c]\n  Self Estéem: [d]'),
    '4: trigger "Self Estéem" is the same as "self-esteem" in line 3 when case, accents and punctuation do not count. Put their replies together',
  ],
  [
    'a text for replies',
    one('b: c'),
    '3: trigger "b" needs a list of replies, this is the text "c". Begin each with a dash',
  ],
  ['nothing for replies', one('b:'), '3: trigger "b" needs a list of replies, this is nothing. Begin each with a dash'],
  ['no replies', one('b: []'), '3: trigger "b" needs a list of replies, this is an empty list. Begin each with a dash'],
  [
    'an unknown anchor',
    one('b: *c'),
    '3: trigger "b" needs a list of replies, this is *c, which stands for nothing above. Begin each with a dash',
  ],
  ['a number for a reply', one('b: [1]'), '3: a reply is a text, this is the number 1. Put it in quotes'],
  ['yes for a reply', one('b: [true]'), '3: a reply is a text, this is the boolean true. Put it in quotes'],
  ['a list for a reply', one('b: [[c]]'), '3: a reply is a text, this is a list. Put it in quotes'],
  ['a dash alone', one('b:\n    - c\n    -'), '5: a reply is a text, this is nothing. Put it in quotes'],
  ['an empty reply', one('b: [" "]'), '3: a reply is empty. Write it or remove its dash'],
  ['a long reply', one(`b: [${'x'.repeat(3001)}]`), '3: a reply has 3001 characters, more than 3000. Shorten it'],
  ['a reply twice', one('b:\n    - c\n    - " c "'), '5: trigger "b" has this reply twice. Keep one of them'],
  ['a reply without a text', one('b: [{ cooldown: 3 }]'), '3: a reply with a cool-down needs a "text"'],
  ['a reply with a slip', one('b: [{ text: c, coldown: 3 }]'), '3: unknown key "coldown". Did you mean "cooldown"?'],
  [
    'a reply with a bad cool-down',
    one('b: [{ text: c, cooldown: x }]'),
    '3: "cooldown" is a number of seconds from 0 on, this is the text "x"',
  ],
  [
    'several mistakes',
    'triggers:\n  "!": [1]\ncooldown: no',
    `1: "name" is missing. ${remedy}`,
    '2: trigger "!" has no letter, digit or emoji in it',
    '2: a reply is a text, this is the number 1. Put it in quotes',
    '3: "cooldown" is a number of seconds from 0 on, this is the text "no"',
  ],
];
for (const [what, source, ...lines] of refusals) {
  test(`a pack with ${what} is refused with line and reason`, () => {
    assert.throws(
      () => loadPack(source, 'bad.yaml'),
      (error) => {
        assert.ok(error instanceof FileRefused && error instanceof UltronexError);
        assert.equal(error.message, lines.map((line) => `bad.yaml:${line}`).join('\n'));
        const problems = error.problems.map(({ line, reason }) => `${line}: ${reason}`);
        assert.deepEqual(problems, lines);
        assert.deepEqual([error.code, error.file, error.name], ['ERR_FILE_REFUSED', 'bad.yaml', 'FileRefused']);
        assert.equal(`${error.line}`, lines[0]?.split(':')[0]);
        return true;
      },
    );
  });
}

test('bytes that are not UTF-8 are refused with their line, and a byte order mark is left out', () => {
  const source = 'name: greetings\ntriggers:\n  hi: [ol\xe9]\n';
  assert.throws(
    () => loadPack(Buffer.from(source, 'latin1'), 'a.yaml'),
    /^FileRefused: a\.yaml:3: the file is not UTF-8: byte 0xe9 at offset 35; convert it/,
  );
  const [trigger] = loadPack(Buffer.from(`\ufeff${source}`), 'a.yaml').triggers;
  assert.equal(trigger?.replies[0]?.text, 'olé');
});

test('a reply of exactly 3000 characters is accepted', () => {
  assert.equal(loadPack(one(`b: [${'x'.repeat(3000)}]`), 'a.yaml').triggers[0]?.replies[0]?.text.length, 3000);
});

test('the pack that comes with Ultronex has no problems', () => {
  const file = new URL('../../replies/motivation.yaml', import.meta.url);
  const pack = loadPack(readFileSync(file, 'utf8'), 'motivation.yaml');
  assert.ok(pack.triggers.length >= 25);
  for (const { written, replies } of pack.triggers) assert.ok(replies.length >= 3, written);
});

test('a comment that cuts off a text or hides a trigger causes a warning with its line', () => {
  const source = [
    'name: greetings # fine: nobody',
    'triggers: # fine',
    '  # fine: a comment of its own',
    '  love: # fine',
    '    - see #general now',
    '    - "see #general now"',
    '    - we are # 1',
    '    - { text: "#1", cooldown: 5 } # fine',
    '    - text: ask in #help',
    '      cooldown: 5 # fine',
    '  joy:',
    '    - yes',
    '  #peace:',
    '    - and quiet',
    '  # sorrow:',
    '  #   - no',
    '  hope:',
    '    - always',
  ];
  const { warnings, triggers } = loadPack(source.join('\n'), 'g.yaml');
  assert.deepEqual(
    warnings.map(({ line, reason }) => [line, /"(#[^"]*)"/.exec(reason)?.[1]]),
    [
      [1, '# fine: nobody'],
      [5, '#general now'],
      [7, '# 1'],
      [9, '#help'],
      [14, '#peace:'],
    ],
  );
  assert.match(warnings[1]?.reason ?? '', /is a comment of YAML, so it is not said\. Put the text in quotes/);
  assert.match(warnings[4]?.reason ?? '', /belongs to the trigger before\. Put "#peace" in quotes/);
  assert.deepEqual(
    triggers[0]?.replies.map(({ text }) => text),
    ['see', 'see #general now', 'we are', '#1', 'ask in'],
  );
});

test('a syntax error that is caused by a comment says so', () => {
  for (const line of ['  hate #war:', '  hate: [see #general, go]']) {
    const source = ['name: x', 'triggers:', '  love: [x]', line, '    - y'].join('\n');
    assert.throws(
      () => loadPack(source, 'g.yaml'),
      (error: FileRefused) => {
        assert.match(error.message, /g\.yaml:[345]: not YAML: .*/s);
        assert.match(error.message, /From # on it is a comment: put what belongs to the text in quotes/);
        return true;
      },
    );
  }
});

test('half of a surrogate pair is refused with its line, also in triggers, and escapes of whole characters are accepted', () => {
  const source = [
    'name: a',
    'triggers:',
    '  b:',
    '    - "\\ud83d x"',
    '    - { text: "\\U0000dc00" }',
    '  "c\\udfff": [d]',
  ];
  assert.throws(
    () => loadPack(source.join('\n'), 'a.yaml'),
    (error: Error) => {
      assert.ok(error instanceof FileRefused);
      assert.deepEqual(
        error.problems.map(({ line }) => line),
        [4, 5, 6],
      );
      assert.match(error.message, /half of a surrogate pair \(\\ud800 to \\udfff\)\. Write the whole character/);
      return true;
    },
  );
  const pack = loadPack('name: a\ntriggers: { b: ["\\ud83d\\ude00", \'\\ud83d\'] }', 'a.yaml');
  assert.deepEqual(
    pack.triggers[0]?.replies.map(({ text }) => text),
    ['😀', '\\ud83d'],
  );
});
