import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Registry } from 'prom-client';
import { NotFound, StoreUnavailable, WrongState } from '../../../src/domain/errors.ts';
import { createLease, waitsForLease } from '../../../src/domain/lease.ts';
import { createChecks } from '../../../src/modules/watch/checks.ts';
import { createPlannedWindows } from '../../../src/modules/watch/maintenance.ts';
import { defineCheckMetrics } from '../../../src/modules/watch/metrics.ts';
import type { Signal, SignalSink, Told } from '../../../src/ports/signals.ts';
import type { PlannedMaintenance } from '../../../src/watch-files/index.ts';
import { settled } from '../../support/clock.ts';
import { openIncidents } from '../incidents/support.ts';
import { check, fakeAttempts, silent } from './support.ts';

const minute = 60_000;
const standsBy = `1 check; ${waitsForLease}`;

/** Programs on one store that watch, with the real log of incidents. */
async function setUp(t: TestContext) {
  const opened = await openIncidents(t);
  const { clock } = opened;
  const fake = fakeAttempts(clock.now);

  async function watcher(of: Pick<typeof opened, 'store' | 'incidents'>) {
    const sent: Signal[] = [];
    const windows = createPlannedWindows();
    const trouble = { store: false, killed: false };
    const signals: SignalSink = {
      signal(signal): Promise<Told> {
        if (trouble.killed) return new Promise(() => {});
        if (trouble.store) return Promise.reject(new StoreUnavailable('The disk is full.'));
        sent.push(signal);
        return of.incidents.signal(signal);
      },
    };
    const registry = new Registry();
    const checks = createChecks({
      ...{
        store: of.store,
        lease: createLease(of.store, 'watch', clock),
        signals,
        attempt: fake.attempt,
        windows,
        clock,
        log: silent,
      },
      count: (result) => metrics.count(result),
    });
    const metrics = defineCheckMetrics(registry, checks.running);
    return { ...checks, store: of.store, windows, sent, trouble, registry };
  }

  const first = await watcher(opened);
  const cards = async () => (await opened.messages()).filter(({ source }) => source === 'incident');
  /** What the histories of all incidents say. */
  async function told() {
    const { items } = await opened.store.incidents({ team: 'T1' }, null, 50);
    const histories = items.reverse().map(async ({ number, title, status }) => {
      const history = await opened.store.incidentHistory(number);
      return `${title}, ${status}: ${history.map(({ kind }) => kind).join(', ')}`;
    });
    return Promise.all(histories);
  }
  const restart = async () => watcher(await opened.program());
  return { ...opened, fake, first, restart, cards, told };
}

const windowOf = (from: number, forMs: number, of: string[] | null = null): PlannedMaintenance => ({
  ...{ name: 'deploy night', place: 'watch/a.yaml, maintenance "deploy night"', forMs, of },
  schedule: {
    ...{ kind: 'cron', expression: '', timeZone: 'UTC' },
    next: (after) => (after < from ? from : null),
    previous: (at) => (at >= from ? from : null),
  },
});

