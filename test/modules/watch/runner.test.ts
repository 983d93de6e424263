import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDueQueue, type Due } from '../../../src/modules/watch/due-queue.ts';
import type { Result } from '../../../src/modules/watch/result.ts';
import { createRunner } from '../../../src/modules/watch/runner.ts';
import { type ManualClock, manualClock, settled } from '../../support/clock.ts';
import { Random } from '../../support/random.ts';
import { check, fakeAttempts, silent } from './support.ts';

function setUp(again: (name: string, result: Result) => number | null = () => null) {
  const clock = manualClock();
  let timers = 0;
  const counting: ManualClock = {
    ...clock,
    after(ms, run) {
      timers += 1;
      let counted = true;
      const uncount = () => {
        if (counted) timers -= 1;
        counted = false;
      };
      const cancel = clock.after(ms, () => {
        uncount();
        run();
      });
      return () => {
        uncount();
        cancel();
      };
    },
  };
  const fake = fakeAttempts(clock.monotonic);
  let dropped = 0;
  const onDropped = () => {
    dropped += 1;
  };
  const runner = createRunner({
    ...{ clock: counting, attempt: fake.attempt, log: silent, onDropped },
    onResult: ({ name }, result) => again(name, result),
  });
  return { clock, fake, runner, timers: () => timers, dropped: () => dropped };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => check(`check-${index}`));

test('a queue returns its items in the order in which they are due, whatever is moved and removed', () => {
  const random = new Random(7);
  const queue = createDueQueue<Due>();
  const items: Due[] = Array.from({ length: 300 }, () => ({ due: random.below(100), place: -1 }));
  const inside = new Set<Due>();
  for (let step = 0; step < 3_000; step += 1) {
    const item = random.pick(items);
    if (random.below(3) === 0) {
      queue.remove(item);
      inside.delete(item);
    } else {
      item.due = random.below(100);
      queue.put(item);
      inside.add(item);
    }
    assert.equal(queue.first()?.due, inside.size === 0 ? undefined : Math.min(...[...inside].map(({ due }) => due)));
  }
});

test('2,000 checks need one timer, their first attempts are spread over a minute, and the next ones do not drift', async () => {
  const { clock, fake, runner, timers } = setUp();
  const checks = numbered(2_000);
  runner.add(checks);
  assert.equal(timers(), 1);
  await clock.advance(60_000);
  const firsts = new Map(checks.map(({ name }) => [name, fake.timesOf(name)[0] ?? Number.NaN]));
  const perSecond = Array.from(
    { length: 60 },
    (_, second) => [...firsts.values()].filter((at) => Math.floor(at / 1_000) === second).length,
  );
  assert.ok(Math.max(...perSecond) <= 60 && Math.min(...perSecond) >= 10, `${perSecond}`);
  await clock.advance(240_000);
  for (const { name } of checks) {
    const [first = Number.NaN, ...others] = fake.timesOf(name);
    assert.deepEqual(others, [1, 2, 3, 4].map((turn) => first + turn * 60_000).slice(0, others.length), name);
  }
  assert.equal(timers(), 1);
});

test('the first attempt of a check is always at the same share of its period', async () => {
  const times = [];
  for (let start = 0; start < 2; start += 1) {
    const { clock, fake, runner } = setUp();
    runner.add([check('shop'), check('db', { everyMs: 86_400_000 })]);
    await clock.advance(60_000);
    times.push(fake.made);
  }
  assert.deepEqual(times[0], times[1]);
  assert.equal(new Set(times[0]?.map(({ name }) => name)).size, 2, 'a daily check is not first tried tomorrow');
});

test('at most 50 attempts are under way, the others follow in the order in which they are due', async () => {
  const { clock, fake, runner } = setUp();
  fake.hangs = true;
  const checks = numbered(120);
  runner.add(checks);
  await clock.advance(61_000);
  assert.deepEqual([fake.underWay, fake.made.length], [50, 50]);
  const started = fake.made.map(({ name }) => name);
  fake.hangs = false;
  for (const release of fake.release.splice(0)) release();
  await clock.advance(0);
  assert.equal(fake.mostUnderWay, 50);
  const all = fake.made.slice(0, 120).map(({ name }) => name);
  assert.equal(new Set(all).size, 120);
  const other = setUp();
  other.runner.add(checks);
  await other.clock.advance(60_000);
  assert.deepEqual(
    all,
    other.fake.made.map(({ name }) => name),
    'the order in which they are due',
  );
  assert.deepEqual(all.slice(0, 50), started);
});

test('an attempt that takes longer than the period delays the next turn, and never overlaps it', async () => {
  const { clock, fake, runner } = setUp();
  runner.add([check('slow', { everyMs: 10_000 })]);
  fake.hangs = true;
  await clock.advance(35_000);
  assert.equal(fake.made.length, 1);
  fake.release.splice(0)[0]?.();
  await clock.advance(10_000);
  const [first = 0, second = 0] = fake.timesOf('slow');
  assert.ok(second > 35_000 && second <= 45_000);
  assert.equal(second % 10_000, first % 10_000);
});

