import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { DockerRefused, type DockerRunner, type InspectedContainer } from '../docker/index.ts';
import { containerBody, jobLabel, nameOf } from './container-body.ts';
import type { JobDescription } from './description.ts';
import { Refused } from './refused.ts';

/** State of a job's container. */
export interface JobState {
  id: string;
  /** created: it never ran. Docker's other names: running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Null until it ended. */
  exitCode: number | null;
  /** Whether Linux ended a process of it for lack of memory. */
  oomKilled: boolean;
  /** Docker's reason why it did not start; '' otherwise. */
  error: string;
}

/** The containers of jobs. Each call looks at the container first: one without the label of the job does not exist here. */
export interface Jobs {
  /** Creates a container. Resolves with false when the job has one already. */
  create(job: JobDescription): Promise<boolean>;
  /** Starts the container, once. Resolves with its output from the first byte on, in frames without times. */
  start(id: string): Promise<Socket>;
  state(id: string): Promise<JobState>;
  /** Output that was logged, with times, and what follows until the container ends. */
  output(id: string, since: string | null, signal: AbortSignal): Promise<IncomingMessage>;
  stop(id: string, signal: 'TERM' | 'KILL'): Promise<void>;
  remove(id: string): Promise<void>;
}

/** @throws Refused, DockerUnavailable, DockerRefused in every call */
export function createJobs(docker: DockerRunner): Jobs {
  async function own(id: string): Promise<InspectedContainer> {
    const found = await docker.inspect(nameOf(id)).catch((error) => {
      if (isStatus(error, 404)) return null;
      throw error;
    });
    const isOurs = found?.Name === `/${nameOf(id)}` && found.Config.Labels?.[jobLabel] === id;
    if (!isOurs) throw new Refused(404, 'no_container', `The job ${id} has no container.`);
    return found;
  }

  return {
    async create(job) {
      const volumes = await docker.imageVolumes(job.image).catch((error) => {
        if (!isStatus(error, 404)) throw error;
        const remedy = `docker pull ${job.image}`;
        throw new Refused(
          409,
          'image_missing',
          `The image ${job.image} is not on this machine. Get it there with: ${remedy}`,
        );
      });
      try {
        await docker.create(nameOf(job.id), containerBody(job, volumes));
        return true;
      } catch (error) {
        // The name is taken.
        if (!isStatus(error, 409)) throw error;
        await own(job.id);
        return false;
      }
    },

    async start(id) {
      const { Id, State } = await own(id);
      if (State.Status !== 'created') {
        throw new Refused(409, 'was_started', `The container of the job ${id} was started before.`);
      }
      const output = await docker.attach(Id);
      try {
        await docker.start(Id);
        return output;
      } catch (error) {
        output.destroy();
        if (!(error instanceof DockerRefused)) throw error;
        // Docker may report an error although the program in the container runs.
        const { State: after } = await docker.inspect(Id);
        if (after.Status !== 'created') throw error;
        throw new Refused(409, 'not_started', error.message);
      }
    },

    async state(id) {
      const { State } = await own(id);
      const { Status, ExitCode = null, OOMKilled = false, Error: error = '' } = State;
      const hasEnded = Status === 'exited' || Status === 'dead';
      return { id, state: Status, exitCode: hasEnded ? ExitCode : null, oomKilled: OOMKilled, error };
    },

    async output(id, since, signal) {
      return docker.logs((await own(id)).Id, since, signal);
    },

    async stop(id, signal) {
      const { Id } = await own(id);
      await docker.kill(Id, `SIG${signal}`).catch((error) => {
        // It does not run any more.
        if (!isStatus(error, 409)) throw error;
      });
    },

    async remove(id) {
      const { Id } = await own(id);
      await docker.remove(Id).catch((error) => {
        if (isStatus(error, 409)) throw new Refused(409, 'is_running', `The job ${id} runs: stop it first.`);
        if (!isStatus(error, 404)) throw error;
      });
    },
  };
}

const isStatus = (error: unknown, status: number): boolean =>
  error instanceof DockerRefused && error.dockerStatus === status;
