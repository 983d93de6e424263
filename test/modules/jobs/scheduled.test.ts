import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definition } from './definition.ts';
import { hour, hourly, scheduledPrograms as setUp } from './scheduled-programs.ts';

describe('a schedule', () => {
  it('runs each planned time once, and nothing when it is new', async (t) => {
    const { clock, program, hourOf } = await setUp(t);
    const { round, planned } = await program();
    await round();
    assert.deepEqual(await planned(), []);
    for (let minutes = 0; minutes < 180; minutes += 10) {
      clock.skip(600_000);
      await round();
      await round();
    }
    assert.deepEqual(await planned(), [hourOf(1), hourOf(2), hourOf(3)]);
  });

  it('runs a planned time once in two programs on a store', async (t) => {
    const { clock, program, hourOf } = await setUp(t);
    const [one, two] = [await program(), await program()];
    await one.round();
    await two.round();
    clock.skip(hour);
    await Promise.all([one.round(), two.round()]);
    assert.deepEqual(await one.planned(), [hourOf(1)]);
  });

  it('a program that follows the jobs again knows what another one ran meanwhile', async (t) => {
    const { clock, program, hourOf } = await setUp(t);
    const [one, two] = [await program(), await program()];
    await one.round();
    for (const _ of [1, 2]) {
      clock.skip(hour);
      await two.round();
    }
    clock.skip(hour);
    one.round.forget();
    await one.round();
    assert.deepEqual(await one.planned(), [hourOf(1), hourOf(2), hourOf(3)]);
    assert.deepEqual(await one.messages(), [], 'none was missed');
  });

  it('runs one of those that were missed while no program ran, and tells their number', async (t) => {
    const { clock, program, hourOf } = await setUp(t);
    await (await program()).round();
    clock.skip(5 * hour);
    const { round, planned, messages } = await program();
    await round();
    assert.deepEqual(await planned(), [hourOf(5)]);
    assert.deepEqual(await messages(), [
      '4 planned runs of `report` did not take place, since the program was not running.',
    ]);
    await round();
    assert.equal((await messages()).length, 1);
  });

  it('tells of a planned time that is left out because the queue is full, and goes on with the next', async (t) => {
    const { clock, faults, program, hourOf } = await setUp(t);
    const { round, planned, messages } = await program();
    await round();
    clock.skip(hour);
    faults.isFull = true;
    await round();
    assert.deepEqual(await planned(), []);
    assert.match((await messages())[0] ?? '', /planned for .* UTC was left out: All places are taken\.$/);
    faults.isFull = false;
    clock.skip(hour);
    await round();
    assert.deepEqual(await planned(), [hourOf(2)]);
  });

  it('that is faulty does not hold up the others', async (t) => {
    const { clock, definitions, program, hourOf } = await setUp(t);
    const nextAfter = () => {
      throw new Error('out of range');
    };
    const entries = [...definitions];
    definitions.clear();
    definitions.set('faulty', definition({ name: 'faulty', schedule: { cron: '', timezone: 'UTC', nextAfter } }));
    for (const [name, each] of entries) definitions.set(name, each);
    const { round, planned } = await program();
    await round();
    clock.skip(hour);
    await round();
    assert.deepEqual(await planned(), [hourOf(1)]);
  });

  it('begins anew when it was changed, and when the clock was ahead', async (t) => {
    const { clock, definitions, program, hourOf } = await setUp(t);
    const { round, planned } = await program();
    await round();
    clock.skip(3 * hour);
    definitions.set('report', definition({ name: 'report', schedule: { ...hourly, cron: '0 */1 * * *' } }));
    await round();
    assert.deepEqual(await planned(), [], 'a new expression does not make up for times of the old one');
    clock.jump(400 * 24 * hour);
    await round();
    const [ahead] = await planned();
    clock.jump(-400 * 24 * hour);
    const { round: again, planned: all } = await program();
    await again();
    clock.skip(hour);
    await again();
    assert.deepEqual(
      (await all()).filter((each) => each !== ahead),
      [hourOf(4)],
    );
  });
});
