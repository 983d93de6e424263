import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { type Container, type Health, healths, type Usage } from './container.ts';
import type { DockerReader } from './docker/client.ts';
import type { ContainerStats, InspectedContainer, ListedContainer } from './docker/types.ts';
import { DockerRefused } from './errors.ts';
import { blockBytes, type CpuReading, cpuPercent, cpuReading, memoryOf } from './stats.ts';

export interface Reading {
  /** Milliseconds since the epoch. */
  at: number;
  containers: Container[];
}

export interface Readings {
  /** Every container, at most `freshMs` old; those who ask at once share one reading. @throws DockerUnavailable */
  read(): Promise<Reading>;
  /** As `read`, but what was read in the last 10 s is answered at once: Docker takes a second or two. */
  known(): Promise<Reading>;
  /** The next one asks Docker again. */
  forget(): void;
  /** Why the last reading failed; null: it did not. */
  problem(): string | null;
  /** How many containers the last reading had. */
  count(): number;
}

/** Scrapes and pages come every few seconds; each container costs Docker two calls. */
const freshMs = 3_000;
const knownMs = 10_000;
/** Docker measures once a second: those who ask at once wait for the same second. */
const atOnce = 32;
/** The socket, or the folder that it is in. */
const socketPlaces = /(\/docker\.sock|^(\/var)?\/run)$/;
const measured = new Set(['running', 'paused']);

export interface ReadingsParts {
  docker: DockerReader;
  clock: Clock;
  log: Logger;
}

/** Reads all containers with what they use. */
export function createReadings({ docker, clock, log }: ReadingsParts): Readings {
  const cpus = new Map<string, CpuReading>();
  let current: { at: number; reading: Promise<Reading> } | null = null;
  let latest: Promise<Reading> | null = null;
  let done: { at: number; reading: Reading } | null = null;
  let problem: string | null = null;
  let count = 0;

  async function readAll(): Promise<Reading> {
    const listed = await docker.list();
    const containers = (await eachOf(listed, atOnce, readOne)).filter((each) => each !== null);
    const ids = new Set(containers.map(({ id }) => id));
    for (const id of cpus.keys()) if (!ids.has(id)) cpus.delete(id);
    containers.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { at: clock.now(), containers };
  }

  /** Null: it went while we looked. */
  async function readOne(listed: ListedContainer): Promise<Container | null> {
    try {
      const [inspected, stats] = await Promise.all([
        docker.inspect(listed.Id),
        measured.has(listed.State) ? docker.stats(listed.Id).catch(notMeasured) : null,
      ]);
      return { ...describe(listed, inspected), usage: stats === null ? null : measure(listed.Id, stats) };
    } catch (error) {
      if (error instanceof DockerRefused && error.dockerStatus === 404) return null;
      throw error;
    }
  }

  function measure(id: string, stats: ContainerStats): Usage | null {
    // Stopped in between: all zeros.
    if (stats.memory_stats.usage === undefined) return null;
    const cpu = cpuReading(stats);
    const percent = cpuPercent(cpus.get(id), cpu);
    cpus.set(id, cpu);
    const { usage, workingSet, rss } = memoryOf(stats);
    return {
      cpuPercent: percent,
      cpuSeconds: cpu.total / 1e9,
      memory: usage,
      workingSet,
      rss,
      interfaces: Object.entries(stats.networks ?? {}).map(([name, { rx_bytes, tx_bytes }]) => ({
        interface: name,
        received: rx_bytes,
        sent: tx_bytes,
      })),
      devices: blockBytes(stats),
    };
  }

  function settle(reading: Promise<Reading>): void {
    // One that was slow must not speak over the one after it.
    const isLatest = () => reading === latest;
    latest = reading;
    reading.then(
      (read) => {
        if (!isLatest()) return;
        if (reading === current?.reading) done = { at: clock.monotonic(), reading: read };
        if (problem !== null) log.info('Docker can be read again');
        problem = null;
        count = read.containers.length;
      },
      (error: Error) => {
        if (!isLatest()) return;
        if (problem === null) log.warn({ err: error }, 'Docker cannot be read');
        problem = error.message;
      },
    );
  }

  function read(): Promise<Reading> {
    if (current === null || clock.monotonic() - current.at >= freshMs) {
      const reading = readAll();
      current = { at: clock.monotonic(), reading };
      settle(reading);
    }
    return current.reading;
  }

  return {
    read,
    known: async () => (done !== null && clock.monotonic() - done.at < knownMs ? done.reading : read()),
    forget() {
      current = null;
      done = null;
    },
    problem: () => problem,
    count: () => count,
  };
}

/** One that is on its way out, or whose cgroup is gone, has no numbers; it is there all the same. */
function notMeasured(error: Error): null {
  if (error instanceof DockerRefused && error.dockerStatus !== 404) return null;
  throw error;
}

function describe(
  listed: ListedContainer,
  { RestartCount, State, HostConfig, Config, Mounts = [] }: InspectedContainer,
) {
  const startedAt = Date.parse(State.StartedAt);
  const health = State.Health?.Status as Health | undefined;
  return {
    id: listed.Id,
    name: (listed.Names[0] ?? listed.Id.slice(0, 12)).replace(/^\//, ''),
    service: listed.Labels['com.docker.compose.service'] ?? '',
    image: listed.Image,
    state: listed.State,
    status: listed.Status,
    health: health !== undefined && healths.includes(health) ? health : ('none' as const),
    restarts: RestartCount,
    // Year 1 stands for never.
    startedAt: startedAt > 0 ? startedAt : null,
    // `none` is a word for no network.
    networks: Object.keys(listed.NetworkSettings?.Networks ?? {})
      .filter((name) => name !== 'none')
      .sort(),
    memoryLimit: HostConfig.Memory > 0 ? HostConfig.Memory : null,
    tty: Config.Tty,
    hasDockerSocket: Mounts.some(({ Source = '' }) => socketPlaces.test(Source)),
    reachesHost: HostConfig.Privileged === true || Mounts.some(({ Source = '' }) => ['/', '/var'].includes(Source)),
  };
}

/** Runs `work` over all, `limit` of them at a time, and keeps their order. */
async function eachOf<T, R>(all: readonly T[], limit: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const runner = async () => {
    for (const [index, one] of left) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: limit }, runner));
  return results;
}
