import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { eventsIn } from './event-lines.ts';
import { createTransport } from './transport.ts';
import type { ContainerStats, DockerEvent, InspectedContainer, ListedContainer, ListedNetwork } from './types.ts';

interface LogOptions {
  follow: boolean;
  /** Number of last lines to begin with. */
  tail: number | 'all';
  /** Only lines from this time on: seconds since the epoch, with nanoseconds after the point. */
  since?: string;
}

/** Docker's API for reading. */
export interface DockerReader {
  list(): Promise<ListedContainer[]>;
  inspect(id: string): Promise<InspectedContainer>;
  /** Returns one measurement, without a wait. CPU time is a sum, so CPU use needs two measurements. */
  stats(id: string): Promise<ContainerStats>;
  networks(): Promise<ListedNetwork[]>;
  /** Returns raw bytes, in frames unless the container has a TTY. Each line begins with its time. */
  logs(id: string, options: LogOptions, signal: AbortSignal): Promise<IncomingMessage>;
  /**
   * Yields events of containers; ends with the connection. With `since` (as for logs) first those from that time on, of
   * which Docker keeps the last 256 of all kinds until it restarts.
   */
  events(signal: AbortSignal, since?: string): AsyncIterable<DockerEvent>;
  close(): void;
}

export const actions = ['start', 'stop', 'restart', 'pause', 'unpause'] as const;
export type Action = (typeof actions)[number];

/** Docker's API for actions. */
export interface DockerActor {
  /** Resolves when Docker answers. */
  ping(): Promise<void>;
  act(id: string, action: Action): Promise<void>;
  createExec(id: string, command: string[], tty: boolean): Promise<string>;
  startExec(exec: string, tty: boolean): Promise<Socket>;
  resizeExec(exec: string, columns: number, rows: number): Promise<void>;
  close(): void;
}

/** Time limit of an action. A stop may take as long as the container's `stop_grace_period`. */
const actMs = 120_000;

/** @throws DockerUnavailable, DockerRefused in every call */
export function createDockerReader(url: string): DockerReader {
  const { call, stream, close } = createTransport(url);
  return {
    list: () => call('GET', '/containers/json?all=1'),
    inspect: (id) => call('GET', `/containers/${id}/json`),
    stats: (id) => call('GET', `/containers/${id}/stats?stream=false&one-shot=true`),
    networks: () => call('GET', '/networks'),
    logs(id, { follow, tail, since }, signal) {
      const query = new URLSearchParams({ stdout: '1', stderr: '1', timestamps: '1', tail: String(tail) });
      if (follow) query.set('follow', '1');
      if (since !== undefined) query.set('since', since);
      return stream(`/containers/${id}/logs?${query}`, signal);
    },
    async *events(signal, since) {
      const query = new URLSearchParams({ filters: JSON.stringify({ type: ['container'] }) });
      if (since !== undefined) query.set('since', since);
      yield* eventsIn(await stream(`/events?${query}`, signal));
    },
    close,
  };
}

/** @throws DockerUnavailable, DockerRefused in every call */
export function createDockerActor(url: string): DockerActor {
  const { ping, call, hijack, close } = createTransport(url);
  return {
    ping,
    act: (id, action) => call('POST', `/containers/${id}/${action}`, { timeoutMs: actMs }),
    async createExec(id, command, tty) {
      const body = {
        AttachStdin: tty,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
        Cmd: command,
        Env: tty ? ['TERM=xterm-256color'] : [],
      };
      return (await call<{ Id: string }>('POST', `/containers/${id}/exec`, { body })).Id;
    },
    startExec: (exec, tty) => hijack(`/exec/${exec}/start`, { Detach: false, Tty: tty }),
    resizeExec: (exec, columns, rows) => call('POST', `/exec/${exec}/resize?h=${rows}&w=${columns}`),
    close,
  };
}
