import type { Logger } from 'pino';
import type { ContainerStats, DockerReader, InspectedContainer, ListedContainer } from '../../docker/index.ts';
import { DockerRefused } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import { cleanText } from '../../lib/clean-line.ts';
import { eachOf } from '../../lib/each-of.ts';
import { type Container, type ContainerHealth, healths, type Usage } from './container.ts';
import { blockBytes, type CpuReading, cpuPercent, cpuReading, memoryOf } from './stats.ts';

export interface ContainerReading {
  /** Milliseconds since the epoch. */
  at: number;
  containers: Container[];
}

export interface Readings {
  /** Reads all containers. A reading is shared by concurrent callers, and for `freshMs`. @throws DockerUnavailable */
  read(): Promise<ContainerReading>;
  /** As `read`, but returns a reading of the last 10 s without a wait: Docker takes a second or two. */
  known(): Promise<ContainerReading>;
  /** Makes the next call read from Docker again. */
  forget(): void;
  /** Reads again what was forgotten, or could not be read, so that `problem` and `count` are true without pages and scrapes. Never rejects. */
  refresh(): Promise<void>;
  /** Returns why the last reading failed; null if it succeeded. */
  problem(): string | null;
  /** Returns the number of containers in the last reading. */
  count(): number;
}

/** How long a reading is shared: scrapes and pages come every few seconds, and each container takes two calls. */
const freshMs = 3_000;
const knownMs = 10_000;
/** Concurrent calls. Docker measures once a second, and concurrent calls wait for the same measurement. */
const atOnce = 32;
/** Paths of the Docker socket, and of the folder that it is in. */
const socketPlaces = /(\/docker\.sock|^(\/var)?\/run)$/;
const measured = new Set(['running', 'paused']);

export interface ReadingsParts {
  docker: DockerReader;
  clock: Clock;
  log: Logger;
}

/** Returns the cached reader of all containers with their use of resources. */
export function createReadings({ docker, clock, log }: ReadingsParts): Readings {
  const cpus = new Map<string, CpuReading>();
  let current: { at: number; reading: Promise<ContainerReading> } | null = null;
  let latest: Promise<ContainerReading> | null = null;
  let done: { at: number; reading: ContainerReading } | null = null;
  let problem: string | null = null;
  let count = 0;

  async function readAll(): Promise<ContainerReading> {
    const listed = await docker.list();
    const containers = (await eachOf(listed, atOnce, readOne)).filter((each) => each !== null);
    const ids = new Set(containers.map(({ id }) => id));
    for (const id of cpus.keys()) if (!ids.has(id)) cpus.delete(id);
    containers.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { at: clock.now(), containers };
  }

  /** Resolves with null for a container that was removed in the meantime. */
  async function readOne(listed: ListedContainer): Promise<Container | null> {
    try {
      const [inspected, stats] = await Promise.all([
        docker.inspect(listed.Id),
        measured.has(listed.State) ? docker.stats(listed.Id).catch(notMeasured) : null,
      ]);
      return { ...factsOf(listed, inspected), usage: stats === null ? null : measure(listed.Id, stats) };
    } catch (error) {
      if (error instanceof DockerRefused && error.dockerStatus === 404) return null;
      throw error;
    }
  }

  function measure(id: string, stats: ContainerStats): Usage | null {
    // The container was stopped in the meantime: Docker returns empty statistics.
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

  function settle(reading: Promise<ContainerReading>): void {
    // A slow reading must not overwrite the state of a later one.
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

  function read(): Promise<ContainerReading> {
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
    async refresh() {
      // A failure is logged by `settle`.
      if (done === null || problem !== null) await read().catch(() => null);
    },
    problem: () => problem,
    count: () => count,
  };
}

/** Returns null for a container without statistics, for example while it is being removed; it is listed nevertheless. */
function notMeasured(error: Error): null {
  if (error instanceof DockerRefused && error.dockerStatus !== 404) return null;
  throw error;
}

function factsOf(
  listed: ListedContainer,
  { RestartCount, State, HostConfig, Config, Mounts = [] }: InspectedContainer,
) {
  const startedAt = Date.parse(State.StartedAt);
  const health = State.Health?.Status as ContainerHealth | undefined;
  return {
    id: listed.Id,
    name: (listed.Names[0] ?? listed.Id.slice(0, 12)).replace(/^\//, ''),
    service: cleanText(listed.Labels['com.docker.compose.service'] ?? ''),
    image: listed.Image,
    state: listed.State,
    status: listed.Status,
    health: health !== undefined && healths.includes(health) ? health : ('none' as const),
    restarts: RestartCount,
    // Docker uses the year 1 for "never".
    startedAt: startedAt > 0 ? startedAt : null,
    // The network `none` means no network.
    networks: Object.keys(listed.NetworkSettings?.Networks ?? {})
      .filter((name) => name !== 'none')
      .sort(),
    memoryLimit: HostConfig.Memory > 0 ? HostConfig.Memory : null,
    tty: Config.Tty,
    hasDockerSocket: Mounts.some(({ Source = '' }) => socketPlaces.test(Source)),
    reachesHost: HostConfig.Privileged === true || Mounts.some(({ Source = '' }) => ['/', '/var'].includes(Source)),
  };
}
