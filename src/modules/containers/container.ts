/** A container as the rest of this module sees it. */
export interface Container {
  id: string;
  name: string;
  /** Of Compose; '' when it is none of Compose's. */
  service: string;
  image: string;
  /** created, running, paused, restarting, exited, dead. */
  state: string;
  /** For people: `Up 3 hours (healthy)`. */
  status: string;
  health: Health;
  restarts: number;
  /** Milliseconds since the epoch; null: never. */
  startedAt: number | null;
  networks: string[];
  memoryLimit: number | null;
  /** Its bytes are a terminal's: not framed. */
  tty: boolean;
  /** Whoever has this can do all that root can. */
  hasDockerSocket: boolean;
  /** Privileged, or with all files of the machine: whoever has a shell in it can be root there. */
  reachesHost: boolean;
  /** Null for one that does not run, or that Docker could not measure. */
  usage: Usage | null;
}

export const healths = ['healthy', 'unhealthy', 'starting', 'none'] as const;
export type Health = (typeof healths)[number];

/** Sums are since the container's start; bytes and seconds. */
export interface Usage {
  /** 100: one core. Null: there is one reading only. */
  cpuPercent: number | null;
  cpuSeconds: number;
  memory: number;
  workingSet: number;
  rss: number;
  interfaces: { interface: string; received: number; sent: number }[];
  devices: { device: string; read: number; written: number }[];
}
