import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogBuffer, cutText } from '../../../src/modules/jobs/web/log-buffer.ts';
import { plain } from '../../../src/web/lib/plain.ts';

const textOf = (buffer: ReturnType<typeof createLogBuffer>) =>
  buffer
    .chunks()
    .map(({ text }) => text)
    .join('\n');
const small = () => createLogBuffer({ mostLines: 2_000, mostChars: 100_000 });

test('colours, titles and links of a terminal are left out of a line; its text stays', () => {
  assert.equal(plain('\u001b[1;32mok\u001b[0m \u001b]8;;https://example.com\u0007link\u001b]8;;\u0007'), 'ok link');
  assert.equal(plain('\u001b]0;title\u001b\\done\u0007\u0000'), 'done');
  assert.equal(plain('10 %\r50 %\r100 %\r'), '10 %\n50 %\n100 %');
  assert.equal(plain('a\tb <b>c</b> ü'), 'a\tb <b>c</b> ü');
});

test('lines that arrive together are one chunk, which is drawn once', () => {
  const buffer = small();
  for (let number = 1; number <= 3; number++) buffer.line(number, `line ${number}`);
  assert.deepEqual(buffer.chunks(), []);
  assert.equal(buffer.take(), true);
  assert.deepEqual(buffer.chunks(), [{ id: 0, kind: 'lines', text: 'line 1\nline 2\nline 3', lines: 3 }]);
  assert.equal(buffer.take(), false);
});

test('the newest lines are kept, at most as many as the limit, in chunks of a few hundred', () => {
  const buffer = small();
  for (let number = 1; number <= 100_000; number++) {
    buffer.line(number, `line ${number}`);
    if (number % 1_700 === 0) buffer.take();
  }
  buffer.take();
  assert.ok(buffer.shown() > 1_400 && buffer.shown() <= 2_000, String(buffer.shown()));
  assert.equal(buffer.last(), 100_000);
  assert.equal(buffer.isTrimmed(), true);
  assert.match(textOf(buffer), /line 99999\nline 100000$/);
  assert.equal(textOf(buffer).split('\n').length, buffer.shown());
});

test('what is collected while the page is hidden is bounded too', () => {
  const buffer = createLogBuffer({ mostLines: 2_000, mostChars: 100_000 });
  for (let number = 1; number <= 50_000; number++) buffer.line(number, 'x'.repeat(100));
  buffer.take();
  assert.ok(textOf(buffer).length <= 101_000, String(textOf(buffer).length));
});

test('a stream that is opened again and begins with the first line doubles nothing', () => {
  const buffer = small();
  for (let number = 1; number <= 5; number++) buffer.line(number, `line ${number}`);
  buffer.take();
  for (let number = 1; number <= 6; number++) buffer.line(number, `line ${number}`);
  buffer.take();
  assert.equal(textOf(buffer), 'line 1\nline 2\nline 3\nline 4\nline 5\nline 6');
  assert.equal(buffer.isTrimmed(), false);
});

test('lines that are not kept are told with their numbers and size, in their place', () => {
  const buffer = small();
  buffer.line(1, 'first');
  buffer.cut(2, 4_000, 1_500_000);
  buffer.line(4_001, 'last');
  buffer.take();
  assert.deepEqual(
    buffer.chunks().map(({ kind }) => kind),
    ['lines', 'cut', 'lines'],
  );
  assert.equal(
    buffer.chunks()[1]?.text,
    'Lines 2 to 4,000 were not kept (1.5 MB): of a long output, its beginning and its end are.',
  );
  assert.match(cutText(7, 7, null), /^Line 7 was not kept: /);
});

test('of a gap, only the part is told whose lines are not on the page', () => {
  const buffer = small();
  for (let number = 1; number <= 10; number++) buffer.line(number, `line ${number}`);
  buffer.cut(5, 9, 100);
  buffer.cut(5, 20, 300);
  buffer.line(21, 'line 21');
  buffer.take();
  assert.deepEqual(
    buffer.chunks().map(({ kind }) => kind),
    ['lines', 'cut', 'lines'],
  );
  assert.match(buffer.chunks()[1]?.text ?? '', /^Lines 11 to 20 were not kept: /);
});
