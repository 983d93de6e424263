import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEvidenceLog } from '../../../src/modules/containers/evidence.ts';
import { type Facts, type Ill, judge, type Verdict } from '../../../src/modules/containers/verdict.ts';

const usual: Facts = {
  ...{ id: 'a', name: 'shop-web-1', key: 'shop/web', service: 'web', image: 'web:1', state: 'exited', exitCode: 1 },
  ...{ oomKilled: false, health: null, policy: 'no', autoRemove: false, memoryLimit: null, tty: false },
};

type Step = [seconds: number, action: string, attributes?: Record<string, string>];

interface Given {
  facts?: Partial<Facts>;
  /** Events, in seconds after the program's start. */
  events?: Step[];
  told?: Ill;
  stoppedBefore?: boolean;
  /** Whether it ran when the program saw it first, at 0 s; null: it was created later. */
  ran?: boolean | null;
}

/** The verdict some seconds after the start: `stopped`, `well`, `over: by hand`, `unsure`. */
function verdictAt(seconds: number, { facts = {}, events = [], told, stoppedBefore = false, ran = true }: Given) {
  const log = createEvidenceLog();
  const all = { ...usual, ...facts };
  if (ran !== null) log.see('a', ran, 0);
  for (const [at, Action, Attributes = {}] of events) log.take({ Action, Actor: { ID: 'a', Attributes } }, at * 1_000);
  const now = seconds * 1_000;
  const evidence = log.see('a', all.state === 'running', now);
  return shortOf(judge(all, { evidence, now, told: told ?? null, stoppedBefore }));
}

function shortOf(verdict: Verdict): string {
  if (verdict.is === 'ill') return verdict.ill;
  return verdict.is === 'over' ? `over: ${verdict.how}` : verdict.is;
}

const die = (at: number, exitCode = '1'): Step => [at, 'die', { exitCode }];
const kill = (at: number, signal = '15'): Step => [at, 'kill', { signal }];
const always = { policy: 'unless-stopped' };
const running = { state: 'running', exitCode: 0 };
const loop: Step[] = [die(1), [1.2, 'start'], die(1.5), [1.7, 'start'], die(2), [2.4, 'start']];

