import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { StoreUnavailable } from '../../../src/domain/errors.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import { createLease } from '../../../src/domain/lease.ts';
import { createBeats } from '../../../src/modules/watch/beats/beats.ts';
import type { Ping } from '../../../src/modules/watch/beats/memory.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import type { Beat } from '../../../src/watch-files/index.ts';
import { manualClock, settled } from '../../support/clock.ts';
import { newsHub } from '../../support/news.ts';
import { tempDir } from '../../support/temp.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const beatOf = (name: string, everyMs = 5 * minute, graceMs = minute, more: Partial<Beat> = {}): Beat => ({
  ...{
    name,
    place: 'a.yaml',
    channel: '#ops',
    severity: null,
    notify: null,
    fix: null,
    schedule: { kind: 'every', everyMs },
  },
  ...{ graceMs, startGraceMs: graceMs, ...more },
});

/** Programs on one store, and the signals that they send. Incidents open and end as the module `incidents` does it. */
async function openRig(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const signals: Signal[] = [];
  const open = new Map<string, number>();
  const hub = newsHub();
  const rig = { refuses: false, maintenance: new Set<string>() };

  async function program(beats: readonly Beat[] = [beatOf('job')]) {
    const store: Store = await createSqliteStore({
      ...{ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError },
    });
    const unfinished = async (after: number) =>
      [...open]
        .filter(([, number]) => number > after)
        .map(([key, number]) => ({ key: `signal:${key}`, number, status: 'firing' }) as Incident);
    const running = createBeats({
      ...{ clock, log: pino({ level: 'silent' }), inMaintenance: (name) => rig.maintenance.has(name) },
      store: { accept: store.accept, state: store.state, unfinishedIncidents: unfinished, ...hub() },
      lease: createLease(store, 'watch', clock),
      signals: {
        async signal(signal) {
          if (rig.refuses) throw new StoreUnavailable('the disk is full');
          signals.push(signal);
          if (signal.status === 'resolved') open.delete(signal.key);
          else if (!open.has(signal.key)) open.set(signal.key, signals.length);
          return { msg: '', id: null };
        },
      },
    });
    running.replace(beats);
    await running.start();
    const send = async (more: Partial<Ping> = {}, name = 'job') => {
      await running.ping(name, {
        ...{ at: clock.now(), rid: '', log: '', kind: 'end', ok: true, exitCode: null },
        ...more,
      } as Ping);
      await settled(5);
    };
    return { ...running, send, store, stop: () => store.close() };
  }

  /** What was told since the last call: `firing Beat job is late`. */
  const told = () => signals.splice(0).map(({ status, title }) => `${status} ${title}`);
  /** Lets time pass with a round each 10 s, as the program does. */
  async function pass(ms: number, ...programs: { round(): Promise<void> }[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10 * second) {
      await clock.advance(Math.min(10 * second, ms - passed));
      for (const each of programs) await each.round();
    }
  }
  return { ...rig, rig, clock, program, told, pass, signals };
}

test('a late beat is told once, and its next ping once', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const one = await program();
  clock.skip(30 * day);
  await pass(minute, one);
  assert.deepEqual([told(), one.find('job')?.state], [[], 'waiting']);
  await one.send();
  await pass(5 * minute + 50 * second, one);
  assert.deepEqual([told(), one.find('job')?.state], [[], 'ok']);
  await pass(20 * minute, one);
  assert.deepEqual([told(), one.find('job')?.state], [['firing Beat job is late'], 'late']);
  assert.match(
    one.find('job')?.problem ?? '',
    /^The ping that was due at 2023-1\d-\d\d \d\d:\d\d UTC did not come within the grace of 1m\./,
  );
  await one.send();
  await one.send();
  assert.deepEqual([told(), one.find('job')?.state], [['resolved Beat job is well again'], 'ok']);
  await pass(4 * minute, one);
  assert.deepEqual(told(), []);
  await one.stop();
});

