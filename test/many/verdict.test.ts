import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Outcome, wrongIn } from './verdict.ts';

const fine: Outcome = {
  verdict: { acknowledged: 100, unacknowledged: 0, twice: 0, lost: 0, outOfOrder: 0 },
  load: { count: 100 },
  ...{ open: 0, strangers: 0, hasKills: true },
  takeOvers: { messages: [{ first: 26, last: 52 }], tasks: [27] },
};
const judged = (more: Partial<Outcome>) => wrongIn({ ...fine, ...more }, 30);
const ofMessages = (...messages: Outcome['takeOvers']['messages']) => judged({ takeOvers: { messages, tasks: [] } });

it('a run in which everything is taken over in time is as wanted', () => {
  assert.deepEqual(judged({}), []);
});

it('the last message of a killed instance has twice the time of the first one, and must be settled', () => {
  assert.deepEqual(ofMessages({ first: 26, last: 61 }), ['the last message of a killed instance took 61 s']);
  assert.deepEqual(ofMessages({ first: 26, last: 27 }, { first: 26 }), [
    'the last message of a killed instance took Infinity s',
  ]);
  assert.deepEqual(ofMessages({ first: 31, last: 32 }), ['a take-over was slow']);
});

it('what is lost, doubled, out of order, open, unknown, or not acknowledged is told, and so is a run without a take-over', () => {
  const { verdict } = fine;
  for (const name of ['twice', 'lost', 'outOfOrder'] as const) {
    assert.equal(judged({ verdict: { ...verdict, [name]: 1 } }).length, 1, name);
  }
  assert.equal(judged({ open: 1 }).length, 1);
  assert.equal(judged({ strangers: 1 }).length, 1);
  assert.equal(judged({ verdict: { ...verdict, acknowledged: 89 } }).length, 1);
  assert.deepEqual(ofMessages(), ['no take-over was seen']);
  assert.deepEqual(judged({ takeOvers: { messages: [], tasks: [] }, hasKills: false }), []);
});
