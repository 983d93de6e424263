import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../domain/clock.ts';
import { within } from '../../lib/deadline.ts';
import { type Container, healths } from './container.ts';
import type { Reading, Readings } from './readings.ts';

type Labels = Record<string, string>;
type Sample = [value: number, labels?: Labels];

interface Definition {
  type: typeof Counter | typeof Gauge;
  name: string;
  help: string;
  labels?: string[];
  of(container: Container, reading: Reading): Sample[];
}

/** Prometheus waits 10 s for all metrics together; a Docker that hangs must not take the others with it. */
const patienceMs = 4_000;

const service = 'container_label_com_docker_compose_service';
const common = ['id', 'image', 'name', service];

/** cAdvisor's names and labels (https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md), so that known dashboards work. */
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
    help: 'When it was started, seconds since the epoch.',
    of: ({ startedAt }) => (startedAt === null ? [] : [[startedAt / 1_000]]),
  },
  {
    type: Gauge,
    name: 'container_last_seen',
    help: 'When it was last seen running, seconds since the epoch.',
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
    help: 'What its health check says: 1 for one of healthy, unhealthy, starting, none; 0 for the others.',
    labels: ['health'],
    of: (container) => healths.map((health) => [container.health === health ? 1 : 0, { health }]),
  },
];

/** Defines the metrics; they are read when they are scraped, and only of containers that are there. */
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

/** Null: Docker cannot be read, or not soon; `ultronex_part_up` tells. */
async function readSoon(readings: Pick<Readings, 'read'>, clock: Clock): Promise<Reading | null> {
  const reading = await within(clock, patienceMs, readings.read()).catch(() => null);
  return reading?.value ?? null;
}

function define(
  registry: Registry,
  read: () => Promise<Reading | null>,
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
