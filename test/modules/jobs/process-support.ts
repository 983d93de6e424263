import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { End, OutputSink, Target } from '../../../src/modules/jobs/target.ts';
import { createProcessTarget } from '../../../src/modules/jobs/targets/process.ts';
import { tempDir } from '../../support/temp.ts';

export type Started = Job & { handle: string };

export interface Bench {
  target: Target;
  bin: string;
  folder: string;
  /** Writes an executable file, and returns a job that runs it. */
  script(text: string, name?: string): Job;
  start(job: Job, env?: Record<string, string>): Promise<Started>;
  /** Starts a script, follows it to its end and removes what is left. */
  run(text: string, env?: Record<string, string>): Promise<{ end: End; output: string; job: Started }>;
  /** Another target on the same folders, as after a restart of the program. */
  again(): Target;
}

let count = 0;

export function bench(t: Pick<TestContext, 'after'>, at = tempDir(t)): Bench {
  const bin = join(at, 'bin');
  const folder = join(at, 'jobs');
  mkdirSync(bin, { recursive: true });
  const make = () => createProcessTarget({ bin, folder, clock: systemClock, log: pino({ level: 'silent' }) });
  const target = make();

  function script(text: string, name = `script-${count}`): Job {
    const file = join(bin, name);
    writeFileSync(file, text.startsWith('#!') ? text : `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return jobOf(name);
  }

  async function start(job: Job, env = {}): Promise<Started> {
    const started = { ...job, handle: await target.start(job, env) };
    t.after(() => target.stop(started, 'kill'));
    return started;
  }

  return {
    ...{ target, bin, folder, script, start, again: make },
    async run(text, env) {
      const job = await start(script(text), env);
      const { end, output } = await follow(target, job);
      await target.remove(job);
      return { end, output, job };
    },
  };
}

export function jobOf(file: string): Job {
  count += 1;
  return {
    id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    team: 'T1',
    name: null,
    place: { target: 'process', file },
    arguments: {},
    secrets: [],
    timeoutMs: 60_000,
    state: 'starting',
    ...{ handle: null, cursor: null, exitCode: null, reason: null, result: null },
    by: { kind: 'program' } as unknown as Job['by'],
    plannedAt: null,
    ...{ attempt: 1, mostAttempts: 1, createdAt: 0, startedAt: null, endedAt: null },
    ...{ stopAsked: null, card: null, told: false, trace: 't', revision: 1 },
  };
}

export interface Sink extends OutputSink {
  text(): string;
  cursor(): string | null;
}

export function sink(onWrite?: (text: string) => unknown): Sink {
  const pieces: string[] = [];
  let at: string | null = null;
  return {
    async write(text, cursor) {
      await onWrite?.(text);
      pieces.push(text);
      at = cursor;
    },
    text: () => pieces.join(''),
    cursor: () => at,
  };
}

export async function follow(
  target: Target,
  job: Started,
  output = sink(),
  signal = new AbortController().signal,
): Promise<{ end: End; output: string }> {
  const end = await target.follow(job, output, () => {}, signal);
  return { end, output: output.text() };
}
