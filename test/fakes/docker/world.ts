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
  /** Of its last end. */
  exitCode: number;
  oomKilled: boolean;
  /** no, always, unless-stopped, on-failure. */
  policy: string;
  autoRemove: boolean;
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
  /** 200, or the error that its description answers. */
  inspectStatus: number;
  /** Raw bytes of its log, a line each; followers get what `write` adds. */
  log: Buffer[];
  /** It was created over the API, see runs.ts. */
  isRun: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Why it did not start. */
  error: string;
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
    exitCode: 0,
    oomKilled: false,
    policy: 'no',
    autoRemove: false,
    tty: false,
    memoryLimit: 0,
    mounts: [],
    privileged: false,
    shells: ['/bin/bash', '/bin/sh'],
    stats: cgroup1(1_000_000_000, 100_000_000, 40_000_000),
    statsStatus: 200,
    inspectStatus: 200,
    log: [],
    isRun: false,
    createdAt: 0,
    error: '',
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

/** Changes a container as the engine does when it tells this event. */
export function change(container: FakeContainer, action: string, attributes: Record<string, string>): void {
  if (action === 'start') Object.assign(container, { state: 'running', exitCode: 0, oomKilled: false });
  if (action === 'die') Object.assign(container, { state: 'exited', exitCode: Number(attributes.exitCode) });
  if (action === 'oom') container.oomKilled = true;
  const [, health = null] = /^health_status: (\w+)$/.exec(action) ?? [];
  if (health !== null) container.health = health;
}

/** A frame of a log (Docker's framing): 1 stdout, 2 stderr. */
export function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}
