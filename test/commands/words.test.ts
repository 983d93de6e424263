import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bullets, code } from '../../src/commands/words.ts';
import { formatDuration, parseDuration } from '../../src/domain/duration.ts';
import { editDistance, nearest } from '../../src/domain/nearest.ts';
import { quotes } from '../../src/domain/quotes.ts';
import { slackDate, straighten } from '../../src/domain/text.ts';

test('curly quotes become straight', () => {
  assert.equal(straighten('“a” „b‟ ″c″ ‘d’ ‚e‛ ′f′'), '"a" "b" "c" \'d\' \'e\' \'f\'');
});

test('text in inline code cannot end the code or mention anybody', () => {
  assert.equal(code('<!channel> & co'), '`&lt;!channel&gt; &amp; co`');
  assert.equal(code('a`b\\`c\\\\`d'), '`a｀b｀c\\\\｀d`');
  assert.equal(code('a\nb\r\nc'), '`a\\nb\\nc`');
});

test('a date is shown in the reader’s time zone', () => {
  const markup = '<!date^1767323045^{date_short_pretty} {time}|2026-01-02T03:04:05Z>';
  assert.equal(slackDate(1767323045999), markup);
});

test('a bullet list is cut at its maximum length', () => {
  assert.equal(bullets(['a', 'b']), '• a\n• b');
  assert.equal(bullets(['aaaa', 'bbbb', 'c'], 10), '• aaaa\n• … and 2 more');
});

for (const [a, b, slips] of [
  ['', '', 0],
  ['', 'abc', 3],
  ['stop', 'stop', 0],
  ['stpo', 'stop', 1],
  ['sop', 'stop', 1],
  ['sstop', 'stop', 1],
  ['shop', 'stop', 1],
  ['kitten', 'sitting', 3],
] as const) {
  test(`the edit distance of ${a} and ${b} is ${slips}`, () => {
    assert.equal(editDistance(a, b), slips);
    assert.equal(editDistance(b, a), slips);
  });
}

test('nearest returns the known word with the smallest edit distance', () => {
  assert.equal(nearest('quite', ['quote', 'mute']), 'quote');
  assert.equal(nearest('stxx', ['stop']), 'stop');
  assert.equal(nearest('no', ['gif']), null);
  assert.equal(nearest('', ['gif', 'stop']), null);
});

const durations: [text: string, seconds: number | null][] = [
  ['30m', 1800],
  ['2h', 7200],
  ['1d', 86_400],
  ['1w', 604_800],
  ['45s', 45],
  ['1h30m', 5400],
  ['1h 30m', 5400],
  ['1 hour 30 minutes', 5400],
  ['1.5h', 5400],
  ['2 Days', 172_800],
  ['90', 5400],
  [' 90 ', 5400],
  ['1d2h3m4s', 93_784],
  ['', null],
  ['0', null],
  ['0m', null],
  ['-1h', null],
  ['h', null],
  ['1x', null],
  ['30m1h', null],
  ['1h1h', null],
  ['1h 30', null],
  ['1e3', null],
  ['two hours', null],
  [`${'9'.repeat(400)}d`, null],
];
for (const [text, seconds] of durations) {
  test(`${text.slice(0, 20)} is ${seconds} s`, () => {
    assert.equal(parseDuration(text), seconds === null ? null : seconds * 1000);
  });
}

for (const [ms, text] of [
  [0, '0s'],
  [999, '0s'],
  [-5, '0s'],
  [1000, '1s'],
  [59_999, '59s'],
  [90_000, '1m 30s'],
  [3_600_000, '1h'],
  [5_400_000, '1h 30m'],
  [86_400_000 + 60_000, '1d'],
  [100 * 86_400_000, '100d'],
] as const) {
  test(`${ms} ms is shown as ${text}`, () => {
    assert.equal(formatDuration(ms), text);
  });
}

test('a formatted duration can be parsed again', () => {
  for (let ms = 1000; ms < 1e10; ms = Math.ceil(ms * 1.37)) {
    const read = parseDuration(formatDuration(ms)) ?? 0;
    assert.ok(read <= ms && read > ms * 0.95 - 1000, `${ms}: ${formatDuration(ms)}`);
  }
});

test('the quotes are many, distinct, short, and free of markup', () => {
  assert.ok(quotes.length >= 60);
  assert.equal(new Set(quotes).size, quotes.length);
  for (const quote of quotes) {
    assert.ok(quote.length <= 140, quote);
    assert.match(quote, /^[\w ',.:;-]+[.?]$/, quote);
  }
});