test('a check that fails three times 10 s apart opens one incident, and the next good attempt ends it', async (t) => {
  const { clock, fake, first, cards, told } = await setUp(t);
  first.replace([check('shop', { channel: '#ops', notify: '@oncall' }), check('db')]);
  await clock.advance(minute);
  assert.deepEqual(await told(), [], 'the first good verdict opens nothing');
  assert.deepEqual(first.sent.map(({ key, status }) => `${key} ${status}`).sort(), [
    'check:db resolved',
    'check:shop resolved',
  ]);
  first.sent.splice(0);
  fake.failures.set('shop', 'The response has status 503 instead of <200>.');
  const failsFrom = (first.find('shop')?.nextAt ?? 0) - clock.now();
  await clock.advance(failsFrom);
  assert.equal(first.find('shop')?.state, 'failing');
  await clock.advance(10_000);
  assert.deepEqual([first.sent, first.health().detail], [[], '2 checks, 0 down']);
  await clock.advance(10_000);
  assert.equal(first.find('shop')?.state, 'down');
  assert.equal(first.health().detail, '2 checks, 1 down');
  await clock.advance(10 * minute);
  const [signal, ...others] = first.sent;
  assert.deepEqual(others, [], 'no further signal while it fails in the same way');
  assert.deepEqual(signal, {
    ...{ key: 'check:shop', status: 'firing', title: 'shop is down', severity: 'error', channel: '#ops' },
    text: 'The response has status 503 instead of &lt;200&gt;.\n3 failed attempts in 20s.',
    fields: { check: 'shop', target: 'https://shop.example.com/health' },
    ...{ notify: '@oncall', at: signal?.at },
  });
  fake.failures.clear();
  await clock.advance(minute);
  assert.deepEqual(await told(), ['shop is up again, resolved: opened, resolved']);
  assert.equal((await cards()).filter(({ replyTo }) => replyTo === undefined).length, 1);
  assert.match(first.sent[1]?.text ?? '', /^200 in 84 ms\n\d+ failed attempts in 1\dm/);
  assert.equal(first.sent[1]?.title, 'shop is up again');
});

test('the incident of a check that fails in another way is updated, at most every 5 minutes', async (t) => {
  const { clock, fake, first } = await setUp(t);
  fake.failures.set('shop', 'one');
  first.replace([check('shop', { severity: 'critical', everyMs: 10_000 })]);
  await clock.advance(minute);
  for (const text of ['two', 'one', 'two', 'three']) {
    fake.failures.set('shop', text);
    await clock.advance(minute);
  }
  assert.deepEqual(
    first.sent.map(({ text }) => text.split('\n')[0]),
    ['one'],
  );
  await clock.advance(2 * minute);
  assert.deepEqual(
    first.sent.map(({ text }) => text.split('\n')[0]),
    ['one', 'three'],
  );
  assert.ok(first.sent.every(({ severity }) => severity === 'critical'));
});

test('a signal that the store cannot take is sent again until it can, in its order', async (t) => {
  const { clock, fake, first, told } = await setUp(t);
  first.replace([check('shop', { everyMs: 10_000 })]);
  await clock.advance(minute);
  first.trouble.store = true;
  fake.failures.set('shop', 'one');
  await clock.advance(minute);
  fake.failures.clear();
  await clock.advance(minute);
  assert.deepEqual(await told(), []);
  first.trouble.store = false;
  await clock.advance(10_000);
  assert.deepEqual(await told(), ['shop is up again, resolved: opened, resolved']);
  first.trouble.store = true;
  for (let flip = 0; flip < 30; flip += 1) {
    fake.failures.set('shop', 'one');
    await clock.advance(minute);
    fake.failures.clear();
    await clock.advance(minute);
  }
  fake.failures.set('shop', 'the last');
  await clock.advance(minute);
  first.trouble.store = false;
  first.sent.splice(0);
  await clock.advance(10_000);
  const statuses = first.sent.map(({ status }) => status);
  assert.ok(statuses.length <= 20 && statuses.every((status, index) => status === ['firing', 'resolved'][index % 2]));
  assert.match(first.sent.at(-1)?.text ?? '', /^the last/);
});

test('a restart between verdict and signal, and one after it, make one card and one recovery', async (t) => {
  const { clock, fake, first, restart, told, cards } = await setUp(t);
  fake.failures.set('shop', 'one');
  first.trouble.killed = true;
  first.replace([check('shop')]);
  await clock.advance(2 * minute);
  assert.equal(first.find('shop')?.state, 'down');
  // kill -9: nothing is written any more, and the lease ends by itself.
  await first.stop();
  const second = await restart();
  second.replace([check('shop')]);
  await clock.advance(3 * minute);
  assert.deepEqual(await told(), ['shop is down, firing: opened']);
  second.trouble.killed = true;
  fake.failures.clear();
  await clock.advance(minute);
  assert.equal(second.find('shop')?.state, 'up');
  await second.stop();
  const third = await restart();
  third.replace([check('shop')]);
  await clock.advance(3 * minute);
  await third.stop();
  const fourth = await restart();
  fourth.replace([check('shop')]);
  await clock.advance(3 * minute);
  assert.deepEqual(await told(), ['shop is up again, resolved: opened, resolved']);
  assert.equal((await cards()).filter(({ replyTo }) => replyTo === undefined).length, 1);
});

