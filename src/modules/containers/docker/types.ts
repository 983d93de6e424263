/** What we use of Docker's answers (docs.docker.com/reference/api/engine, 1.41 and newer). */
export interface ListedContainer {
  Id: string;
  /** With a slash before each. */
  Names: string[];
  Image: string;
  State: string;
  Status: string;
  Labels: Record<string, string>;
  NetworkSettings?: { Networks?: Record<string, unknown> };
}

export interface InspectedContainer {
  Id: string;
  RestartCount: number;
  State: { Status: string; StartedAt: string; Health?: { Status: string } };
  HostConfig: { Memory: number; Privileged?: boolean };
  Config: { Tty: boolean };
  Mounts?: { Source?: string }[];
}

export interface ContainerStats {
  /** RFC 3339 with nanoseconds; in year 1 for a container that does not run. */
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
}
