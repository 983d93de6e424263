import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import pino from 'pino';
import { createLease } from '../../../src/domain/lease.ts';
import type { WatchedApp } from '../../../src/modules/heroku/apps.ts';
import { createSchedule } from '../../../src/modules/heroku/schedule.ts';
import { manualClock } from '../../support/clock.ts';
import { appNamed, minute } from './support.ts';

function start(t: TestContext, apps: readonly WatchedApp[], options: { takesMs?: number; intervalMs?: number } = {}) {
  const clock = manualClock();
  const began = clock.monotonic();
  /** `app@seconds` of each look. */
  const looks: string[] = [];
  const [full, forgotten, prepared]: [string[], string[], string[]] = [[], [], []];
  let underWay = 0;
  const seen = { most: 0, leases: 0 };
  const state = { hasLease: true, heldUntil: 0, fails: false };
  const store = {
    async lease() {
      seen.leases += 1;
      if (state.fails) throw new Error('the disk is full');
      return state.hasLease;
    },
  };
  const schedule = createSchedule({
    async poll({ app, everyMs }) {
      underWay += 1;
      seen.most = Math.max(seen.most, underWay);
      looks.push(`${app}@${Math.round((clock.monotonic() - began) / 1_000)}`);
      if (options.takesMs !== undefined) await new Promise<void>((done) => clock.after(options.takesMs ?? 0, done));
      underWay -= 1;
      return options.intervalMs ?? everyMs;
    },
    lease: createLease(store, 'heroku', clock),
    prepare: async (names) => void prepared.push(names.join()),
    heldMs: () => Math.max(0, state.heldUntil - clock.monotonic()),
    readAll: (app) => void full.push(app),
    forget: (app) => void forgotten.push(app),
    clock,
    log: pino({ level: 'silent' }),
  });
  schedule.replace(apps);
  schedule.start();
  t.after(async () => {
    const stopped = schedule.stop();
    await clock.advance(minute);
    await stopped;
  });
  const taken = () => looks.splice(0);
  return { clock, schedule, looks, taken, full, forgotten, prepared, seen, state };
}

describe('the schedule of looks', () => {
  it('looks at each app at its interval without drift, the first looks apart from each other', async (t) => {
    const { clock, taken, prepared } = start(t, [appNamed('a'), appNamed('b', { everyMs: 10 * minute })], {
      takesMs: 1_500,
    });
    await clock.advance(11 * minute);
    assert.deepEqual(taken(), ['a@0', 'b@2', 'a@300', 'a@600', 'b@602']);
    assert.ok(prepared.every((names) => names === 'a,b'));
  });

  it('many apps are spread over their interval, and at most 4 are looked at at once', async (t) => {
    const apps = Array.from({ length: 60 }, (_, at) => appNamed(`app-${at}`, { everyMs: minute }));
    const { clock, taken, seen } = start(t, apps, { takesMs: 5_000 });
    await clock.advance(59_999);
    const seconds = taken().map((look) => Number(look.split('@')[1]));
    assert.ok(seconds.length >= 44, `${seconds.length} looks`);
    assert.equal(seen.most, 4);
  });

  it('a webhook causes one look soon, however many come, and the next ones are rarer', async (t) => {
    const { clock, schedule, taken, full } = start(t, [appNamed('a'), appNamed('b')]);
    await clock.advance(minute);
    taken();
    for (let hook = 0; hook < 5; hook += 1) schedule.lookAt('a');
    schedule.lookAt('unknown');
    await clock.advance(5_000);
    assert.deepEqual(taken(), ['a@62']);
    assert.deepEqual(new Set(full), new Set(['a']));
    for (let hook = 0; hook < 20; hook += 1) {
      schedule.lookAt('a');
      await clock.advance(1_000);
    }
    assert.deepEqual(taken(), ['a@72', 'a@82'], 'at most each 10 s');
    await clock.advance(20 * minute);
    assert.deepEqual(
      taken().filter((look) => look.startsWith('a')),
      ['a@92', 'a@992'],
    );
    await clock.advance(26 * 60 * minute);
    taken();
    await clock.advance(10 * minute);
    assert.equal(
      taken().filter((look) => look.startsWith('a')).length,
      2,
      'without a webhook for a day it is as before',
    );
  });

  it('a webhook during a look causes another look', async (t) => {
    const { clock, schedule, taken } = start(t, [appNamed('a')], { takesMs: 3_000 });
    await clock.advance(1_000);
    schedule.lookAt('a');
    await clock.advance(20_000);
    assert.deepEqual(taken(), ['a@0', 'a@10']);
  });

  it('without requests left there is no look until they are back, and missed ones are not made up for', async (t) => {
    const { clock, taken, state } = start(t, [appNamed('a', { everyMs: minute })]);
    await clock.advance(1_000);
    taken();
    state.heldUntil = clock.monotonic() + 10 * minute;
    await clock.advance(10 * minute);
    assert.deepEqual(taken(), ['a@601']);
    await clock.advance(2 * minute);
    assert.deepEqual(taken(), ['a@661', 'a@721']);
  });

  it('without the lease there is no look, and it is asked for again', async (t) => {
    const { clock, schedule, taken, state } = start(t, [appNamed('a')]);
    state.hasLease = false;
    await clock.advance(2 * minute);
    assert.deepEqual([taken(), schedule.standsBy()], [[], true]);
    state.hasLease = true;
    await clock.advance(31_000);
    assert.deepEqual([taken().length, schedule.standsBy()], [1, false]);
  });

  it('the lease is prolonged while no app is due, and a store that fails stops nothing', async (t) => {
    const { clock, taken, seen, state } = start(t, [appNamed('a', { everyMs: 60 * minute })]);
    await clock.advance(30 * minute);
    assert.ok(seen.leases >= 150 && seen.leases <= 240, `${seen.leases} leases`);
    taken();
    state.fails = true;
    await clock.advance(40 * minute);
    assert.deepEqual(taken(), []);
    state.fails = false;
    await clock.advance(minute);
    assert.equal(taken().length, 1);
  });

  it('apps come and go while it runs; the others keep their times', async (t) => {
    const { clock, schedule, taken, forgotten } = start(t, [appNamed('a'), appNamed('b')]);
    await clock.advance(minute);
    taken();
    schedule.replace([appNamed('b'), appNamed('c')]);
    assert.deepEqual([schedule.apps(), forgotten], [['b', 'c'], ['a']]);
    await clock.advance(4 * minute + 3_000);
    assert.deepEqual(taken(), ['c@62', 'b@302']);
    schedule.replace([appNamed('b', { everyMs: minute }), appNamed('c')]);
    await clock.advance(minute);
    assert.deepEqual(taken(), ['c@362', 'b@363']);
  });
});