test('of two programs one runs the checks, and the other takes over when the lease ends', async (t) => {
  const { clock, fake, first, restart } = await setUp(t);
  const second = await restart();
  first.replace([check('shop')]);
  await settled();
  second.replace([check('shop')]);
  await clock.advance(2 * minute);
  const made = fake.made.length;
  assert.ok(made >= 2 && made <= 3, `${made} attempts`);
  assert.deepEqual([first.health().detail, second.health().detail], ['1 check, 0 down', standsBy]);
  await assert.rejects(second.runNow('shop'), WrongState);
  assert.equal((await first.runNow('shop')).note, '200 in 84 ms');
  await assert.rejects(first.runNow('other'), NotFound);
  await first.stop();
  await first.store.close();
  await clock.advance(5_000);
  assert.equal(second.health().detail, '1 check, 0 down', 'at once after a stop');
  const third = await restart();
  third.replace([check('shop')]);
  await clock.advance(minute);
  assert.equal(third.health().detail, standsBy);
  second.replace([]);
  await clock.advance(36_000);
  assert.equal(third.health().detail, '1 check, 0 down', 'after the end of the lease');
});

test('a program that was stopped for longer than its lease takes no result before it has the lease again', async (t) => {
  const { clock, fake, first } = await setUp(t);
  first.replace([check('shop', { fail: { count: 1, ofMs: null } })]);
  await clock.advance(minute);
  fake.hangs = true;
  const joined = first.runNow('shop');
  fake.failures.set('shop', 'x');
  first.sent.splice(0);
  clock.skip(40_000);
  fake.hangs = false;
  fake.release.splice(0)[0]?.();
  await joined;
  assert.deepEqual([first.sent, first.health().detail], [[], standsBy]);
  await assert.rejects(first.runNow('shop'), WrongState);
  await clock.advance(2 * minute);
  assert.deepEqual(
    first.sent.map(({ status }) => status),
    ['firing'],
    'the lease was free',
  );
});

test('a changed plan keeps the state of checks with the same definition, and ends incidents of removed ones', async (t) => {
  const { clock, fake, first, told } = await setUp(t);
  for (const name of ['shop', 'db', 'gone', 'web']) fake.failures.set(name, 'x');
  first.replace(['shop', 'db', 'gone', 'web'].map((name) => check(name)));
  await clock.advance(2 * minute);
  assert.equal(first.health().detail, '4 checks, 4 down');
  const changed = { ...check('db').probe, text: 'ok' } as ReturnType<typeof check>['probe'];
  first.replace([
    check('shop', { place: 'elsewhere', notify: '@oncall' }),
    check('db', { probe: changed }),
    check('web'),
    check('new'),
  ]);
  await settled();
  assert.deepEqual(
    first.list().map(({ check: { name, notify }, state }) => [name, state, notify]),
    [
      ['db', 'pending', null],
      ['new', 'pending', null],
      ['shop', 'down', '@oncall'],
      ['web', 'down', null],
    ],
  );
  fake.failures.clear();
  await clock.advance(2 * minute);
  const all = (await told()).sort();
  assert.deepEqual(
    all,
    ['db', 'gone', 'shop', 'web'].map(
      (name) => `${name} is ${name === 'gone' ? 'not watched any more' : 'up again'}, resolved: opened, resolved`,
    ),
  );
  const end = first.sent.find(({ key, status }) => key === 'check:gone' && status === 'resolved');
  assert.deepEqual(
    [end?.title, end?.text],
    ['gone is not watched any more', 'The check was removed from the files of WATCH_DIR.'],
  );
});

