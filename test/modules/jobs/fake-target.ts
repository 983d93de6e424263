import { setImmediate } from 'node:timers/promises';
import type { Job } from '../../../src/domain/job.ts';
import { type End, NotStarted, type OutputSink, StartUnknown, type Target } from '../../../src/modules/jobs/target.ts';

interface Running {
  job: Job & { handle: string };
  env: Readonly<Record<string, string>>;
  /** What it wrote so far. */
  output: string;
  end: End | null;
  stops: ('term' | 'kill')[];
}

/** What jobs run on in these tests. It outlives the program that started a job. */
export interface FakeTarget extends Target {
  /** By the id of the job. */
  runs: Map<string, Running>;
  starts: string[];
  removed: string[];
  /** How the next start goes. */
  next: 'ok' | 'refused' | 'later' | 'lost answer' | 'lost and not started';
  /** `find` says this in place of the truth. */
  findSays: 'never' | null | undefined;
  ignoresTerm: boolean;
  /** `ended`: runs that are asked to end have ended before; the test says how. */
  stopSays: 'asked' | 'ended';
}

export const exited = (exitCode: number): End => ({ exitCode, how: 'exited', reason: null });

export function createFakeTarget(): FakeTarget {
  const runs: FakeTarget['runs'] = new Map();
  const fake: FakeTarget = {
    ...{ runs, starts: [], removed: [], next: 'ok', findSays: undefined, ignoresTerm: false, stopSays: 'asked' },
    async start(job, env) {
      const { next } = fake;
      fake.next = 'ok';
      if (next === 'refused') throw new NotStarted('The key may not start dynos (403).', false);
      if (next === 'later') throw new NotStarted('Docker does not answer.', true);
      const handle = `run.${fake.starts.length + 1}`;
      if (next !== 'lost and not started') {
        fake.starts.push(job.id);
        runs.set(job.id, { job: { ...job, handle }, env, output: '', end: null, stops: [] });
      }
      if (next !== 'ok') throw new StartUnknown('The answer got lost.');
      return handle;
    },
    async find({ id }) {
      if (fake.findSays !== undefined) return fake.findSays;
      return runs.get(id)?.job.handle ?? null;
    },
    async follow({ id, cursor }, output: OutputSink, started, signal) {
      let at = Number(cursor ?? 0);
      const run = runs.get(id);
      if (run === undefined) return { exitCode: null, how: 'lost', reason: 'It is gone.' };
      started();
      for (;;) {
        signal.throwIfAborted();
        if (at < run.output.length) {
          const text = run.output.slice(at);
          at = run.output.length;
          await output.write(text, String(at));
        } else if (run.end !== null) return run.end;
        await setImmediate();
      }
    },
    async stop({ id }, how) {
      const run = runs.get(id);
      run?.stops.push(how);
      if (fake.stopSays === 'ended') return 'ended';
      if (run !== undefined && (how === 'kill' || !fake.ignoresTerm)) run.end ??= exited(how === 'kill' ? 137 : 143);
      return 'asked';
    },
    async remove({ id, handle }) {
      fake.removed.push(handle);
      runs.delete(id);
    },
    nameOf: (handle) => handle,
  };
  return fake;
}
