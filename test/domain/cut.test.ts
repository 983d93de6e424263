import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, cutMrkdwn } from '../../src/domain/cut.ts';

const note = (left: number) => `[${left}]`;

test('a cut text says how much is missing, and a text that fits is unchanged', () => {
  assert.equal(cut('abcdef', 6, note), 'abcdef');
  assert.equal(cut('abcdefghij', 8, note), 'abcd[6]');
  assert.equal(
    cut('abcdefghij', 3, () => '[too long a note]'),
    'ab…',
  );
  assert.equal(cut('abc', 0, note), '');
});

const wholes: Record<string, string> = {
  'a surrogate pair': '🙂',
  'an emoji sequence': '👩‍👩‍👧‍👦',
  'a flag': '🇩🇪',
  'a letter with marks': 'n\u0303\u0323',
  'an entity': '&amp;',
  'a link': '<https://example.com/a?b=1&amp;c=2|a label>',
  'a mention': '<@U012AB3CD>',
  'a group': '<!subteam^S012AB3CD|@ops>',
  'a date': '<!date^1392734382^{date_num}|2014-02-18>',
};
for (const [what, whole] of Object.entries(wholes)) {
  test(`a cut is never within ${what}`, () => {
    const text = `ab${whole.repeat(6)}cd`;
    for (const shorten of [cut, cutMrkdwn]) {
      for (let max = 5; max < text.length; max++) {
        const short = shorten(text, max, note);
        assert.ok(short.length <= max, `${max}: ${short}`);
        const [, count = ''] = /^ab(.*)\[\d+\]$/s.exec(short) ?? [];
        if (short.startsWith('ab')) assert.equal(count, whole.repeat(count.length / whole.length), `${max}: ${short}`);
      }
    }
  });
}

test('code, fences and marks are closed at the cut', () => {
  const long = 'x y '.repeat(50);
  assert.match(cutMrkdwn(`see \`${long}\` end`, 60, note), /^see `[xy ]+`\[\d+\]$/);
  assert.match(cutMrkdwn(`see \`\`\`${long}\`\`\` end`, 60, note), /^see ```[xy ]+```\[\d+\]$/);
  assert.match(cutMrkdwn(`*${long.trim()}*`, 60, note), /^\*[xy ]+[xy]\*\[\d+\]$/);
  assert.match(cutMrkdwn(`*_${long.trim()}_*`, 60, note), /^\*_[xy ]+[xy]_\*\[\d+\]$/);
  assert.match(cutMrkdwn(`\`\`\`a\`\`\` ${long}`, 60, note), /^```a``` [xy ]+\[\d+\]$/);
  for (let max = 10; max < 80; max++) {
    const short = cutMrkdwn('a *bold* `code` ```fence``` <http://x|y> &amp; *rest and more of it*', max, note);
    assert.ok(short.length <= max);
    for (const mark of ['```', '*']) assert.equal(short.split(mark).length % 2, 1, `${max}: ${short}`);
  }
});