test('the incident of a check that was removed while no program ran ends at the start', async (t) => {
  const { clock, fake, first, restart, cards, told } = await setUp(t);
  fake.failures.set('shop', 'x');
  first.replace([check('shop'), check('db')]);
  await clock.advance(2 * minute);
  await first.stop();
  const second = await restart();
  second.replace([check('db')]);
  await clock.advance(minute);
  assert.deepEqual(await told(), ['shop is not watched any more, resolved: opened, resolved']);
  const texts = (await cards()).map(({ text }) => text);
  assert.match(texts.join('\n'), /\*shop is not watched any more\* · error · resolved/, 'the severity that it had');
});

test('the incident of the only check ends at a start without checks, also when the store is unavailable at first', async (t) => {
  const { clock, fake, first, restart, told } = await setUp(t);
  fake.failures.set('shop', 'x');
  first.replace([check('shop')]);
  await clock.advance(2 * minute);
  await first.stop();
  const second = await restart();
  second.trouble.store = true;
  second.replace([]);
  await clock.advance(minute);
  assert.deepEqual(await told(), ['shop is down, firing: opened']);
  second.trouble.store = false;
  await clock.advance(minute);
  assert.deepEqual(await told(), ['shop is not watched any more, resolved: opened, resolved']);
});

test('while a part of the files is unknown, incidents of unknown checks stay open', async (t) => {
  const { clock, fake, first, restart, told } = await setUp(t);
  for (const name of ['shop', 'db']) fake.failures.set(name, 'x');
  first.replace([check('shop'), check('db')]);
  await clock.advance(2 * minute);
  first.replace([check('db')], false);
  await clock.advance(minute);
  await first.stop();
  const second = await restart();
  second.replace([check('db')], false);
  await clock.advance(2 * minute);
  assert.deepEqual((await told()).sort(), ['db is down, firing: opened', 'shop is down, firing: opened']);
  second.replace([check('db')]);
  await clock.advance(minute);
  assert.deepEqual((await told()).sort(), [
    'db is down, firing: opened',
    'shop is not watched any more, resolved: opened, resolved',
  ]);
});

test('in a planned maintenance a failing check opens no incident and is not counted; at its end it opens', async (t) => {
  const { clock, fake, first, told } = await setUp(t);
  first.replace([check('shop', { everyMs: 86_400_000 }), check('db')]);
  await clock.advance(minute);
  first.windows.replace([windowOf(clock.now(), 10 * minute, ['shop'])]);
  const ends = clock.now() + 10 * minute;
  fake.failures.set('shop', 'x');
  await first.runNow('shop');
  await clock.advance(5 * minute);
  assert.equal(first.find('shop')?.state, 'maintenance');
  assert.deepEqual(await told(), []);
  assert.ok(fake.timesOf('shop').length >= 3, 'attempts go on');
  await clock.advance(ends - clock.now() + 2_000);
  assert.deepEqual(await told(), ['shop is down, firing: opened']);
  assert.equal(first.find('shop')?.state, 'down');
  await first.stop();
  const [day] = await first.store.rollups(['shop'], 'day', 0);
  assert.deepEqual([day?.total, day?.up], [2, 1], 'one good attempt before it, one failure after it');
});

test('a check that is well again in maintenance ends its incident', async (t) => {
  const { clock, fake, first, told } = await setUp(t);
  fake.failures.set('shop', 'x');
  first.replace([check('shop')]);
  await clock.advance(2 * minute);
  first.windows.replace([windowOf(clock.now(), 10 * minute)]);
  fake.failures.clear();
  await clock.advance(minute);
  fake.failures.set('shop', 'x');
  await clock.advance(3 * minute);
  fake.failures.clear();
  await clock.advance(20 * minute);
  assert.deepEqual(await told(), ['shop is up again, resolved: opened, resolved']);
});

