import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidRequest } from '../../src/domain/errors.ts';
import { indentJson, maxIndentedCharacters, maxJsonDepth, parseJson } from '../../src/domain/json.ts';

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

test('JSON up to the depth limit is parsed as JSON.parse does', () => {
  for (const text of [
    lists(maxJsonDepth),
    objects(maxJsonDepth),
    ` ${JSON.stringify({ a: '['.repeat(500), b: '\\"[[', c: ['"', '\\\\', { d: ']' }] }).repeat(1)} `,
    JSON.stringify(Array.from({ length: 1_000 }, () => [[]])),
    '"text"',
    '1',
  ]) {
    assert.deepEqual(parseJson(text), JSON.parse(text), text.slice(0, 60));
  }
});

test('JSON nested deeper than the limit is refused with the limit named, and without recursion', () => {
  for (const text of [
    lists(maxJsonDepth + 1),
    objects(maxJsonDepth + 1),
    lists(20_000),
    objects(150_000),
    '['.repeat(1_000_000),
    '{"a":"\\\\",'.concat(`"b":${lists(200)}}`),
  ]) {
    assert.throws(
      () => parseJson(text),
      (error: InvalidRequest) => {
        assert.ok(error instanceof InvalidRequest);
        assert.equal(error.field, 'body');
        assert.match(error.message, new RegExp(`deeper than ${maxJsonDepth} levels`));
        return true;
      },
    );
  }
});

test('invalid JSON is a SyntaxError, also with an unterminated string', () => {
  for (const text of ['', '{', `"${'['.repeat(500)}`, `{"a":"${'\\'.repeat(301)}`, ']'.repeat(300)]) {
    assert.throws(() => parseJson(text), SyntaxError);
  }
});

test('JSON is indented if the result is small, else compact', () => {
  const values: unknown[] = [
    { a: 1, b: [1, 2, { c: [] }], d: {}, e: 'x: [1, {2}] "quoted" \\' },
    [[[]], [{}], [[1]]],
    [],
    {},
    'text',
    null,
    [lists(50)],
    JSON.parse(lists(90)),
  ];
  for (const value of values) {
    const indented = JSON.stringify(value, null, 2);
    assert.equal(indentJson(value), indented);
    assert.equal(indentJson(value, indented.length), indented, 'the computed length is exact');
    const compact = JSON.stringify(value);
    if (compact !== indented) assert.equal(indentJson(value, indented.length - 1), compact);
  }
  const bomb = JSON.parse(`[${Array(5_000).fill(lists(90)).join(',')}]`);
  const text = indentJson(bomb);
  assert.ok(text.length < maxIndentedCharacters);
  assert.deepEqual(JSON.parse(text).length, 5_000);
});
