import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueAfter, type Gap, judge } from '../../../src/modules/watch/beats/judge.ts';
import { noMemory, type Ping, readMemory, remember } from '../../../src/modules/watch/beats/memory.ts';
import { type Beat, type Schedule, scheduleOf } from '../../../src/watch-files/index.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);
const t0 = at('2026-11-29T12:00:00Z');

function beatOf(schedule: Schedule, graceMs: number, startGraceMs = graceMs): Beat {
  return {
    name: 'job',
    place: 'a.yaml',
    channel: null,
    severity: null,
    notify: null,
    fix: null,
    schedule,
    graceMs,
    startGraceMs,
  };
}
const cron = (expression: string, zone = 'UTC') => scheduleOf(expression, zone, assert.fail);
const every = (everyMs: number): Schedule => ({ kind: 'every', everyMs });

type Sent = 'ok' | 'start' | 'log' | 'fail' | number;
const pingOf = (what: Sent, time: number, rid = '', log = ''): Ping => {
  const sent = { at: time, rid, log };
  if (what === 'start' || what === 'log') return { ...sent, kind: what };
  if (typeof what === 'number') return { ...sent, kind: 'end', ok: what === 0, exitCode: what };
  return { ...sent, kind: 'end', ok: what === 'ok', exitCode: null };
};

/** A clock that was never set back. */
const plainLeft = (_from: number, until: number, now: number) => until - now;

function memoryOf(beat: Beat, pings: readonly Ping[]) {
  return pings.reduce((memory, ping) => remember(memory, ping, beat.startGraceMs), noMemory);
}

function verdictOf(beat: Beat, pings: readonly Ping[], now: number, gaps: readonly Gap[] = [], left = plainLeft) {
  const memory = memoryOf(beat, pings);
  const due = memory.pingedAt === null ? null : dueAfter(beat, memory.pingedAt);
  return judge(beat, memory, due, { now, left, gaps });
}

const poller = beatOf(every(5 * minute), minute, 2 * minute);

for (const [title, pings, nowMs, state, problem = null] of [
  ['a beat that never pinged waits', [], 30 * day, 'waiting'],
  ['a log alone does not begin the waiting', [['log', 0]], 30 * day, 'waiting'],
  ['a ping in time is ok', [['ok', 0]], 5 * minute, 'ok'],
  ['within the grace it is ok', [['ok', 0]], 6 * minute - 1, 'ok'],
  ['after the grace it is late', [['ok', 0]], 6 * minute, 'late', 'missed'],
  ['exit code 0 is a success', [[0, 0]], minute, 'ok'],
  ['exit code 1 is a failure at once', [[1, 0]], 0, 'failed', 'failed'],
  ['exit code 255 is a failure at once', [[255, 0]], 0, 'failed', 'failed'],
  ['/fail is a failure at once', [['fail', 0]], 0, 'failed', 'failed'],
  [
    'a success ends a failure',
    [
      ['fail', 0],
      ['ok', minute],
    ],
    minute,
    'ok',
  ],
  [
    'a log ends no failure',
    [
      ['fail', 0],
      ['log', minute],
    ],
    minute,
    'failed',
    'failed',
  ],
  ['a failed beat that stops pinging is late', [['fail', 0]], 6 * minute, 'late', 'missed'],
  ['a start runs', [['start', 0]], minute, 'running'],
  ['a run that does not end within its grace is late', [['start', 0]], 2 * minute, 'late', 'overrun'],
  [
    'a second start without a rid begins the run again',
    [
      ['start', 0],
      ['start', 2 * minute],
    ],
    3 * minute,
    'running',
  ],
  [
    'a start after a failure runs',
    [
      ['fail', 0],
      ['start', minute],
    ],
    minute,
    'running',
  ],
  [
    'a log keeps a run from no end',
    [
      ['start', 0],
      ['log', minute],
    ],
    2 * minute,
    'late',
    'overrun',
  ],
  [
    'a success without a rid ends all runs',
    [
      ['start', 0, 'a'],
      ['start', 0, 'b'],
      ['ok', minute],
    ],
    minute,
    'ok',
  ],
  [
    'a success ends its own run alone',
    [
      ['start', 0, 'a'],
      ['start', 0, 'b'],
      ['ok', minute, 'a'],
    ],
    minute,
    'running',
  ],
  [
    'a failed run is told while another runs',
    [
      ['start', 0, 'a'],
      ['start', 0, 'b'],
      ['fail', minute, 'a'],
    ],
    minute,
    'failed',
    'failed',
  ],
  [
    'the next success ends a run that hangs',
    [
      ['start', 0, 'a'],
      ['start', 3 * minute, 'b'],
      ['ok', 4 * minute, 'b'],
    ],
    4 * minute,
    'ok',
  ],
  [
    'a success ends no younger run of another rid',
    [
      ['start', 0, 'a'],
      ['start', minute, 'b'],
      ['ok', minute, 'a'],
    ],
    3 * minute,
    'late',
    'overrun',
  ],
] as [string, [Sent, number, string?][], number, string, string?][]) {
  test(title, () => {
    const verdict = verdictOf(
      poller,
      pings.map(([what, ms, rid]) => pingOf(what, t0 + ms, rid)),
      t0 + nowMs,
    );
    assert.deepEqual([verdict.state, verdict.problem?.kind ?? null], [state, problem]);
    assert.equal(verdict.isWell, state === 'ok');
  });
}

