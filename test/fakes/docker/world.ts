import { randomBytes } from 'node:crypto';

/** A container of the fake engine; tests change it as they like. */
export interface FakeContainer {
  id: string;
  name: string;
  image: string;
  state: string;
  labels: Record<string, string>;
  networks: string[];
  health: string | null;
  restarts: number;
  tty: boolean;
  memoryLimit: number;
  mounts: string[];
  privileged: boolean;
  /** Programs that exec finds. */
  shells: string[];
  /** What `stats` answers; the time of it is added. */
  stats: Record<string, unknown>;
  /** 200, or the error that `stats` answers. */
  statsStatus: number;
  /** Raw bytes of its log, a line each; followers get what `write` adds. */
  log: Buffer[];
}

export interface Exec {
  id: string;
  container: FakeContainer;
  command: string[];
  tty: boolean;
  sizes: { columns: number; rows: number }[];
  over: boolean;
}

export const id64 = () => randomBytes(32).toString('hex');

export function makeContainer(given: Partial<FakeContainer> & { name: string }): FakeContainer {
  return {
    id: id64(),
    image: `${given.name}:1`,
    state: 'running',
    labels: {},
    networks: ['app'],
    health: null,
    restarts: 0,
    tty: false,
    memoryLimit: 0,
    mounts: [],
    privileged: false,
    shells: ['/bin/bash', '/bin/sh'],
    stats: cgroup1(1_000_000_000, 100_000_000, 40_000_000),
    statsStatus: 200,
    log: [],
    ...given,
  };
}

const io = [
  { major: 8, minor: 0, op: 'Read', value: 4_096 },
  { major: 8, minor: 0, op: 'Write', value: 8_192 },
  { major: 8, minor: 0, op: 'Total', value: 12_288 },
];
const networks = { eth0: { rx_bytes: 1_000, tx_bytes: 2_000 } };

/** As engine 20.10 on cgroup v1 answers; nanoseconds and bytes. */
export function cgroup1(cpu: number, usage: number, inactive: number): Record<string, unknown> {
  return {
    cpu_stats: { cpu_usage: { total_usage: cpu }, system_cpu_usage: 0, online_cpus: 2 },
    memory_stats: {
      usage,
      limit: 8_000_000_000,
      stats: { cache: 1, inactive_file: 1, total_inactive_file: inactive, rss: 1, total_rss: 30_000_000 },
    },
    blkio_stats: { io_service_bytes_recursive: io },
    networks,
  };
}

/** On cgroup v2: other names, small letters, no sums of children. */
export function cgroup2(cpu: number, usage: number, inactive: number): Record<string, unknown> {
  return {
    cpu_stats: { cpu_usage: { total_usage: cpu }, system_cpu_usage: 0, online_cpus: 2 },
    memory_stats: { usage, limit: 8_000_000_000, stats: { anon: 20_000_000, file: 5, inactive_file: inactive } },
    blkio_stats: { io_service_bytes_recursive: io.map((each) => ({ ...each, op: each.op.toLowerCase() })) },
    networks,
  };
}

/** A frame of a log (Docker's framing): 1 stdout, 2 stderr. */
export function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}
