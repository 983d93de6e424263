import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named } from '../../src/http/routes/slack.ts';

const cases: [written: string, named: string][] = [
  ['ops', '#ops'],
  ['#ops', '#ops'],
  ['GENERAL', '#GENERAL'],
  ['C4', 'C4'],
  ['C0123456789', 'C0123456789'],
  ['DABCDEFGHI', 'DABCDEFGHI'],
  ['U1', 'U1'],
  ['@ada', '@ada'],
  ['ada@example.com', 'ada@example.com'],
  ['<#C1|ops>', '<#C1|ops>'],
];
for (const [written, expected] of cases) {
  test(`in an address, ${written} is ${expected}`, () => assert.equal(named(written), expected));
}
