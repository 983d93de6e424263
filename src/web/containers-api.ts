/** The routes of the module `containers`. */
import { address, call, query } from './api.ts';

export interface Container {
  id: string;
  name: string;
  service: string;
  image: string;
  state: 'running' | 'exited' | 'paused' | 'restarting' | 'created' | 'dead';
  /** In Docker's words: `Up 3 minutes (healthy)`. */
  status: string;
  health: 'healthy' | 'unhealthy' | 'starting' | 'none' | null;
  restarts: number;
  /** A date-time; null: never. */
  startedAt: string | number | null;
  cpuPercent: number | null;
  memoryBytes: number | null;
  memoryLimitBytes: number | null;
  networks: string[];
  /** Why nobody may act on it from here; null: one may. */
  protected: string | null;
  /** What of it is refused, and why. */
  refuses?: Partial<Record<Action | 'shell', string>>;
}
export interface Network {
  name: string;
  containers: string[];
}
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
  /** A date-time; '' when Docker gave none. */
  time: string | number;
  stream: 'stdout' | 'stderr';
  text: string;
}
export type Action = 'start' | 'stop' | 'restart' | 'pause' | 'unpause';

const at = (name: string) => `containers/${encodeURIComponent(name)}`;

export const containersApi = {
  list: () => call<ContainerList>('GET', 'containers/list'),
  act: (name: string, action: Action) =>
    call<{ msg: string }>('POST', `${at(name)}/actions`, { action, confirm: name }).then((answer) => answer.msg),
  logs: (name: string, tail: number) => `${at(name)}/logs${query({ tail, follow: true })}`,
  /** Its frames: bytes of the terminal both ways, and `{resize: {columns, rows}}` as text from us. */
  shell(name: string, columns: number, rows: number): WebSocket {
    const path = address(`${at(name)}/shell${query({ confirm: name, columns, rows })}`);
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
};
