/** The routes of the module `containers`. */
import { address, call, query } from '../../../web/api.ts';

export type Action = 'start' | 'stop' | 'restart' | 'pause' | 'unpause';

export interface Container {
  id: string;
  name: string;
  /** Of Docker Compose; '' for others. */
  service: string;
  image: string;
  /** created, running, paused, restarting, exited or dead. */
  state: string;
  /** In Docker's words: `Up 3 minutes (healthy)`. */
  status: string;
  /** healthy, unhealthy, starting or none. */
  health: string;
  restarts: number;
  /** A date-time; null: never. */
  startedAt: string | null;
  /** 100: one core. */
  cpuPercent: number | null;
  /** 0: it does not run, or could not be measured. */
  memoryBytes: number;
  memoryLimitBytes: number | null;
  networks: string[];
  /** Why nothing at all may be done to it from here; null: something may. */
  protected: string | null;
  /** What of it may not be done, and why. */
  refuses: Partial<Record<Action | 'shell', string>>;
}
export interface Network {
  name: string;
  /** Names. */
  containers: string[];
}
/** Between two containers, by their names. */
export interface Traffic {
  from: string;
  to: string;
  requestsPerSecond: number;
  bytesPerSecond: number;
}
export interface ContainerList {
  control: boolean;
  /** How control is turned on; null: it is. */
  controlHint: string | null;
  containers: Container[];
  networks: Network[];
  traffic: Traffic[];
}
export interface LogLine {
  /** A date-time with nanoseconds; '' when Docker gave none. */
  time: string;
  stream: 'stdout' | 'stderr';
  text: string;
}
export interface AuditEntry {
  id: string;
  /** When it was begun. */
  at: string;
  via: 'http' | 'slack';
  /** User name of the API, or Slack user id. */
  who: string;
  /** Address, or Slack channel. */
  from: string;
  action: Action | 'shell';
  container: string;
  outcome: 'begun' | 'done' | 'failed' | 'refused';
  detail: string;
}

const at = (name: string) => `containers/${encodeURIComponent(name)}`;

export const containersApi = {
  list: () => call<ContainerList>('GET', 'containers/list'),
  audit: () => call<{ entries: AuditEntry[] }>('GET', 'containers/audit').then((answer) => answer.entries),
  act: (name: string, action: Action) =>
    call<{ msg: string }>('POST', `${at(name)}/actions`, { action, confirm: name }).then((answer) => answer.msg),
  /** Path of the events; `search` '' for every line. */
  logs: (name: string, tail: number, search: string) => `${at(name)}/logs${query({ tail, search, follow: true })}`,
  /** Its frames: bytes of the terminal both ways, and `{resize: {columns, rows}}` as text from us. */
  shell(name: string, columns: number, rows: number): WebSocket {
    const path = address(`${at(name)}/shell${query({ confirm: name, columns, rows })}`);
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
};