test('a failure is told at once with its exit code and the end of its log, escaped', async (t) => {
  const { program, signals } = await openRig(t);
  const one = await program([beatOf('job', hour, minute, { severity: 'critical', notify: '@oncall' })]);
  const log = `${'x'.repeat(9_000)}\n\u001b[31mno <!channel> space\u001b[0m\n10%\r100%\n\`\`\` token=xoxb-1-2-secret\u0000\n`;
  await one.send({ kind: 'end', ok: false, exitCode: 3, log });
  const [signal] = signals;
  assert.ok(signal);
  const { key, title, severity, notify, channel, fields } = signal;
  assert.deepEqual(
    [key, title, severity, notify, channel, fields],
    ['beat:job', 'Beat job failed', 'critical', '@oncall', '#ops', { schedule: 'every 1h', grace: '1m' }],
  );
  assert.match(signal.text, /^Exit code 3 at <!date\^/);
  const block = signal.text.slice(signal.text.indexOf('\n') + 1);
  assert.match(block, /^```\nx{299}…\nno &lt;!channel&gt; space\n100%\n''' token=\[redacted\] ?\n```$/);
  assert.ok(signal.text.length < 3_000);
  await one.stop();
});

test('a log of many long lines is bounded in the card: the last twenty lines, 2,000 characters', async (t) => {
  const { program, signals } = await openRig(t);
  const one = await program();
  const log = Array.from({ length: 100 }, (_, index) => `${index} ${'<'.repeat(30)}`).join('\n');
  await one.send({ kind: 'end', ok: false, exitCode: null, log });
  const text = signals[0]?.text ?? '';
  assert.ok(text.length < 2_200, `${text.length}`);
  assert.match(text, /\n99 (&lt;){30}\n```$/);
  assert.doesNotMatch(text, /\n79 /);
  await one.stop();
});

test('after a restart nothing is told twice, and the recovery is told once', async (t) => {
  const { program, told, pass, signals } = await openRig(t);
  const one = await program();
  await one.send({ kind: 'end', ok: false, exitCode: 1 });
  const [first] = signals;
  assert.deepEqual(told(), ['firing Beat job failed']);
  await one.stop();
  const two = await program();
  await pass(40 * second, two);
  assert.deepEqual(signals, [first], 'the same signal: an update that changes nothing');
  told();
  await two.stop();
  const three = await program();
  await three.send();
  assert.deepEqual(told(), ['resolved Beat job is well again']);
  await three.stop();
  const four = await program();
  await pass(minute, four);
  assert.deepEqual([told(), four.find('job')?.state], [[], 'ok']);
  await four.stop();
});

test('a ping whose signal was never sent, since the program was killed, is told by the next program', async (t) => {
  const { program, told, pass, rig } = await openRig(t);
  const one = await program();
  rig.refuses = true;
  await one.send({ kind: 'end', ok: false, exitCode: 1 });
  await one.stop();
  rig.refuses = false;
  const two = await program();
  await pass(40 * second, two);
  assert.deepEqual(told(), ['firing Beat job failed']);
  await two.stop();
});

test('a signal that the store refuses is sent in a later round', async (t) => {
  const { program, told, pass, rig, clock } = await openRig(t);
  const one = await program([beatOf('a'), beatOf('b')]);
  await one.send({}, 'a');
  await one.send({}, 'b');
  clock.skip(hour);
  rig.refuses = true;
  await assert.rejects(one.round(), StoreUnavailable);
  rig.refuses = false;
  await pass(20 * second, one);
  assert.deepEqual(told(), ['firing Beat a is late', 'firing Beat b is late']);
  await one.stop();
});

test('a beat that was expected while the program was down gets one grace more', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const job = beatOf('job', day, 2 * hour);
  const one = await program([job]);
  await one.send();
  await pass(minute, one);
  await one.stop();
  clock.skip(2 * day);
  const two = await program([job]);
  await pass(hour, two);
  assert.deepEqual([told(), two.find('job')?.state], [[], 'ok']);
  await pass(hour + minute, two);
  assert.deepEqual(told(), ['firing Beat job is late']);
  await two.stop();
});

test('a late beat that is still open after a restart is not told as well again during its grace', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const one = await program();
  await one.send();
  await pass(7 * minute, one);
  assert.deepEqual(told(), ['firing Beat job is late']);
  await one.stop();
  clock.skip(minute);
  const two = await program();
  await pass(hour, two);
  assert.deepEqual(told(), ['firing Beat job is late'], 'the same signal again, which changes nothing');
  await two.send();
  assert.deepEqual(told(), ['resolved Beat job is well again']);
  await two.stop();
});

test('after the machine slept, beats get one grace more', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const one = await program();
  await one.send();
  await pass(minute, one);
  clock.jump(8 * hour);
  await pass(5 * minute, one);
  assert.deepEqual([told(), one.find('job')?.state], [[], 'ok']);
  await pass(2 * minute, one);
  assert.deepEqual(told(), ['firing Beat job is late']);
  await one.stop();
});

test('a ping from the future, stored while the clock was ahead, is not trusted for ever', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const one = await program();
  clock.jump(30 * day);
  await one.round();
  await one.send();
  clock.jump(-30 * day);
  await pass(5 * minute, one);
  assert.deepEqual(told(), []);
  await pass(2 * minute, one);
  assert.deepEqual(told(), ['firing Beat job is late']);
  await one.send();
  assert.deepEqual([told(), one.find('job')?.state], [['resolved Beat job is well again'], 'ok']);
  await one.stop();
});

test('a clock that is wrong for a moment makes no alarm', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const one = await program();
  await one.send();
  await pass(minute, one);
  clock.jump(day);
  await one.round();
  clock.jump(-day);
  await pass(4 * minute, one);
  await one.send();
  await pass(4 * minute, one);
  assert.deepEqual(told(), []);
  await one.stop();
});

test('in planned maintenance nothing is told; after it, what still fails is', async (t) => {
  const { program, told, pass, rig } = await openRig(t);
  const one = await program([beatOf('job'), beatOf('other')]);
  await one.send();
  await pass(minute, one);
  rig.maintenance.add('job').add('other');
  await one.send({ kind: 'end', ok: false, exitCode: 1 }, 'other');
  await pass(20 * minute, one);
  assert.deepEqual(told(), []);
  rig.maintenance.clear();
  await pass(20 * second, one);
  await one.send({}, 'other');
  await pass(5 * minute, one);
  assert.deepEqual(told().slice(0, 2), ['firing Beat other failed', 'resolved Beat other is well again']);
  await one.send({}, 'other');
  await pass(2 * minute, one);
  assert.deepEqual(told(), ['firing Beat job is late'], 'it had time for its next ping');
  await one.stop();
});

test('an incident that opened before a planned maintenance ends in it', async (t) => {
  const { program, told, rig } = await openRig(t);
  const one = await program();
  await one.send({ kind: 'end', ok: false, exitCode: 1 });
  rig.maintenance.add('job');
  await one.send();
  assert.deepEqual(told(), ['firing Beat job failed', 'resolved Beat job is well again']);
  await one.stop();
});

test('the first ping of a beat comes to a program that tells nobody: the one that tells knows it at once', async (t) => {
  const { program, told, pass } = await openRig(t);
  const leader = await program();
  await pass(20 * second, leader);
  const other = await program();
  await other.send();
  assert.equal(leader.find('job')?.state, 'ok');
  await pass(7 * minute, leader, other);
  assert.deepEqual(told(), ['firing Beat job is late']);
  await leader.send();
  assert.equal(other.find('job')?.state, 'ok');
  await pass(10 * second, leader, other);
  assert.deepEqual(told(), ['resolved Beat job is well again']);
  await Promise.all([leader.stop(), other.stop()]);
});

test('pings that two programs take at the same time are all kept', async (t) => {
  const { program } = await openRig(t);
  const [one, other] = [await program(), await program()];
  const runs = Array.from({ length: 12 }, (_, index) => `run-${index}`);
  const each = (what: (of: typeof one, rid: string) => Promise<void>) =>
    Promise.all(runs.map((rid, index) => what(index % 2 === 0 ? one : other, rid)));
  await each((of, rid) => of.send({ kind: 'start', rid }));
  assert.equal(one.find('job')?.state, 'running');
  await each((of, rid) => of.send({ kind: 'end', ok: true, exitCode: 0, rid }));
  assert.deepEqual([one.find('job')?.state, other.find('job')?.state], ['ok', 'ok']);
  await Promise.all([one.stop(), other.stop()]);
});

test('of two programs one tells of a late beat, and a ping may come to either', async (t) => {
  const { program, told, pass } = await openRig(t);
  const [one, two] = [await program(), await program()];
  await one.send();
  await pass(10 * minute, one, two);
  assert.deepEqual(told(), ['firing Beat job is late']);
  assert.equal(two.find('job')?.state, 'late');
  await two.send();
  await pass(20 * second, one, two);
  assert.deepEqual(told(), ['resolved Beat job is well again']);
  await two.send({ kind: 'end', ok: false, exitCode: 2 });
  await one.send();
  await pass(20 * second, one, two);
  await two.send();
  await pass(20 * second, one, two);
  assert.deepEqual(
    told().map((each) => each.split(' ')[0]),
    ['firing', 'resolved'],
  );
  await one.stop();
  await pass(10 * minute, two);
  assert.deepEqual(told(), ['firing Beat job is late'], 'the other one takes over');
  await two.stop();
});

test('a beat that left the files ends its incident, also when it left while the program was down', async (t) => {
  const { program, told, pass } = await openRig(t);
  const one = await program([beatOf('a'), beatOf('b')]);
  for (const name of ['a', 'b']) await one.send({ kind: 'end', ok: false, exitCode: 1 }, name);
  told();
  one.replace([beatOf('b')]);
  await pass(10 * second, one);
  assert.deepEqual(told(), ['resolved Beat a is not watched any more']);
  await one.stop();
  const two = await program([]);
  await pass(40 * second, two);
  assert.deepEqual(told(), ['resolved Beat b is not watched any more']);
  await two.stop();
});

test('while a part of the files is unknown, incidents of unknown beats stay open', async (t) => {
  const { program, told, pass } = await openRig(t);
  const one = await program([beatOf('a'), beatOf('b')]);
  await one.send({ kind: 'end', ok: false, exitCode: 1 }, 'a');
  told();
  one.replace([beatOf('b')], false);
  await pass(minute, one);
  assert.deepEqual(told(), []);
  one.replace([beatOf('b')]);
  await pass(10 * second, one);
  assert.deepEqual(told(), ['resolved Beat a is not watched any more']);
  await one.stop();
});

test('a changed schedule counts from the last ping', async (t) => {
  const { program, told, pass } = await openRig(t);
  const one = await program();
  await one.send();
  one.replace([beatOf('job', hour)]);
  await pass(50 * minute, one);
  assert.deepEqual([told(), one.find('job')?.state], [[], 'ok']);
  await one.stop();
});

test('built-in beats are shown after their first ping, and one of the files wins', async (t) => {
  const { program } = await openRig(t);
  const one = await program([beatOf('server-drill', hour)]);
  assert.deepEqual([one.list().map(({ beat }) => beat.name), one.find('server-backup')], [['server-drill'], null]);
  assert.ok(one.knows('server-backup') && one.knows('server-renewal') && !one.knows('other'));
  await one.send({}, 'server-backup');
  assert.deepEqual(
    one.list().map(({ beat }) => beat.name),
    ['server-backup', 'server-drill'],
  );
  assert.deepEqual(one.find('server-drill')?.beat.schedule, { kind: 'every', everyMs: hour });
  await one.stop();
});

test('a beat of 400 days is remembered longer than the ledger is kept', async (t) => {
  const { program, told, pass, clock } = await openRig(t);
  const yearly = beatOf('job', 400 * day, day);
  const one = await program([yearly]);
  await one.send();
  for (let passed = 0; passed < 60; passed += 1) {
    clock.skip(day);
    await one.round();
    await one.store.prune(clock.now() - 14 * day);
  }
  await one.stop();
  const two = await program([yearly]);
  assert.equal(two.find('job')?.state, 'ok');
  await pass(10 * second, two);
  assert.deepEqual(told(), []);
  await two.stop();
});

test('a hundred pings at once are all taken', async (t) => {
  const { program, told } = await openRig(t);
  const one = await program();
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      one.send({ kind: index % 2 === 0 ? 'start' : 'end', rid: `${index >> 1}` } as Ping),
    ),
  );
  assert.deepEqual([told(), one.find('job')?.state], [[], 'ok']);
  await one.stop();
});
