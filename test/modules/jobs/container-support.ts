import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, systemClock } from '../../../src/domain/clock.ts';
import type { Job, JobPlace } from '../../../src/domain/job.ts';
import type { End, Target } from '../../../src/modules/jobs/target.ts';
import { createContainerTarget } from '../../../src/modules/jobs/targets/container.ts';
import { type Setup, startDockerJobs } from '../../docker-jobs/support.ts';
import type { FakeContainer } from '../../fakes/docker/world.ts';
import { tempDir } from '../../support/temp.ts';
import { jobOf, sink as makeSink, type Sink, type Started } from './process-support.ts';

/** Pauses are a hundredth. */
export const quickClock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 100, run) };

export const place: JobPlace & { target: 'container' } = {
  target: 'container',
  image: 'debian:13',
  command: ['sh', '-c', 'echo "Hello $NAME!"'],
  network: false,
  memoryMb: 256,
  cpus: 0.5,
};

export const containerJob = (given: Partial<Job> = {}): Job => ({ ...jobOf(''), id: randomUUID(), place, ...given });

export interface Following {
  end: Promise<End>;
  sink: Sink;
  isStarted(): boolean;
  /** Ends the following, as when the program stops. */
  abort(): void;
}

export interface Bench extends Setup {
  target: Target;
  /** Another target on the same folder, as after a restart of the program. */
  again(): Target;
  start(job: Job): Promise<Started>;
  follow(job: Started, target?: Target, sink?: Sink): Following;
  containerOf(job: Job): FakeContainer;
}

export async function bench(t: Pick<TestContext, 'after'>): Promise<Bench> {
  const setup = await startDockerJobs(t);
  const folder = join(tempDir(t), 'jobs');
  const again = () => {
    const target = createContainerTarget({ url: `unix:${setup.socket}`, folder, clock: quickClock });
    t.after(() => target.close?.());
    return target;
  };
  const target = again();
  return {
    ...{ ...setup, target, again },
    start: async (job) => ({ ...job, handle: await target.start(job, { NAME: 'Daniela' }) }),
    follow(job, by = target, sink = makeSink()) {
      const stop = new AbortController();
      t.after(() => stop.abort());
      let isStarted = false;
      const end = by.follow(
        { ...job, cursor: sink.cursor() ?? job.cursor },
        sink,
        () => {
          isStarted = true;
        },
        stop.signal,
      );
      end.catch(() => {});
      return { end, sink, isStarted: () => isStarted, abort: () => stop.abort() };
    },
    containerOf(job) {
      const name = `ultronex-job-${job.id}`;
      const found = setup.fake.containers.find((each) => each.name === name);
      if (found === undefined) throw new Error(`${name} does not exist`);
      return found;
    },
  };
}
