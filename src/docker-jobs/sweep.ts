import type { DockerRunner } from '../docker/index.ts';
import type { Clock } from '../domain/clock.ts';
import { jobLabel, timeoutLabel } from './container-body.ts';

const minute = 60_000;
/** The program ends a job in time; this is for a program that is away. */
const graceMs = 600_000;
/** The program removes a container when it has stored the end of its job. */
const keptMs = 1_296_000_000;
const neverStartedMs = 3_600_000;

/** Kills jobs that are far beyond their time, and removes containers that the program forgot. Returns what it did. */
export async function sweep(docker: DockerRunner, clock: Pick<Clock, 'now'>): Promise<string[]> {
  const done: string[] = [];
  for (const { Id, State, Created = 0, Labels } of await docker.list(jobLabel)) {
    const age = clock.now() - Created * 1_000;
    const limit = Number(Labels[timeoutLabel] ?? 0) * 1_000 + graceMs;
    const job = Labels[jobLabel];
    try {
      if (State === 'running' && age > limit) {
        await docker.kill(Id, 'SIGKILL');
        done.push(`killed the job ${job}: it ran ${Math.round(age / minute)} minutes`);
      } else if (State === 'created' ? age > neverStartedMs : State === 'exited' && age > keptMs) {
        await docker.remove(Id);
        done.push(`removed the container of the job ${job}, which was ${State}`);
      }
    } catch (error) {
      done.push(`could not clean up after the job ${job}: ${(error as Error).message}`);
    }
  }
  return done;
}
