import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createBusiest } from '../../../src/modules/workspaces/busiest.ts';
import { manualClock } from '../../support/clock.ts';

function setUp() {
  const clock = manualClock();
  const busiest = createBusiest(clock);
  const count = (team: string, events: number) => {
    for (let n = 0; n < events; n += 1) busiest.count(team);
  };
  return { clock, busiest, count };
}

it('the ten busiest workspaces of the last full minute are named, the others are one sum', async () => {
  const { clock, busiest, count } = setUp();
  for (let n = 1; n <= 12; n += 1) count(`T${n}`, n);
  assert.deepEqual(busiest.lastMinute(), { teams: [], others: 0 }, 'the minute has not ended');
  await clock.advance(60_000);
  count('T99', 5);
  const { teams, others } = busiest.lastMinute();
  assert.deepEqual(
    teams,
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => [`T${n}`, n]),
  );
  assert.equal(others, 1 + 2);
});

it('a minute without events is empty', async () => {
  const { clock, busiest, count } = setUp();
  count('T1', 3);
  await clock.advance(120_000);
  assert.deepEqual(busiest.lastMinute(), { teams: [], others: 0 });
});

it('ten thousand workspaces have a count of their own, later ones are among the others', async () => {
  const { clock, busiest, count } = setUp();
  for (let n = 0; n < 10_000; n += 1) count(`T${n}`, 1);
  count('LATE', 5);
  count('T3', 1);
  await clock.advance(60_000);
  const { teams, others } = busiest.lastMinute();
  assert.deepEqual(teams[0], ['T3', 2]);
  assert.ok(teams.every(([team]) => team !== 'LATE'));
  assert.equal(teams.reduce((sum, [, events]) => sum + events, 0) + others, 10_006);
});
