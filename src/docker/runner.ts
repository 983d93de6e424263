import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createTransport } from './transport.ts';
import type { InspectedContainer, ListedContainer } from './types.ts';

/** Docker's API for containers that run once. */
export interface DockerRunner {
  /** Resolves when Docker answers. */
  ping(): Promise<void>;
  /** Paths that the image declares as volumes. */
  imageVolumes(image: string): Promise<string[]>;
  /** Resolves with the id. DockerRefused with status 409: the name is taken. */
  create(name: string, body: object): Promise<string>;
  /** @param id an id or a name */
  inspect(id: string): Promise<InspectedContainer>;
  /** Resolves with the output of a container that was not started yet, in frames, without times. */
  attach(id: string): Promise<Socket>;
  start(id: string): Promise<void>;
  /** Frames; each line begins with its time. It goes on until the container ends. @param since see `inSeconds` */
  logs(id: string, since: string | null, signal: AbortSignal): Promise<IncomingMessage>;
  kill(id: string, signal: string): Promise<void>;
  /** Removes a container that does not run, and its anonymous volumes. */
  remove(id: string): Promise<void>;
  /** All containers with a label, also those that ended. */
  list(label: string): Promise<ListedContainer[]>;
  close(): void;
}

/** Time limit of a start or removal, which wait for the disk. */
const actMs = 60_000;
/** Each job has up to two connections. */
const mostSockets = 1_200;

/** @throws DockerUnavailable, DockerRefused in every call */
export function createDockerRunner(url: string): DockerRunner {
  const { ping, call, stream, hijack, close } = createTransport(url, { mostSockets });
  return {
    ping,
    async imageVolumes(image) {
      const { Config } = await call<{ Config?: { Volumes?: object | null } }>('GET', `/images/${image}/json`);
      return Object.keys(Config?.Volumes ?? {});
    },
    async create(name, body) {
      const path = `/containers/create?name=${name}`;
      return (await call<{ Id: string }>('POST', path, { body, timeoutMs: actMs })).Id;
    },
    inspect: (id) => call('GET', `/containers/${id}/json`),
    attach: (id) => hijack(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`),
    start: (id) => call('POST', `/containers/${id}/start`, { timeoutMs: actMs }),
    logs(id, since, signal) {
      const query = new URLSearchParams({ stdout: '1', stderr: '1', timestamps: '1', follow: '1' });
      if (since !== null) query.set('since', since);
      return stream(`/containers/${id}/logs?${query}`, signal);
    },
    kill: (id, signal) => call('POST', `/containers/${id}/kill?signal=${signal}`),
    remove: (id) => call('DELETE', `/containers/${id}?v=1`, { timeoutMs: actMs }),
    list(label) {
      const filters = JSON.stringify({ label: [label] });
      return call('GET', `/containers/json?${new URLSearchParams({ all: '1', filters })}`);
    },
    close,
  };
}
