import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTally } from './tally.ts';

/** Tells a tally what happened: `d0` is delivered, `a0` acknowledged, `p0` in Slack. Odd items are of another lane. */
function judged(story: string) {
  const tally = createTally(8);
  for (const [what, number] of story.split(' ')) {
    const item = Number(number);
    if (what === 'd') tally.delivered(item, item % 2);
    else if (what === 'a') tally.acknowledge(item);
    else tally.posted(item);
  }
  return { ...tally.judge(), waiting: tally.waiting };
}

const fine = { unacknowledged: 0, twice: 0, lost: 0, outOfOrder: 0, waiting: 0 };

it('what is acknowledged and in Slack once, in its order, is fine', () => {
  assert.deepEqual(judged('d0 a0 d2 p0 a2 p2 d1 p1 a1'), { ...fine, acknowledged: 3 });
});

it('a second message of an item is told, and a second acknowledgement counts once', () => {
  assert.deepEqual(judged('d0 a0 a0 p0 p0 p0'), { ...fine, acknowledged: 1, twice: 1 });
});

it('what is acknowledged and never in Slack is lost; what is not acknowledged is not', () => {
  assert.deepEqual(judged('d0 a0 d2'), { ...fine, acknowledged: 1, unacknowledged: 1, lost: 1, waiting: 1 });
});

it('an item in Slack before one that was acknowledged before its delivery is out of order', () => {
  assert.equal(judged('d0 a0 d2 a2 p2 p0').outOfOrder, 1);
  assert.equal(judged('d0 a0 d2 a2 d4 a4 p4 p2 p0').outOfOrder, 2);
  assert.equal(judged('d0 a0 d1 a1 d2 a2 d3 a3 p2 p3 p1 p0').outOfOrder, 2);
});

it('items on their way at the same time, and items of two lanes, have no order', () => {
  assert.equal(judged('d0 d2 a0 a2 p2 p0').outOfOrder, 0);
  assert.equal(judged('d0 a0 d1 a1 p1 p0').outOfOrder, 0);
});

it('an item that is delivered late has its place by its delivery, and not by when it was said', () => {
  assert.equal(judged('d2 a2 d0 a0 p2 p0').outOfOrder, 0);
  assert.equal(judged('d2 a2 p2 d0 d4 a4 p4 a0 p0').outOfOrder, 0);
  assert.equal(judged('d2 a2 d0 a0 p0 p2').outOfOrder, 1);
});
