import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionOf, judge, noVerdict } from '../../../src/modules/watch/verdict.ts';
import type { Check } from '../../../src/watch-files/index.ts';
import { failure, result } from './support.ts';

const threeInARow = { count: 3, ofMs: null };
const threeOfFiveMinutes = { count: 3, ofMs: 300_000 };

/** Attempts 10 s apart (or at other times), `+` good and `-` failed; the verdict after each: p, u or d. */
function verdictsOf(attempts: string, fail: Check['fail'], times?: readonly number[]): string {
  let verdict = noVerdict;
  const all = [...attempts].map((sign, index) => {
    const at = times?.[index] ?? index * 10_000;
    verdict = judge(verdict, fail, result(at, { failure: sign === '-' ? failure() : null }));
    return verdict.is[0];
  });
  return all.join('');
}

describe('the verdict of a check', () => {
  const cases: [string, string, Check['fail'], string, (readonly number[])?][] = [
    ['is up after one good attempt', '+', threeInARow, 'u'],
    ['is pending until enough attempts failed', '---', threeInARow, 'ppd'],
    ['stays up until three attempts in a row failed', '+--+---', threeInARow, 'uuuuuud'],
    ['is up again after one good attempt, and all failures are forgotten', '---+--', threeInARow, 'ppduuu'],
    ['stays down while attempts fail', '-----', threeInARow, 'ppddd'],
    ['is down after the first failure if that is set', '+-+', { count: 1, ofMs: null }, 'udu'],
    ['counts failures within a time, whatever is between them', '-+-+-', threeOfFiveMinutes, 'puuud'],
    ['does not count failures that are too old', '--+-', threeOfFiveMinutes, 'ppuu', [0, 1_000, 2_000, 300_000]],
    ['counts a failure just within the time', '--+-', threeOfFiveMinutes, 'ppud', [0, 1_000, 2_000, 299_999]],
    ['forgets failures within a time once it was down', '---+--', threeOfFiveMinutes, 'ppduuu'],
    [
      'does not count failures from before the clock was set back',
      '+----',
      threeOfFiveMinutes,
      'uuuuu',
      [9e6, 9e6, 9e6, 0, 1],
    ],
  ];
  for (const [title, attempts, fail, expected, times] of cases) {
    it(title, () => assert.equal(verdictsOf(attempts, fail, times), expected));
  }

  it('knows since when it is so, when the failures began, and how many there were', () => {
    let verdict = judge(noVerdict, threeInARow, result(5));
    verdict = judge(verdict, threeInARow, result(6));
    assert.deepEqual([verdict.is, verdict.since, verdict.failingSince], ['up', 5, null]);
    for (const at of [10, 20, 30, 40]) verdict = judge(verdict, threeInARow, result(at, { failure: failure() }));
    assert.deepEqual([verdict.is, verdict.since, verdict.failingSince, verdict.failed], ['down', 30, 10, 4]);
    assert.equal(verdict.failures.length, 3, 'no list grows');
  });
});

describe('the condition that people see', () => {
  const up = judge(noVerdict, threeInARow, result(5));
  const failing = judge(up, threeInARow, result(7, { failure: failure() }));
  const down = judge(up, { count: 1, ofMs: null }, result(7, { failure: failure() }));
  it('is failing when the last attempt failed and the check is up', () => {
    assert.deepEqual(conditionOf(failing, false), { state: 'failing', since: 7 });
    assert.deepEqual(conditionOf(up, false), { state: 'up', since: 5 });
    assert.deepEqual(conditionOf(down, false), { state: 'down', since: 7 });
    assert.deepEqual(conditionOf(noVerdict, false), { state: 'pending', since: null });
  });

  it('is maintenance only while the check fails in a window', () => {
    assert.equal(conditionOf(down, true).state, 'maintenance');
    assert.equal(conditionOf(failing, true).state, 'maintenance');
    assert.equal(conditionOf(up, true).state, 'up');
    assert.equal(conditionOf(noVerdict, true).state, 'pending');
  });
});
