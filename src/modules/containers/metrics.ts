import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../domain/clock.ts';
import { within } from '../../lib/deadline.ts';
import { type Container, healths } from './container.ts';
import type { ContainerReading, Readings } from './readings.ts';

type Labels = Record<string, string>;
type Sample = [value: number, labels?: Labels];

interface Definition {
  type: typeof Counter | typeof Gauge;
  name: string;
  help: string;
  labels?: string[];
  of(container: Container, reading: ContainerReading): Sample[];
}

/** Prometheus waits 10 s for all metrics. If Docker hangs, only the container metrics are missing. */
const patienceMs = 4_000;

const service = 'container_label_com_docker_compose_service';
const common = ['id', 'image', 'name', service];

/** Metrics with cAdvisor's names and labels, so that existing dashboards work (https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md). */
const ofCadvisor: Definition[] = [
  {
    type: Counter,
    name: 'container_cpu_usage_seconds_total',
    help: 'CPU time used.',
    labels: ['cpu'],
    of: ({ usage }) => (usage ? [[usage.cpuSeconds, { cpu: 'total' }]] : []),
  },
  {
    type: Gauge,
    name: 'container_memory_usage_bytes',
    help: 'Memory in use, with all of the page cache.',
    of: ({ usage }) => (usage ? [[usage.memory]] : []),
  },
  {
    type: Gauge,
    name: 'container_memory_working_set_bytes',
    help: 'Memory in use without inactive page cache: what docker stats shows.',
    of: ({ usage }) => (usage ? [[usage.workingSet]] : []),
  },
  {
    type: Gauge,
    name: 'container_memory_rss',
    help: 'Anonymous memory, bytes.',
    of: ({ usage }) => (usage ? [[usage.rss]] : []),
  },
  {
    type: Gauge,
    name: 'container_spec_memory_limit_bytes',
    help: 'Memory limit; 0: none.',
    of: ({ memoryLimit }) => [[memoryLimit ?? 0]],
  },
  {
    type: Counter,
    name: 'container_network_receive_bytes_total',
    help: 'Bytes received.',
    labels: ['interface'],
    of: ({ usage }) => (usage?.interfaces ?? []).map((each) => [each.received, { interface: each.interface }]),
  },
  {
    type: Counter,
    name: 'container_network_transmit_bytes_total',
    help: 'Bytes sent.',
    labels: ['interface'],
    of: ({ usage }) => (usage?.interfaces ?? []).map((each) => [each.sent, { interface: each.interface }]),
  },
  {
    type: Counter,
    name: 'container_fs_reads_bytes_total',
    help: 'Bytes read from block devices.',
    labels: ['device'],
    of: ({ usage }) => (usage?.devices ?? []).map(({ device, read }) => [read, { device }]),
  },
  {
    type: Counter,
    name: 'container_fs_writes_bytes_total',
    help: 'Bytes written to block devices.',
    labels: ['device'],
    of: ({ usage }) => (usage?.devices ?? []).map(({ device, written }) => [written, { device }]),
  },
  {
    type: Gauge,
    name: 'container_start_time_seconds',
    help: 'Time of the container’s start, seconds since the epoch.',
    of: ({ startedAt }) => (startedAt === null ? [] : [[startedAt / 1_000]]),
  },
  {
    type: Gauge,
    name: 'container_last_seen',
    help: 'Time when the container was last seen running, seconds since the epoch.',
    of: ({ usage }, { at }) => (usage ? [[at / 1_000]] : []),
  },
];

const own: Definition[] = [
  {
    type: Counter,
    name: 'ultronex_container_restarts_total',
    help: 'Times Docker restarted the container because it had ended.',
    of: ({ restarts }) => [[restarts]],
  },
  {
    type: Gauge,
    name: 'ultronex_container_health',
    help: 'Result of the health check: 1 for one of healthy, unhealthy, starting, none; 0 for the others.',
    labels: ['health'],
    of: (container) => healths.map((health) => [container.health === health ? 1 : 0, { health }]),
  },
];

/** Defines the metrics. Each scrape reads them from Docker, for the containers that exist. */
export function defineContainerMetrics(registry: Registry, readings: Pick<Readings, 'read'>, clock: Clock): void {
  const read = () => readSoon(readings, clock);
  for (const each of ofCadvisor) {
    define(registry, read, each, common, ({ id, image, name, service: of }) => ({
      id: `/docker/${id}`,
      image,
      name,
      [service]: of,
    }));
  }
  for (const each of own) define(registry, read, each, ['name'], ({ name }) => ({ name }));
}

/** Returns null when Docker does not answer in time; the metric `ultronex_part_up` shows that. */
async function readSoon(readings: Pick<Readings, 'read'>, clock: Clock): Promise<ContainerReading | null> {
  const reading = await within(clock, patienceMs, readings.read()).catch(() => null);
  return reading?.value ?? null;
}

function define(
  registry: Registry,
  read: () => Promise<ContainerReading | null>,
  { type, name, help, labels = [], of }: Definition,
  shared: string[],
  labelsOf: (container: Container) => Labels,
): void {
  new type({
    name,
    help,
    labelNames: [...shared, ...labels],
    registers: [registry],
    async collect() {
      const reading = await read();
      this.reset();
      if (reading === null) return;
      for (const container of reading.containers) {
        for (const [value, more] of of(container, reading)) {
          this.inc({ ...labelsOf(container), ...more }, value);
        }
      }
    },
  });
}
