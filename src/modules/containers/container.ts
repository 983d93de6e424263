/** A container in this module's own form. */
export interface Container {
  id: string;
  name: string;
  /** Compose's service; '' for other containers. */
  service: string;
  image: string;
  /** created, running, paused, restarting, exited, dead. */
  state: string;
  /** For people: `Up 3 hours (healthy)`. */
  status: string;
  health: ContainerHealth;
  restarts: number;
  /** Milliseconds since the epoch; null if it was never started. */
  startedAt: number | null;
  networks: string[];
  memoryLimit: number | null;
  /** It has a TTY, so its output has no frame headers. */
  tty: boolean;
  /** The Docker socket is mounted, which gives root rights on the machine. */
  hasDockerSocket: boolean;
  /** Privileged, or the machine's files are mounted: a shell in it can get root rights on the machine. */
  reachesHost: boolean;
  /** Null if it does not run, or Docker could not measure it. */
  usage: Usage | null;
}

export const healths = ['healthy', 'unhealthy', 'starting', 'none'] as const;
export type ContainerHealth = (typeof healths)[number];

/** Use of resources in bytes and seconds. Sums are since the container's start. */
export interface Usage {
  /** 100 for one core; null until there are two readings. */
  cpuPercent: number | null;
  cpuSeconds: number;
  memory: number;
  workingSet: number;
  rss: number;
  interfaces: { interface: string; received: number; sent: number }[];
  devices: { device: string; read: number; written: number }[];
}
