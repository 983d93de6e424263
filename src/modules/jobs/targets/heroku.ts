import type { Logger } from 'pino';
import type { Clock } from '../../../domain/clock.ts';
import type { Job } from '../../../domain/job.ts';
import { AnswerLost, HerokuFailed, type OneOffDyno, readOneOffDyno } from '../../../heroku-api/index.ts';
import { createPoll } from '../../../lib/poll.ts';
import { StartUnknown, type Target } from '../target.ts';
import { type ApiParts, createApi } from './heroku/api.ts';
import { createDynos } from './heroku/dynos.ts';
import { find } from './heroku/find.ts';
import { follow } from './heroku/follow.ts';
import { handleOf, pathOf, runOf } from './heroku/handle.ts';
import { notStarted } from './heroku/refusals.ts';

export interface HerokuTargetParts extends ApiParts {
  clock: Clock;
  log: Pick<Logger, 'warn'>;
  /** Returns whether another job has the handle. */
  known(handle: string): boolean | Promise<boolean>;
  /** Resolves with the exit status of a dyno that a webhook of Heroku told; null: none did. @param id of the dyno */
  exitStatusOf(id: string): Promise<number | null>;
}

/** Heroku ends a dyno this long after the job’s time limit, in case this program does not. Seconds. */
const extraSeconds = 120;
/** Interval of looking for an exit status that a webhook told. Milliseconds. */
const webhookEveryMs = 2_000;
/** Heroku’s longest `time_to_live`. Seconds. */
const longestSeconds = 86_400;
/** Handles whose job is remembered. The store knows those of jobs that have not ended, too. */
const mostOwners = 2_000;

type HerokuPlace = Extract<Job['place'], { target: 'heroku' }>;

/**
 * Runs jobs on one-off dynos (https://devcenter.heroku.com/articles/one-off-dynos). A dyno is created by one POST that is never
 * sent twice; its log session tells the output and the exit status.
 */
export function createHerokuTarget(parts: HerokuTargetParts): Target {
  const { clock, log, known, exitStatusOf } = parts;
  const api = createApi(parts);
  const dynos = createDynos(api, clock);
  /** Ids of jobs by the handles of this process, which may not be on disk yet. Oldest first. */
  const owners = new Map<string, string>();
  /** Creations under way, by app and command: each may be the dyno that another job looks for. */
  const creating = new Map<string, Set<Promise<unknown>>>();
  const stopped = new Set<string>();

  async function create(job: Job, env: Readonly<Record<string, string>>): Promise<string> {
    const { app, command, size } = placeOf(job);
    const seconds = Math.min(Math.ceil(job.timeoutMs / 1_000) + extraSeconds, longestSeconds);
    const body = { command, type: 'run', env, ...(size !== null && { size }), time_to_live: seconds };
    try {
      const dyno = readOneOffDyno(await api.change('POST', `/apps/${encodeURIComponent(app)}/dynos`, body));
      if (dyno !== null) return own(job, app, dyno);
    } catch (error) {
      if (error instanceof AnswerLost) throw new StartUnknown(error.message);
      if (error instanceof HerokuFailed) throw notStarted(error, { app, size, env });
      throw error;
    }
    throw new StartUnknown('Heroku’s answer names no dyno.');
  }

  function own(job: Job, app: string, { id, name, createdAt }: OneOffDyno): string {
    const handle = handleOf({ app, dyno: name, id, createdAt });
    owners.set(handle, job.id);
    const [oldest] = owners.keys();
    if (owners.size > mostOwners && oldest !== undefined) owners.delete(oldest);
    return handle;
  }

  async function end(handle: string, how: 'term' | 'kill'): Promise<void> {
    const path = pathOf(runOf(handle));
    try {
      if (how === 'term') await api.changeNow('POST', `${path}/actions/stop`);
      else await api.changeNow('DELETE', path);
    } catch (error) {
      if (!(error instanceof HerokuFailed && error.kind === 'gone')) throw error;
    }
    stopped.add(handle);
  }

  return {
    async start(job, env) {
      const key = keyOf(job);
      const creation = create(job, env);
      const others = creating.get(key) ?? new Set();
      creating.set(key, others.add(creation));
      try {
        return await creation;
      } finally {
        others.delete(creation);
        if (others.size === 0) creating.delete(key);
      }
    },
    async find(job) {
      const { app, command } = placeOf(job);
      const startedAt = job.startedAt ?? job.createdAt;
      return find({ api, dynos, clock }, { app, command, startedAt }, async (alike) => {
        await Promise.allSettled(creating.get(keyOf(job)) ?? []);
        for (const dyno of alike) {
          const handle = handleOf({ app, dyno: dyno.name, id: dyno.id, createdAt: dyno.createdAt });
          const isKnown = await known(handle);
          const owner = owners.get(handle);
          if (owner === job.id || (owner === undefined && !isKnown)) return own(job, app, dyno);
        }
        return null;
      });
    },
    async follow(job, output, started, signal) {
      const { handle } = job;
      const run = runOf(handle);
      let told: number | null = null;
      const webhooks = createPoll({
        ...{ timer: clock, everyMs: webhookEveryMs },
        async run() {
          if (run.id !== '') told ??= await exitStatusOf(run.id);
        },
        onError: (error) => log.warn({ err: error, dyno: run.dyno }, 'the exit status of a webhook was not read'),
      });
      const followed = {
        // Heroku may have refused the first attempts to start it.
        ...{ run, cursor: job.cursor, startedAt: Math.max(job.startedAt ?? job.createdAt, run.createdAt) },
        exitStatus: () => told,
        wasStopped: () => stopped.has(handle) || job.stopAsked !== null,
        kill: () => end(handle, 'kill'),
      };
      webhooks.start();
      try {
        return await follow({ api, dynos, clock, log }, followed, output, started, signal);
      } finally {
        await webhooks.stop();
      }
    },
    async stop({ handle }, how) {
      await end(handle, how);
      return 'asked';
    },
    async remove({ handle }) {
      // Heroku may list the dyno for a moment: it belongs to nobody else.
      if (owners.has(handle)) owners.set(handle, '');
      stopped.delete(handle);
    },
    nameOf: (handle) => runOf(handle).dyno,
    close: api.close,
  };
}

function placeOf({ place, id }: Job): HerokuPlace {
  if (place.target !== 'heroku') throw new Error(`job ${id} is none for Heroku`);
  return place;
}

function keyOf(job: Job): string {
  const { app, command } = placeOf(job);
  return `${app} ${command}`;
}