test('a run may take longer than the schedule when its start grace allows it', () => {
  const beat = beatOf(every(5 * minute), minute, hour);
  const pings = [pingOf('start', t0)];
  assert.equal(verdictOf(beat, pings, t0 + hour - 1).state, 'running');
  assert.equal(verdictOf(beat, pings, t0 + hour).problem?.kind, 'overrun');
});

test('a cron beat is due at its next time, whenever the ping came', async () => {
  const nightly = beatOf(await cron('0 3 * * *'), 2 * hour);
  const pings = [pingOf('ok', at('2026-11-29T04:30:00Z'))];
  assert.equal(verdictOf(nightly, pings, at('2026-11-30T04:59:59Z')).state, 'ok');
  const verdict = verdictOf(nightly, pings, at('2026-11-30T05:00:00Z'));
  assert.deepEqual([verdict.state, verdict.dueAt], ['late', at('2026-11-30T03:00:00Z')]);
});

for (const [title, expression, graceMs, ping, due] of [
  [
    'one minute early counts for the time that follows',
    '0 3 * * *',
    2 * hour,
    '2026-11-30T02:59:00Z',
    '2026-12-01T03:00:00Z',
  ],
  ['five minutes early counts for it', '0 3 * * *', 2 * hour, '2026-11-30T02:55:00Z', '2026-12-01T03:00:00Z'],
  ['six minutes early do not', '0 3 * * *', 2 * hour, '2026-11-30T02:54:00Z', '2026-11-30T03:00:00Z'],
  [
    'no more than a tenth of the distance counts',
    '*/5 * * * *',
    5 * minute,
    '2026-11-30T02:59:29Z',
    '2026-11-30T03:00:00Z',
  ],
  ['a tenth of the distance counts', '*/5 * * * *', 5 * minute, '2026-11-30T02:59:30Z', '2026-11-30T03:05:00Z'],
  ['no more than the grace counts', '0 3 * * *', minute, '2026-11-30T02:58:59Z', '2026-11-30T03:00:00Z'],
] as const) {
  test(`earliness: ${title}`, async () => {
    const beat = beatOf(await cron(expression), graceMs);
    assert.equal(new Date(dueAfter(beat, at(ping))?.at ?? 0).toISOString().replace('.000', ''), due);
  });
}

test('a schedule that has no further time is never late', () => {
  const over: Schedule = { kind: 'cron', expression: '', timeZone: 'UTC', next: () => null, previous: () => null };
  assert.equal(dueAfter(beatOf(over, minute), t0), null);
  assert.equal(verdictOf(beatOf(over, minute), [pingOf('ok', t0)], t0 + 3_000 * day).state, 'ok');
});

