import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeCode, errorCode } from '../../src/lib/error-code.ts';

const coded = (code: unknown, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

const cases: [title: string, error: unknown, own: string, ofCauses: string][] = [
  ['an error of the file system', coded('ENOENT'), 'ENOENT', 'ENOENT'],
  ['an error without a code', new Error('x'), '', ''],
  ['a code that is a number', coded(11), '', ''],
  ['a code of the cause', new Error('x', { cause: coded('ECONNREFUSED') }), '', 'ECONNREFUSED'],
  ['a code of its own before that of the cause', coded('ERR_A', coded('ERR_B')), 'ERR_A', 'ERR_A'],
  ['a cause that is no error', new Error('x', { cause: 'text' }), '', ''],
  ['a thrown text', 'ENOENT', '', ''],
  ['nothing', undefined, '', ''],
  ['null', null, '', ''],
];
for (const [title, error, own, ofCauses] of cases) {
  test(`${title} has the code "${own}", with its causes "${ofCauses}"`, () => {
    assert.equal(errorCode(error), own);
    assert.equal(causeCode(error), ofCauses);
  });
}

test('an error that is its own cause ends the search', () => {
  const error = new Error('x');
  error.cause = error;
  assert.equal(causeCode(error), '');
});