test('after the process was stopped for a while, a check has one attempt and then its usual turns', async () => {
  const { clock, fake, runner } = setUp();
  runner.add([check('shop')]);
  await clock.advance(60_000);
  const [first = 0] = fake.timesOf('shop');
  clock.skip(600_000);
  await clock.advance(120_000);
  const later = fake.timesOf('shop').slice(1);
  assert.equal(later[0], 660_000);
  assert.deepEqual(later.slice(1), [first + 660_000, first + 720_000]);
});

test('a failing check is tried again after the time that its result asks for', async () => {
  const { clock, fake, runner } = setUp((_, { failure }) => (failure === null ? null : 10_000));
  fake.failures.set('shop', 'x');
  runner.add([check('shop')]);
  await clock.advance(60_000);
  const [first = 0] = fake.timesOf('shop');
  fake.made.splice(0);
  await clock.advance(20_000);
  assert.equal(fake.made.length, 2);
  fake.failures.clear();
  fake.made.splice(0);
  await clock.advance(130_000);
  assert.equal((fake.timesOf('shop').at(-1) ?? 0) % 60_000, first % 60_000, 'its turns are where they were');
});

test('a result is dropped and the attempt made again when this program was at fault', async () => {
  const seen: string[] = [];
  const { clock, fake, runner, dropped } = setUp((name) => {
    seen.push(name);
    return null;
  });
  fake.ownFault.add('shop');
  runner.add([check('shop')]);
  await clock.advance(60_000);
  assert.deepEqual([seen, dropped() > 0], [[], true]);
  const before = fake.made.length;
  await clock.advance(10_000);
  assert.equal(fake.made.length, before + 1);
  const now = runner.runNow('shop');
  await assert.rejects(now, /too busy to measure "shop"/);
});

test('an attempt that throws stops nothing', async () => {
  const clock = manualClock();
  let tries = 0;
  const runner = createRunner({
    ...{ clock, log: silent, onDropped() {}, onResult: () => null },
    attempt() {
      tries += 1;
      throw new Error('a bug');
    },
  });
  runner.add([check('shop')]);
  await clock.advance(85_000);
  assert.ok(tries >= 3, `${tries}`);
});

test('“now” makes an attempt at once, joins the one under way, and moves no turn', async () => {
  const { clock, fake, runner } = setUp();
  runner.add([check('shop')]);
  await clock.advance(60_000);
  const [first = 0] = fake.timesOf('shop');
  const at = clock.monotonic();
  fake.hangs = true;
  const results = [runner.runNow('shop'), runner.runNow('shop')];
  assert.equal(runner.dueIn('shop'), 0);
  fake.hangs = false;
  await settled();
  fake.release.splice(0)[0]?.();
  assert.deepEqual(
    (await Promise.all(results)).map(({ note }) => note),
    ['200 in 84 ms', '200 in 84 ms'],
  );
  assert.deepEqual(fake.timesOf('shop'), [first, at]);
  await clock.advance(60_000);
  assert.equal(fake.timesOf('shop').at(-1), first + 60_000);
  await assert.rejects(runner.runNow('other'), /"other" is not watched/);
});

test('a removed check is aborted, has no result, and leaves its place and no timer', async () => {
  const results: string[] = [];
  const { clock, fake, runner, timers } = setUp((name) => {
    results.push(name);
    return null;
  });
  fake.hangs = true;
  runner.add(numbered(60));
  await clock.advance(60_000);
  const waits = runner.runNow('check-0');
  runner.remove(numbered(60).map(({ name }) => name));
  await assert.rejects(waits, /not watched by this program any more/);
  await clock.advance(100_000);
  assert.deepEqual([fake.underWay, timers(), results, runner.dueIn('check-1')], [0, 0, [], null]);
  fake.hangs = false;
  runner.add([check('check-1')]);
  await clock.advance(60_000);
  assert.deepEqual(results, ['check-1']);
});

test('a check of 1,000 turns has drifted by less than a second when timers are late', async () => {
  const { clock, fake, runner } = setUp();
  const late = { ...clock, after: (ms: number, run: () => void) => clock.after(ms + 7, run) };
  const slow = createRunner({ clock: late, attempt: fake.attempt, log: silent, onDropped() {}, onResult: () => null });
  assert.deepEqual([...runner.names()], []);
  slow.add([check('shop', { everyMs: 10_000 })]);
  await clock.advance(10_000_000);
  const times = fake.timesOf('shop');
  assert.ok(times.length >= 999, `${times.length}`);
  const [first = 0] = times;
  assert.ok(times.every((at, turn) => at - (first + turn * 10_000) <= 7));
});