test('a nightly beat in Berlin is due at 03:00 local time before and after both changes of the clock', async () => {
  const beat = beatOf(await cron('0 3 * * *', 'Europe/Berlin'), hour);
  const due = (ping: string) => new Date(dueAfter(beat, at(ping))?.at ?? 0).toISOString();
  assert.equal(due('2026-03-28T02:10:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(due('2026-03-29T01:10:00Z'), '2026-03-30T01:00:00.000Z');
  assert.equal(due('2026-10-24T01:10:00Z'), '2026-10-25T02:00:00.000Z');
  assert.equal(due('2026-10-25T02:10:00Z'), '2026-10-26T02:00:00.000Z');
});

test('a time that the change to summer time skips is due once, and one that comes twice as well', async () => {
  const beat = beatOf(await cron('30 2 * * *', 'Europe/Berlin'), hour);
  const due = (ping: string) => new Date(dueAfter(beat, at(ping))?.at ?? 0).toISOString();
  assert.equal(due('2026-03-28T01:40:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(due('2026-03-29T01:05:00Z'), '2026-03-30T00:30:00.000Z');
  assert.equal(due('2026-10-24T00:40:00Z'), '2026-10-25T00:30:00.000Z');
  assert.equal(due('2026-10-25T00:40:00Z'), '2026-10-26T01:30:00.000Z');
});

test('expected while the program was down, it gets one grace more', async () => {
  const nightly = beatOf(await cron('0 3 * * *'), 2 * hour);
  const pings = [pingOf('ok', at('2026-11-29T03:10:00Z'))];
  const gap = { from: at('2026-11-30T02:30:00Z'), to: at('2026-11-30T09:00:00Z') };
  const atStart = verdictOf(nightly, pings, gap.to, [gap]);
  assert.deepEqual([atStart.state, atStart.isWell], ['ok', false], 'not late, but nothing that is over either');
  assert.equal(verdictOf(nightly, pings, at('2026-11-30T10:59:59Z'), [gap]).state, 'ok');
  assert.equal(verdictOf(nightly, pings, at('2026-11-30T11:00:00Z'), [gap]).state, 'late');
});

test('what was late before the program went down is late at its start', async () => {
  const nightly = beatOf(await cron('0 3 * * *'), 2 * hour);
  const gap = { from: at('2026-11-30T06:00:00Z'), to: at('2026-11-30T06:01:00Z') };
  assert.equal(verdictOf(nightly, [pingOf('ok', at('2026-11-29T03:10:00Z'))], gap.to, [gap]).state, 'late');
});

test('a gap before the time of the schedule changes nothing', async () => {
  const nightly = beatOf(await cron('0 3 * * *'), 2 * hour);
  const gap = { from: at('2026-11-29T10:00:00Z'), to: at('2026-11-29T12:00:00Z') };
  const pings = [pingOf('ok', at('2026-11-29T03:10:00Z'))];
  assert.equal(verdictOf(nightly, pings, at('2026-11-30T05:00:00Z'), [gap]).state, 'late');
});

test('after a gap a beat of every five minutes has time for its next ping', () => {
  const gap = { from: t0 + 3 * minute, to: t0 + hour };
  const pings = [pingOf('ok', t0)];
  assert.equal(verdictOf(poller, pings, gap.to + 6 * minute - 1, [gap]).state, 'ok');
  assert.equal(verdictOf(poller, pings, gap.to + 6 * minute, [gap]).state, 'late');
});

test('a run whose end may have been lost in a gap gets its grace once more', () => {
  const gap = { from: t0 + minute, to: t0 + hour };
  const pings = [pingOf('start', t0)];
  assert.equal(verdictOf(poller, pings, gap.to + 2 * minute - 1, [gap]).state, 'running');
  assert.equal(verdictOf(poller, pings, gap.to + 2 * minute, [gap]).state, 'late');
});

test('durations are of the run with the same rid', () => {
  const memory = memoryOf(poller, [
    pingOf('start', t0, 'a'),
    pingOf('start', t0 + 10 * second, 'b'),
    pingOf('ok', t0 + 30 * second, 'b'),
  ]);
  assert.equal(memory.lastRunMs, 20 * second);
  const after = remember(memory, pingOf('ok', t0 + 90 * second, 'a'), poller.startGraceMs);
  assert.deepEqual([after.lastRunMs, after.runs], [90 * second, []]);
});

test('an end that is sent twice keeps the duration', () => {
  const pings = [pingOf('start', t0, 'a'), pingOf(0, t0 + second, 'a'), pingOf(0, t0 + 3 * second, 'a')];
  assert.equal(memoryOf(poller, pings).lastRunMs, second);
});

test('of more than twenty runs at once the oldest are forgotten', () => {
  const pings = Array.from({ length: 30 }, (_, index) => pingOf('start', t0 + index, `r${index}`));
  const { runs } = memoryOf(poller, pings);
  assert.deepEqual([runs.length, runs[0]?.rid], [20, 'r10']);
});

test('the log of an earlier run is not the log of a failure', () => {
  const first = [pingOf('ok', t0, '', 'all well')];
  assert.equal(memoryOf(poller, [...first, pingOf('fail', t0 + minute)]).ended?.hasLog, false);
  assert.equal(memoryOf(poller, [...first, pingOf('fail', t0 + minute, '', 'no space')]).ended?.hasLog, true);
  const logged = [...first, pingOf('log', t0 + second, '', 'no space'), pingOf('fail', t0 + minute)];
  assert.deepEqual([memoryOf(poller, logged).ended?.hasLog, memoryOf(poller, logged).log], [true, 'no space']);
});

test('a stored memory is read again, and one that is damaged is none', () => {
  const memory = memoryOf(poller, [pingOf('start', t0, 'a', 'x\u0000y'), pingOf(3, t0 + 1, 'a')]);
  assert.deepEqual(readMemory(JSON.stringify(memory)), memory);
  assert.deepEqual([readMemory(null), readMemory('{"a')], [noMemory, noMemory]);
});