test('the history is written once a minute and at the stop, and attempts under way are aborted', async (t) => {
  const { clock, fake, first } = await setUp(t);
  first.replace([check('shop', { everyMs: 10_000 })]);
  await clock.advance(66_000);
  const total = async () => (await first.store.rollups(['shop'], 'hour', 0))[0]?.total ?? 0;
  assert.ok((await total()) >= 5);
  fake.hangs = true;
  await clock.advance(10_000);
  assert.equal(fake.underWay, 1);
  const made = fake.made.length - 1;
  await first.stop();
  assert.deepEqual([fake.underWay, await total()], [0, made]);
  await clock.advance(minute);
  assert.equal(fake.made.length, made + 1);
});

test('without checks there is no timer and no lease', async (t) => {
  const { clock, first, restart } = await setUp(t);
  let timers = 0;
  const { after } = clock;
  clock.after = (ms, run) => {
    timers += 1;
    return after(ms, run);
  };
  const second = await restart();
  const before = timers;
  second.replace([]);
  await settled();
  assert.equal(timers, before);
  assert.equal(second.health().detail, 'no checks');
  assert.equal(await first.store.lease('watch', clock.now(), 30_000), true);
});

test('metrics tell of the first 200 checks by name, and count attempts by result', async (t) => {
  const { clock, fake, first } = await setUp(t);
  fake.failures.set('c000', 'x');
  fake.ownFault.add('c001');
  first.replace(Array.from({ length: 220 }, (_, index) => check(`c${String(index).padStart(3, '0')}`)));
  await clock.advance(2 * minute);
  const text = await first.registry.metrics();
  const lines = text.split('\n');
  for (const line of [
    'ultronex_check_up{check="c000"} 0',
    'ultronex_check_up{check="c199"} 1',
    'ultronex_check_duration_seconds{check="c199"} 0.084',
    'ultronex_checks{state="up"} 218',
    'ultronex_checks{state="down"} 1',
    'ultronex_checks{state="pending"} 1',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.doesNotMatch(text, /c200|ultronex_check_up\{check="c001"/);
  for (const result of ['good', 'failed', 'dropped']) {
    assert.match(text, new RegExp(`ultronex_check_attempts_total\\{result="${result}"\\} [1-9]`));
  }
});

test('the part is degraded with the remedy while attempts keep being dropped, and ok again after that', async (t) => {
  const { clock, fake, first } = await setUp(t);
  first.replace(Array.from({ length: 20 }, (_, index) => check(`c${index}`)));
  await clock.advance(minute);
  fake.ownFault.add('c0');
  await clock.advance(25_000);
  assert.equal(first.health().state, 'ok', 'a few attempts of many');
  for (let each = 0; each < 10; each += 1) fake.ownFault.add(`c${each}`);
  await clock.advance(2 * minute);
  const { state, detail } = first.health();
  assert.equal(state, 'degraded');
  assert.match(detail, /^20 checks, 0 down; \d+ of \d+ attempts in 5 minutes told nothing .*: give it more CPU/);
  fake.ownFault.clear();
  await clock.advance(6 * minute);
  assert.deepEqual(first.health(), { state: 'ok', detail: '20 checks, 0 down' });
});

test('the part is degraded while attempts wait for a place for more than a minute', async (t) => {
  const { clock, fake, first } = await setUp(t);
  fake.hangs = true;
  first.replace(Array.from({ length: 60 }, (_, index) => check(`c${index}`)));
  await clock.advance(minute);
  assert.equal(first.health().state, 'ok');
  await clock.advance(minute);
  assert.equal(first.health().state, 'degraded');
  assert.match(first.health().detail, /attempts begin \d+ s late, .*: make fewer checks, a longer "every"/);
  fake.hangs = false;
  for (const release of fake.release.splice(0)) release();
  await clock.advance(1_000);
  assert.equal(first.health().state, 'ok');
});
