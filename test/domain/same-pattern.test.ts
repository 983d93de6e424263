import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samePatterns } from '../../src/domain/same-pattern.ts';

const isSame = (a: string, b: string) => samePatterns([{ pattern: a }], b).length === 1;

const same: [string, string][] = [
  ['cafe\u0301', 'café'],
  ['ｅｒｒｏｒ', 'error'],
  ['disk – full', 'disk - full'],
  ['it’s down', "it's down"],
  [':fire:', '🔥'],
  [':\\+1:', '👍'],
  ['FOO (bar|Baz)\\d+', 'foo (BAR|baz)\\d+'],
  ['ΛΟΓΟΣ', 'λογος'],
  ['[A-F]+', '[a-f]+'],
  ['(?i)Foo', '(?i)foo'],
  ['(?-i)Foo', '(?-i)Foo'],
];
for (const [a, b] of same) {
  test(`${a} and ${b} are the same pattern`, () => {
    assert.equal(isSame(a, b) && isSame(b, a), true);
  });
}

const others: [string, string][] = [
  ['\\d', '\\D'],
  ['a\\b', 'a\\B'],
  ['\\pL', '\\PL'],
  ['[\\S]', '[\\s]'],
  ['[A-z]', '[a-z]'],
  ['[0-Z]', '[0-z]'],
  ['(?-i)Foo', '(?-i)foo'],
  ['(?-i:Foo)', '(?-i:foo)'],
  ['straße', 'strasse'],
  ['error', 'errors'],
  ['a.b', 'a\\.b'],
];
for (const [a, b] of others) {
  test(`${a} and ${b} are two patterns`, () => {
    assert.equal(isSame(a, b) || isSame(b, a), false);
  });
}
