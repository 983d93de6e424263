/** The fields of Docker's responses that this module uses (docs.docker.com/reference/api/engine, 1.41 and newer). */
export interface ListedContainer {
  Id: string;
  /** Each name begins with a slash. */
  Names: string[];
  Image: string;
  State: string;
  Status: string;
  /** Seconds since the epoch. */
  Created?: number;
  Labels: Record<string, string>;
  NetworkSettings?: { Networks?: Record<string, unknown> };
}

export interface InspectedContainer {
  Id: string;
  /** It begins with a slash. */
  Name?: string;
  RestartCount: number;
  State: {
    /** created, running, paused, restarting, removing, exited, dead. */
    Status: string;
    StartedAt: string;
    /** Exit code of the last run; 0 while the first one runs. */
    ExitCode?: number;
    OOMKilled?: boolean;
    /** Why it did not start; '' otherwise. */
    Error?: string;
    /** In the year 1 before the first end. */
    FinishedAt?: string;
    Health?: { Status: string };
  };
  HostConfig: {
    Memory: number;
    Privileged?: boolean;
    /** `no` or '', `always`, `unless-stopped`, `on-failure`. */
    RestartPolicy?: { Name: string };
    /** Docker removes the container when it ends (`docker run --rm`). */
    AutoRemove?: boolean;
  };
  Config: { Tty: boolean; Labels?: Record<string, string> | null };
  Mounts?: { Source?: string }[];
}

export interface ContainerStats {
  /** RFC 3339 with nanoseconds; in the year 1 for a container that does not run. */
  read: string;
  cpu_stats: { cpu_usage: { total_usage: number } };
  /** Empty for a container that does not run; `stats` differs between cgroup v1 and v2. */
  memory_stats: { usage?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
  blkio_stats?: { io_service_bytes_recursive?: BlockOperations[] | null };
}

export interface BlockOperations {
  major: number;
  minor: number;
  /** `Read` on cgroup v1, `read` on v2. */
  op: string;
  value: number;
}

export interface ListedNetwork {
  Name: string;
}

export interface DockerEvent {
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  /** Nanoseconds since the epoch. As a JSON number it is exact to about 256 ns. */
  timeNano?: number;
}
