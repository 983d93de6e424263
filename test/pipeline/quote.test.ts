import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noNames } from '../../src/domain/visible-text.ts';
import { createPatternTools } from '../../src/patterns/index.ts';
import { quoteOf } from '../../src/pipeline/quote.ts';
import { spansIn } from '../../src/subscriptions/spans.ts';

const tools = createPatternTools();
const quote = (mrkdwn: string, pattern: string, max = 1_000) =>
  quoteOf(mrkdwn, spansIn(tools, noNames, pattern, mrkdwn), max).replaceAll('\u200b', '|');

test('what was found is bold, as Slack takes it for bold', () => {
  const rows: [mrkdwn: string, pattern: string, quoted: string][] = [
    ['Tony Stark was here', 'stark', '> Tony *Stark* was here'],
    ['a needle, a needle', 'needle', '> a *needle*|, a *needle*'],
    ['xxneedleyy', 'needle', '> xx|*needle*|yy'],
    ['one\ntwo three\nfour', 'two', '> one\n> *two* three\n> four'],
    ['one two\nthree four', '(?s)two.three', '> one *two*\n> *three* four'],
    ['the *bold needle* and _more_', 'needle', '> the bold *needle* and more'],
    ['run `rm needle now` please', 'needle', '> run `rm` *`needle`* `now` please'],
    ['```a\nneedle b```', 'needle', '> ```a\n> »needle« b```'],
    ['see <http://x.io|the needle here> ok', 'needle', '> see *<http://x.io|the needle here>* ok'],
    ['ask <@U1> now', '@U1', '> ask *<@U1>* now'],
    ['on :fire: now', '🔥', '> on *:fire:* now'],
    ['a &amp; b', '&', '> a *&amp;* b'],
    ['cafe\u0301s', 'é', '> caf|*e\u0301*|s'],
    ['nothing of it', 'needle', '> nothing of it'],
    ['', 'needle', ''],
  ];
  for (const [mrkdwn, pattern, quoted] of rows) assert.equal(quote(mrkdwn, pattern), quoted);
});

test('a long text is cut around what was found, and the note is whole', () => {
  const filler = 'lorem ipsum &amp; <http://example.com/long/address|label> 🙂 `code here` '.repeat(400);
  for (const where of [0, 0.3, 0.7, 1]) {
    const at = Math.floor(filler.length * where);
    const split = filler.indexOf('lorem', at) === -1 ? filler.length : filler.indexOf('lorem', at);
    const text = `${filler.slice(0, split)}the needle is here ${filler.slice(split)}`;
    for (const max of [300, 500, 1_200, 2_500]) {
      const shown = quote(text, 'needle', max);
      assert.ok(shown.length <= max + shown.split('|*').length * 2, `${shown.length} of ${max}`);
      assert.match(shown, /\*needle\*/);
      assert.match(shown, /_\(cut, \d+ more characters: open it to read on\)_$/);
      assert.doesNotMatch(shown, /&(?!amp;)|[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      assert.equal(shown.split('<').length, shown.split('>').length - shown.split('\n').length, 'links are whole');
      assert.equal(shown.split('`').length % 2, 1, 'code is closed');
    }
  }
});

test('a text of one long word, of line breaks, of links or of a fence keeps to the bound', () => {
  for (const text of [
    'x'.repeat(9_000),
    '\n'.repeat(9_000),
    `<http://x.io/${'y'.repeat(5_000)}> `.repeat(3),
    `\`\`\`${'z\n'.repeat(5_000)}\`\`\``,
    '🙂'.repeat(5_000),
  ]) {
    for (const max of [200, 1_000]) {
      const shown = quoteOf(text, [], max);
      assert.ok(shown.length <= max, `${shown.length}`);
      assert.equal(shown.split('```').length % 2, 1);
      if (text.trim() !== '') assert.match(shown, /more characters: open it to read on/);
    }
  }
});
