import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeMrkdwn, similarKey, unescapeMrkdwn } from '../../src/domain/text.ts';

test('unescape is the inverse of escape', () => {
  for (const text of ['a < b && c > d', '&lt;', '&amp;lt;', '', '<@U1>']) {
    assert.equal(unescapeMrkdwn(escapeMrkdwn(text)), text);
  }
});

const pairs: [one: string, other: string, same: boolean][] = [
  ['disk 91 % full on web-1', 'disk 92 % full on web-2', true],
  ['took 0.123s', 'took 17.9s', true],
  ['order 0b43ff1a-9f53-44b8-8dd4-1c6a12f3c001 failed', 'order 3f2a6a05-0d6e-4b7c-9d28-60d1d8e0c111 failed', true],
  ['commit deadbeef1', 'commit 0badcafe2', true],
  ['Disk  Full', 'disk full', true],
  ['disk full', 'disk fine', false],
  ['error in payments', 'error in orders', false],
];
for (const [one, other, same] of pairs) {
  test(`"${one}" and "${other}" are ${same ? '' : 'not '}similar`, () => {
    assert.equal(similarKey(one) === similarKey(other), same);
  });
}
