import { InvalidRequest, NotFound, WrongState } from '../../domain/errors.ts';
import { isEnded, type Job, type JobPlace, type JobTarget } from '../../domain/job.ts';
import { nearest } from '../../domain/nearest.ts';
import type { JobStore } from '../../ports/job-store.ts';
import { checkArguments, checkEnvironment } from './arguments.ts';
import type { Definition } from './definition.ts';
import { JobsFull, TargetOff } from './errors.ts';
import { checkMayRun, checkMayStop } from './may.ts';
import { timeouts } from './timeouts.ts';
import type { JobAsker, JobRequest } from './types.ts';

export interface PlanningParts {
  store: Pick<JobStore, 'countUnfinishedJobs' | 'job'>;
  definitions(): ReadonlyMap<string, Definition>;
  /** Targets that are on. */
  targets: ReadonlySet<JobTarget>;
  /** Resolves with why a place cannot be used, such as an image that is not allowed; null if it can. */
  placeProblem(place: JobPlace): Promise<string | null>;
  team(): string;
  newId(): string;
  now(): number;
}

/** Jobs of a workspace that wait or run. */
const mostUnfinished = 2_000;
const turnOn: Readonly<Record<JobTarget, string>> = {
  heroku: 'HEROKU_API_KEY=…',
  container: 'DOCKER_JOBS_URL=unix:/run/docker-jobs/jobs.sock and JOB_IMAGES=…',
  process: 'JOBS_BIN=/path/of/a/folder',
};

/** Decides what a request becomes. It writes nothing. */
export function createPlanning(parts: PlanningParts) {
  const { store, team, newId, now } = parts;

  async function plan(
    { name, place, timeoutMs, ...request }: JobRequest,
    by: JobAsker,
    { card = null, plannedAt = null }: { card?: string | null; plannedAt?: number | null } = {},
  ): Promise<Job> {
    const found = name === null ? null : definitionOf(name);
    checkMayRun(found, by);
    const where = found?.place ?? (place as JobPlace);
    if (!parts.targets.has(where.target)) {
      throw new TargetOff(`The target ${where.target} is off. To turn it on: ${turnOn[where.target]}.`);
    }
    if (found === null) await checkPlace(where);
    const variables = found === null ? checkEnvironment(request.arguments) : checkArguments(found, request.arguments);
    await checkRoom(found);
    const at = now();
    return {
      ...{ id: newId(), team: team(), name, place: where, arguments: variables },
      ...{ secrets: Object.keys(found?.secrets ?? {}), timeoutMs: timeoutMs ?? found?.timeoutMs ?? timeouts.usual },
      ...{ state: 'queued', handle: null, cursor: null, exitCode: null, reason: null, result: null },
      ...{ by: by.actor, plannedAt, attempt: 1, mostAttempts: found?.mostAttempts ?? 1 },
      ...{ createdAt: at, startedAt: null, endedAt: null, stopAsked: null, card, told: false },
      ...{ trace: by.trace, revision: 0 },
    };
  }

  async function checkPlace(place: JobPlace): Promise<void> {
    const problem = await parts.placeProblem(place);
    if (problem === null) return;
    const field = { heroku: 'app', container: 'image', process: 'file' }[place.target];
    throw new InvalidRequest(field, `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`);
  }

  function definitionOf(name: string): Definition {
    const all = parts.definitions();
    const found = all.get(name);
    if (found !== undefined) return found;
    const like = nearest(name, [...all.keys()]);
    const hint = like === null ? 'GET /ultronex/jobs/definitions lists those of JOBS_DIR.' : `Did you mean ${like}?`;
    throw new NotFound(`There is no job "${name}". ${hint}`);
  }

  async function checkRoom(definition: Definition | null): Promise<void> {
    if ((await store.countUnfinishedJobs(team())) >= mostUnfinished) {
      throw new JobsFull(`${mostUnfinished} jobs wait or run, and more are not taken. Try again when some have ended.`);
    }
    if (definition === null) return;
    const { name, concurrency, queue } = definition;
    if ((await store.countUnfinishedJobs(team(), name)) >= concurrency + queue) {
      throw new JobsFull(
        `${concurrency} runs of ${name} may run and ${queue} may wait (\`concurrency\`, \`queue\`), and all places are taken. Try again when one has ended.`,
      );
    }
  }

  async function found(id: string): Promise<Job> {
    const job = await store.job(team(), id);
    if (job !== null) return job;
    throw new NotFound(
      parts.definitions().has(id)
        ? `${id} is the name of a job, not the id of a run. POST /ultronex/jobs/${id} runs it.`
        : `There is no job with the id "${id}", or it was deleted after JOB_DAYS.`,
    );
  }

  async function planStop(id: string, by: JobAsker): Promise<Job> {
    const job = await found(id);
    checkMayStop(job, by);
    if (isEnded(job)) throw new WrongState(`The job ${id} has ended: ${job.state}.`);
    return job.stopAsked === null ? { ...job, stopAsked: { by: by.actor, at: now() } } : job;
  }

  return { plan, planStop, found };
}
