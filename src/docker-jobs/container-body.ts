import type { JobDescription } from './description.ts';

/** The label of a job's container; its value is the job's id. */
export const jobLabel = 'ultronex.job';
/** Its value is the time limit in seconds. */
export const timeoutLabel = 'ultronex.job.timeout';

export const nameOf = (id: string): string => `ultronex-job-${id}`;

const mebibyte = 1024 * 1024;
/** Processes and threads. */
const mostProcesses = 128;
/** Options of a folder in memory; it counts as memory of the container. */
const inMemory = 'rw,nosuid,nodev,noexec,mode=1777,size=64m';

/**
 * Docker's description of a job's container (docs.docker.com/reference/api/engine, ContainerCreate).
 * @param volumes paths that the image declares as volumes: they would be writable and unbounded
 */
export function containerBody(job: JobDescription, volumes: readonly string[]): object {
  const memory = job.memoryMb * mebibyte;
  return {
    Image: job.image,
    ...(job.command.length > 0 && { Cmd: job.command }),
    // Programs write to HOME, and only /tmp is writable.
    Env: Object.entries({ HOME: '/tmp', ...job.env }).map(([name, value]) => `${name}=${value}`),
    User: '65534:65534',
    // Its end is told by its job, not by an incident of containers.
    Labels: { [jobLabel]: job.id, [timeoutLabel]: String(job.timeoutS), 'ultronex.watch': 'false' },
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    StopTimeout: 10,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: job.network ? 'bridge' : 'none',
      ReadonlyRootfs: true,
      Tmpfs: Object.fromEntries(['/tmp', ...volumes].map((path) => [path, inMemory])),
      Memory: memory,
      // Memory and swap together: with the limit of the memory there is no swap.
      MemorySwap: memory,
      NanoCpus: Math.round(job.cpus * 1e9),
      PidsLimit: mostProcesses,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      // Reaps zombies and forwards SIGTERM, which a program as process 1 would ignore.
      Init: true,
      // `local` and not json-file: after a rotation its reader still reaches the last line.
      LogConfig: { Type: 'local', Config: { 'max-size': '10m', 'max-file': '2' } },
      RestartPolicy: { Name: 'no' },
      // Docker would remove the output and the exit code of a quick job before anybody read them.
      AutoRemove: false,
    },
  };
}
