import type { Clock } from '../../domain/clock.ts';
import { IdempotencyConflict, WrongState } from '../../domain/errors.ts';
import { isEnded, type Job } from '../../domain/job.ts';
import { within } from '../../lib/deadline.ts';
import { deferred, orAborted } from '../../lib/pause.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { NewsStore } from '../../ports/news-store.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { createPlanning, type PlanningParts } from './planning.ts';
import type { IdempotencyKey, JobAsker, JobRequest, Jobs } from './types.ts';

export interface JobsParts extends Omit<PlanningParts, 'store' | 'now'> {
  store: AcceptStore & JobStore & NewsStore & StateStore;
  clock: Clock;
  runName: Jobs['runName'];
}

/** A key of an earlier request. */
interface KnownKey {
  id: string;
  fingerprint: string;
  at: number;
}

/** A repeated request with the same key is the first one again within this time. Milliseconds. */
const keyMs = 86_400_000;
const mostConflicts = 5;
/** Topics of news: a job, or its output, has changed. The body is the id of the job. */
export const news = { job: 'job', output: 'job output' } as const;

export interface JobsService extends Jobs {
  planning: ReturnType<typeof createPlanning>;
}

/** Creates the service that routes and commands call. */
export function createJobs(parts: JobsParts): JobsService {
  const { store, clock, team } = parts;
  const planning = createPlanning({ ...parts, now: clock.now });
  const listeners = new Map<string, Set<() => void>>();
  const tell = (id: string) => {
    for (const listener of listeners.get(id) ?? []) listener();
  };
  const tellAll = (topic: string) => (id: string) => {
    tell(id);
    store.tell(topic, id);
  };
  const changed = tellAll(news.job);
  store.onJob(({ id }) => changed(id));
  store.onOutput(tellAll(news.output));
  for (const topic of Object.values(news)) store.onTold(topic, (id) => tell(id as string));

  async function earlier(name: string, fingerprint: string): Promise<Job | null> {
    const stored = await store.state(name);
    if (stored === null) return null;
    const known = JSON.parse(stored) as KnownKey;
    if (Math.abs(clock.now() - known.at) >= keyMs) return null;
    if (known.fingerprint !== fingerprint) {
      throw new IdempotencyConflict(
        'Idempotency-Key',
        'This Idempotency-Key was used for a request with another job or other arguments; use a new key.',
      );
    }
    return store.job(team(), known.id);
  }

  async function submit(request: JobRequest, by: JobAsker, given: IdempotencyKey | null) {
    if (given === null) {
      const job = await planning.plan(request, by);
      await store.accept({ jobs: [job] });
      return { job: { ...job, revision: 1 }, duplicate: false };
    }
    const { fingerprint } = given;
    const name = `jobs:key:${sha256(given.key)}`;
    const known = await earlier(name, fingerprint);
    if (known !== null) return { job: known, duplicate: true };
    const job = await planning.plan(request, by);
    const value = JSON.stringify({ id: job.id, fingerprint, at: job.createdAt } satisfies KnownKey);
    // The time is in the key of the unit, which is kept longer than a day.
    const key = `${name}:${Math.floor(job.createdAt / keyMs)}`;
    const { duplicate } = await store.accept({ key, fingerprint, jobs: [job], state: [{ name, value }] });
    const first = duplicate ? await earlier(name, fingerprint) : null;
    return first === null ? { job: { ...job, revision: 1 }, duplicate: false } : { job: first, duplicate: true };
  }

  async function stop(id: string, by: JobAsker): Promise<Job> {
    for (let conflicts = 0; ; conflicts += 1) {
      const job = await planning.planStop(id, by);
      try {
        await store.accept({ jobs: [job] });
        return { ...job, revision: job.revision + 1 };
      } catch (error) {
        // The job went on meanwhile.
        if (!(error instanceof WrongState) || conflicts >= mostConflicts) throw error;
      }
    }
  }

  function watch(id: string, listener: () => void): () => void {
    const mine = listeners.get(id) ?? new Set();
    listeners.set(id, mine.add(listener));
    return () => {
      mine.delete(listener);
      if (mine.size === 0 && listeners.get(id) === mine) listeners.delete(id);
    };
  }

  async function wait(id: string, ms: number, signal?: AbortSignal): Promise<Job> {
    const endsAt = clock.monotonic() + ms;
    for (;;) {
      const changed = deferred<void>();
      const end = watch(id, () => changed.resolve());
      try {
        const job = await planning.found(id);
        const left = endsAt - clock.monotonic();
        if (isEnded(job) || left <= 0 || signal?.aborted) return job;
        // Another program on the store may change it, of which this one hears nothing.
        await within(clock, Math.min(left, 1_000), orAborted(changed.promise, signal));
      } finally {
        end();
        // Takes the listener off the signal.
        changed.resolve();
      }
    }
  }

  return {
    planning,
    definitions: () => [...parts.definitions().values()],
    targets: () => [...parts.targets],
    plan: (request, by, more) => planning.plan(request, by, more),
    planStop: planning.planStop,
    submit,
    stop,
    find: planning.found,
    list: (filter, cursor, limit) => store.jobs({ ...filter, team: team() }, cursor, limit),
    output: store.output,
    wait,
    watch,
    runName: parts.runName,
  };
}
