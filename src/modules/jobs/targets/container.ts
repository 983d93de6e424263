import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../../../domain/clock.ts';
import type { Job } from '../../../domain/job.ts';
import { errorMessage } from '../../../lib/error-message.ts';
import { NotStarted, StartUnknown, type Target } from '../target.ts';
import { createJobsClient, isAway, isRefused } from './container/client.ts';
import { hasEnded } from './container/end.ts';
import { followRun } from './container/follow.ts';
import { createPosition } from './container/position.ts';

export interface ContainerTargetOptions {
  /** DOCKER_JOBS_URL: `unix:/run/docker-jobs/jobs.sock`. */
  url: string;
  /** Keeps a small file for each run: Docker was asked to start it. Created if it is missing. */
  folder: string;
  clock: Clock;
}

/** A further attempt has a container of its own. */
const runOf = ({ id, attempt }: Pick<Job, 'id' | 'attempt'>): string => (attempt === 1 ? id : `${id}-${attempt}`);

/**
 * Runs jobs as containers, through the process docker-jobs. The handle is the job's id, with the number of a further attempt;
 * the container is found by it. Docker keeps output and exit code until `remove`, so a run needs no program beside it.
 */
export function createContainerTarget({ url, folder, clock }: ContainerTargetOptions): Target {
  const client = createJobsClient(url);
  /** Outputs that `start` opened, until `follow` takes them. */
  const live = new Map<string, IncomingMessage>();

  const askedFile = (run: string): string => join(folder, `${run}.asked`);

  async function forget(run: string): Promise<void> {
    live.get(run)?.destroy();
    live.delete(run);
    await client.remove(run).catch((error) => {
      if (!isRefused(error, 'no_container')) throw error;
    });
    await rm(askedFile(run), { force: true });
  }

  return {
    async start(job, env) {
      const { place } = job;
      if (place.target !== 'container') throw new NotStarted('This job is not one of the target "container".', false);
      const { image, command, memoryMb, cpus, network } = place;
      const run = runOf(job);
      const timeoutS = Math.ceil(job.timeoutMs / 1_000);
      await client.create({ id: run, image, command, env, memoryMb, cpus, network, timeoutS }).catch((error) => {
        // A container that was created and not started runs nothing, also when the answer was lost.
        throw new NotStarted(errorMessage(error), isAway(error), { cause: error });
      });
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(askedFile(run), '');
      } catch (error) {
        throw new NotStarted(`${askedFile(run)} cannot be written: ${errorMessage(error)}`, true, { cause: error });
      }
      try {
        live.set(run, await client.start(run));
      } catch (error) {
        // An earlier request, whose answer was lost.
        if (isRefused(error, 'was_started')) return run;
        if (!isRefused(error, 'not_started')) throw new StartUnknown(errorMessage(error), { cause: error });
        // If this fails, docker-jobs removes it within two hours.
        await forget(run).catch(() => {});
        throw new NotStarted(errorMessage(error), false, { cause: error });
      }
      return run;
    },

    async find(job) {
      const run = runOf(job);
      try {
        const { state } = await client.state(run);
        if (state !== 'created') return run;
        // Nothing ran in it. Removed, so that a start that is still on its way cannot find it.
        await forget(run);
        return 'never';
      } catch (error) {
        if (isRefused(error, 'is_running')) return run;
        if (!isRefused(error, 'no_container')) throw error;
        // If Docker was asked to start it, it may have run, and somebody removed it.
        return (await isThere(askedFile(run))) ? null : 'never';
      }
    },

    async follow(job, output, started, signal) {
      const run = {
        id: job.handle,
        memoryMb: job.place.target === 'container' ? job.place.memoryMb : 0,
        live: live.get(job.handle) ?? null,
        position: createPosition(job.cursor),
      };
      live.delete(job.handle);
      return followRun({ client, clock }, run, output, started, signal);
    },

    async stop({ handle }, how) {
      try {
        if (hasEnded(await client.state(handle))) return 'ended';
        await client.stop(handle, how === 'kill' ? 'KILL' : 'TERM');
      } catch (error) {
        // `follow` finds out.
        if (!isRefused(error, 'no_container')) throw error;
      }
      return 'asked';
    },

    async remove(job) {
      // Those of earlier attempts, too.
      for (let attempt = 1; attempt <= job.attempt; attempt += 1) await forget(runOf({ id: job.id, attempt }));
    },

    nameOf: (handle) => `ultronex-job-${handle}`,

    close() {
      for (const output of live.values()) output.destroy();
      client.close();
    },
  };
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
