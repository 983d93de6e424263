import assert from 'node:assert/strict';
import { it } from 'node:test';
import { normaliseCharacters } from '../../src/domain/characters.ts';
import { PatternRefused } from '../../src/domain/errors.ts';
import { createPatternTools } from '../../src/patterns/index.ts';
import { Matcher } from '../../src/patterns/matcher.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { readable } from '../../src/patterns/readable.ts';
import { Random } from '../support/random.ts';
import { randomPattern, randomText } from './random.ts';

const tools = createPatternTools();

it('says why a pattern can never match, with the remedy', () => {
  for (const [source, because] of [
    ['a^b', /^This cannot match because something must stand before a \^.*\\\^/],
    ['^a^b', /before a \^/],
    ['error \\Afoo', /before a \^ \(or \\A\)/],
    ['costs $5', /something must follow a \$.*\\\$/],
    ['done\\z.', /follow a \$ \(or \\z\)/],
    ['foo$ bar', /follow a \$/],
    ['x\\by', /\\b stands where no word begins or ends/],
    ['é\\bü', /\\b stands/],
    ['\\w\\b\\w', /\\b stands/],
    [' \\b-', /\\b stands/],
    ['x\\B ', /\\b stands/],
    ['a\\b\\B', /\\b stands/],
    ['[^\\s\\S]', /a character that does not exist/],
    ['[^\\w\\W]x', /a character that does not exist/],
    ['a[\\x{200b}\\x{feff}]b', /a character that is never in a text/],
    ['a\\x{2019}b', /a character that is never in a text/],
    ['(?-m)a$\\nb', /follow a \$/],
  ] as const) {
    const warnings = tools.warnings(source);
    assert.equal(warnings.length, 1, `${source}: ${warnings}`);
    assert.match(warnings[0] ?? '', because, source);
  }
});

it('says why an alternative can never match', () => {
  for (const [source, part] of [
    ['fine|a^b', 'a^b'],
    ['a|b|c$d', 'c$d'],
    ['[|]x|y\\|z|q\\bq', 'q\\bq'],
    ['\\Qa|b\\E|x(y|z)|(a^b|c$d)', '(a^b|c$d)'],
  ] as const) {
    const warnings = tools.warnings(source);
    assert.equal(warnings.length, 1, `${source}: ${warnings}`);
    assert.ok(warnings[0]?.startsWith(`The part "${part}" cannot match because`), warnings[0]);
  }
});

it('says that a space at an end of the pattern must match', () => {
  assert.match(tools.warnings(' disk')[0] ?? '', /^It begins with a space/);
  assert.match(tools.warnings('disk full ')[0] ?? '', /^It ends with a space/);
  assert.deepEqual(tools.warnings('disk\\ '), []);
});

it('has no warnings for patterns that can match', () => {
  for (const source of [
    ...[
      'disk full',
      '^a$',
      'a$\\n^b',
      'a$\\s+^b',
      '\\bfoo\\b',
      '\\bfoo\\b.*\\bbar\\b',
      '^error|fatal$',
      'x\\b',
      '\\bé',
    ],
    ...[
      '\\$5',
      'a\\^b',
      '(^|\\s)x($|\\s)',
      '^^a$$',
      '\\Aa\\z',
      '(?:a$)?b',
      '\\w\\B\\w',
      'a|b',
      '(?i)a|(?-i)b',
      '[^\\n]+x',
    ],
    ...['[A-Z]+-\\d+', 'https?://\\S+', "don't", 'a.b', '日本', '\\p{Greek}', '[\\x{200b}x]', '\\n', '\\r\\n', '\\Bb'],
  ]) {
    assert.deepEqual(tools.warnings(source), [], source);
  }
});

it('a pattern with such a warning matches no text', () => {
  const random = new Random(2026);
  const pieces = ['^', '$', '\\b', '\\B', '\\A', '\\z', 'a', 'é', '\\n', ' ', '-', '.', '[^a]', '\\W', '(?-m)', '(?s)'];
  const memory = new Memory(2 ** 22);
  let impossible = 0;
  for (let count = 0; count < 3_000; count++) {
    const anchored = () => random.many(4, () => random.pick(pieces)) + random.pick(['', '', '+', '|b']);
    const source = count % 2 === 0 ? random.many(3, anchored) : randomPattern(random);
    let warnings: string[];
    try {
      warnings = tools.warnings(source);
    } catch (error) {
      assert.ok(error instanceof PatternRefused);
      continue;
    }
    if (!warnings.some((warning) => warning.startsWith('This cannot'))) continue;
    impossible += 1;
    const matcher = new Matcher([source], memory);
    for (let round = 0; round < 20; round++) {
      const text = random.many(8, () => random.pick(['a', 'b', 'é', '\n', ' ', '-', 'ab', randomText(random)]));
      assert.ok(matcher.search(readable(normaliseCharacters(text)), { units: 1e9, perCharacter: 0 }));
      assert.equal(matcher.found[0], 0, `${source} on ${JSON.stringify(text)}`);
    }
  }
  assert.ok(impossible > 300, `only ${impossible} impossible patterns`);
});
