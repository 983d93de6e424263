import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Job } from '../../../src/domain/job.ts';
import type { End, OutputSink } from '../../../src/modules/jobs/target.ts';
import { createHerokuTarget, type HerokuTargetParts } from '../../../src/modules/jobs/targets/heroku.ts';
import { startFakeHeroku } from '../../fakes/heroku/index.ts';
import { manualClock } from '../../support/clock.ts';

export const begun = Date.parse('2026-01-02T00:00:00Z');

/** Waits until something over real sockets has happened. */
export async function until(what: () => unknown): Promise<void> {
  const endsAt = performance.now() + 30_000;
  while (!what()) {
    assert.ok(performance.now() < endsAt, `within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export interface Sink extends OutputSink {
  text: string;
  cursor: string | null;
  /** Writes are held back. */
  holds: boolean;
}

function sink(): Sink {
  const made: Sink = {
    text: '',
    cursor: null,
    holds: false,
    async write(text, cursor) {
      await until(() => !made.holds);
      made.text += text;
      made.cursor = cursor;
    },
  };
  return made;
}

/** The target on a fake Heroku with the app `example`, whose Procfile has `serverless`. The clock is moved by the test. */
export async function openTarget(t: TestContext, more: Partial<HerokuTargetParts> & { generation?: string } = {}) {
  const clock = manualClock(begun);
  const heroku = await startFakeHeroku(clock.now);
  t.after(() => heroku.close());
  const { generation = 'cedar', ...parts } = more;
  heroku.world.addApp('example', { web: 1, serverless: 0 }, { generation });
  const warnings: unknown[] = [];
  const log = { warn: (...args: unknown[]) => warnings.push(args) } as unknown as HerokuTargetParts['log'];
  const make = () => {
    const made = createHerokuTarget({
      ...{ url: heroku.url, key: 'test-key', clock, log, known: () => false, exitStatusOf: async () => null },
      ...parts,
    });
    t.after(() => made.close?.());
    return made;
  };
  const target = make();

  function follow(job: Job & { handle: string }, of = target) {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const output = sink();
    const followed = { end: null as End | null, error: null as unknown, started: 0, output, stop };
    const onStart = () => {
      followed.started += 1;
    };
    of.follow(job, output, onStart, stop.signal).then(
      (end) => {
        followed.end = end;
      },
      (error) => {
        followed.error = error;
      },
    );
    return followed;
  }

  /** Moves the clock until something has happened. The sockets get real time in between. */
  async function pass(what: () => unknown, stepMs = 200): Promise<void> {
    const endsAt = performance.now() + 30_000;
    while (!what()) {
      assert.ok(performance.now() < endsAt, `within 30 s: ${what}`);
      await clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Starts a job, follows it and waits until its log is read. */
  async function run(job = jobFor({ startedAt: clock.now() }), env: Record<string, string> = {}) {
    const started = { ...job, handle: await target.start(job, env) };
    const followed = follow(started);
    await until(() => heroku.log.readers === 1);
    return { ...followed, job: started, dyno: target.nameOf(started.handle), followed };
  }

  const sent = (method: string, end: string) =>
    heroku.requests.filter((each) => each.method === method && each.url.pathname.endsWith(end));

  return { clock, heroku, runs: heroku.runs, target, make, follow, run, pass, sent, warnings };
}

export function jobFor(more: Partial<Job> & { command?: string; app?: string; size?: string | null } = {}): Job {
  const { command = 'python task.py', app = 'example', size = null, ...fields } = more;
  return {
    id: randomUUID(),
    team: 'T1',
    name: null,
    place: { target: 'heroku', app, command, size },
    arguments: {},
    secrets: [],
    timeoutMs: 600_000,
    state: 'starting',
    ...{ handle: null, cursor: null, exitCode: null, reason: null, result: null },
    by: { kind: 'program' } as unknown as Job['by'],
    plannedAt: null,
    ...{ attempt: 1, mostAttempts: 1, createdAt: begun, startedAt: begun, endedAt: null },
    ...{ stopAsked: null, card: null, told: false, trace: 't', revision: 1 },
    ...fields,
  };
}