const cases: [title: string, given: Given, at: Record<number, string>][] = [
  [
    'an end that nobody asked for is told after 8 s',
    { events: [die(1)] },
    { 2: 'unsure', 8.9: 'unsure', 9: 'stopped' },
  ],
  ['docker stop: kill, stop, die', { events: [kill(1), [2, 'stop'], die(2.1, '143')] }, { 3: 'over: by hand' }],
  ['docker stop: kill, die, stop', { events: [kill(1), die(2, '1'), [2.1, 'stop']] }, { 3: 'over: by hand' }],
  [
    'a stop with a long grace period: a signal, a minute later SIGKILL',
    { events: [kill(1), kill(61, '9'), die(61.1, '137'), [61.2, 'stop']] },
    { 70: 'over: by hand' },
  ],
  ['docker kill and docker rm -f', { events: [kill(1, '9'), die(1.1, '137')] }, { 60: 'over: by hand' }],
  [
    'a stop by the image’s own signal is known by `stop`',
    { events: [kill(1, '10'), die(2, '0'), [2.1, 'stop']], facts: { ...always, exitCode: 0 } },
    { 20: 'over: by hand' },
  ],
  ['a signal for a reload is no stop', { events: [kill(1, '1'), die(3)] }, { 20: 'stopped' }],
  ['a SIGTERM that the program took for a reload is no stop', { events: [kill(1), die(20)] }, { 30: 'stopped' }],
  [
    'stopped during the pause before a restart: `stop` without `die`',
    { events: [die(1), [4, 'stop']], facts: always },
    { 30: 'over: by hand' },
  ],
  [
    'docker restart',
    { events: [kill(1), die(2), [2.1, 'stop'], [2.2, 'start'], [2.3, 'restart']], facts: { ...running, ...always } },
    { 3: 'unsure', 11: 'well' },
  ],
  [
    'a restart by policy',
    { events: [die(1), [1.1, 'start']], facts: { ...running, ...always } },
    { 2: 'unsure', 10: 'well' },
  ],
  [
    'a stop of before does not excuse a later end',
    { events: [kill(1), die(2), [2, 'stop'], [5, 'start'], die(60)] },
    { 70: 'stopped' },
  ],
  [
    'a one-shot container that ends with exit code 0',
    { events: [die(1, '0')], facts: { exitCode: 0 } },
    { 60: 'over: done' },
  ],
  [
    'exit code 0 of a service that is to run always',
    { events: [die(1, '0')], facts: { ...always, exitCode: 0 } },
    { 60: 'stopped' },
  ],
  ['docker run --rm', { events: [die(1)], facts: { autoRemove: true } }, { 60: 'unsure' }],
  [
    'three ends within 5 minutes, until 5 minutes without one',
    { events: loop, facts: { ...running, ...always } },
    { 3: 'restart loop', 300: 'restart loop', 302.1: 'well' },
  ],
  [
    'a loop that was told ends 5 minutes after its last end, not when two are left',
    { events: [...loop, die(200), [201, 'start']], told: 'restart loop', facts: { ...running, ...always } },
    { 303: 'restart loop', 499: 'restart loop', 501: 'well' },
  ],
  ['two ends are no loop', { events: loop.slice(0, 4), facts: { ...running, ...always } }, { 3: 'unsure', 12: 'well' }],
  ['three ends without a policy are no loop', { events: loop, facts: running }, { 12: 'well' }],
  [
    'a loop is known also during Docker’s pause',
    { events: loop.slice(0, 5), facts: { ...always, state: 'restarting' } },
    { 2.1: 'restart loop' },
  ],
  [
    'restarts by hand are no loop',
    {
      events: [1, 2, 3, 4].flatMap((at): Step[] => [kill(at), die(at + 0.1), [at + 0.2, 'stop'], [at + 0.3, 'start']]),
      facts: { ...running, ...always },
    },
    { 6: 'unsure', 13: 'well' },
  ],
  [
    'a pause of Docker longer than 8 s is a loop: some starts failed before',
    { events: [die(1)], facts: { ...always, state: 'restarting' } },
    { 5: 'unsure', 9: 'restart loop' },
  ],
  [
    'out of memory is told at once',
    { events: [[1, 'oom'], die(1.1, '137')], facts: { exitCode: 137, oomKilled: true } },
    { 1.2: 'out of memory' },
  ],
  [
    'out of memory and restarted by policy: well after 30 s',
    { events: [[1, 'oom'], die(1.1, '137'), [1.3, 'start']], facts: { ...running, ...always } },
    { 2: 'out of memory', 31: 'out of memory', 31.4: 'well' },
  ],
  [
    'an oom of a child that the container survives',
    { events: [[1, 'oom']], facts: { ...running, ...always } },
    { 2: 'well' },
  ],
  ['unhealthy', { facts: { ...running, health: 'unhealthy' } }, { 1: 'unhealthy' }],
  ['a health check that did not answer yet', { facts: { ...running, health: 'starting' } }, { 60: 'unsure' }],
  ['paused and created', { facts: { state: 'paused' } }, { 60: 'unsure' }],
  ['down before the start, without a policy', { ran: false }, { 600: 'unsure' }],
  ['down before the start, with a policy', { ran: false, facts: always }, { 29: 'unsure', 30: 'stopped' }],
  ['down before the start, by SIGTERM', { ran: false, facts: { ...always, exitCode: 143 } }, { 600: 'unsure' }],
  [
    'down before the start, out of memory',
    { ran: false, facts: { ...always, exitCode: 137, oomKilled: true } },
    { 30: 'out of memory' },
  ],
  ['stopped by hand before the start', { ran: false, stoppedBefore: true, facts: always }, { 600: 'over: by hand' }],
  [
    'restarting at the start',
    { ran: false, facts: { ...always, state: 'restarting' } },
    { 29: 'unsure', 30: 'restart loop' },
  ],
  ['an end whose event was lost', { facts: always, events: [] }, { 1: 'unsure' }],
];
for (const [title, given, at] of cases) {
  for (const [seconds, verdict] of Object.entries(at)) {
    test(`${title}: after ${seconds} s it is ${verdict}`, () =>
      assert.equal(verdictAt(Number(seconds), given), verdict));
  }
}

test('the evidence of at most 2,000 containers is kept', () => {
  const log = createEvidenceLog();
  for (let n = 0; n < 2_100; n += 1) log.take({ Action: 'start', Actor: { ID: String(n), Attributes: {} } }, n);
  assert.equal(log.of('99'), undefined);
  assert.ok(log.of('100') && log.of('2099'));
  log.keep(new Set(['2099']));
  assert.equal(log.of('100'), undefined);
});
