import type { IncomingMessage } from 'node:http';
import { createTransport, DockerRefused } from '../../../../docker/index.ts';

/** A job, as docker-jobs takes it. */
export interface JobDescription {
  id: string;
  image: string;
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  memoryMb: number;
  cpus: number;
  network: boolean;
  timeoutS: number;
}

/** State of a job's container, as docker-jobs says it. */
export interface ContainerState {
  /** created: it never ran. running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Null until it ended. */
  exitCode: number | null;
  oomKilled: boolean;
  /** Why it did not start; '' otherwise. */
  error: string;
}

/** The process docker-jobs. */
export interface JobsClient {
  create(job: JobDescription): Promise<void>;
  /** Resolves with the output of the running container: frames, without times. Its reader ends it. */
  start(id: string): Promise<IncomingMessage>;
  state(id: string): Promise<ContainerState>;
  /** Resolves with the log, and what follows until the container ends: frames, with times. */
  output(id: string, since: string | null, signal: AbortSignal): Promise<IncomingMessage>;
  stop(id: string, signal: 'TERM' | 'KILL'): Promise<void>;
  remove(id: string): Promise<void>;
  close(): void;
}

/** docker-jobs waits up to 60 s for a start, and 10 s for anything else. */
const startMs = 75_000;
const answerMs = 15_000;
const mostSockets = 1_200;

/** @throws DockerUnavailable, DockerRefused in every call */
export function createJobsClient(url: string): JobsClient {
  const { call, stream, close } = createTransport(url, { peer: 'docker-jobs', isVersioned: false, mostSockets });
  return {
    create: (body) => call('POST', '/jobs', { body, timeoutMs: startMs }),
    start: (id) => stream(`/jobs/${id}/start`, new AbortController().signal, { method: 'POST', timeoutMs: startMs }),
    state: (id) => call('GET', `/jobs/${id}`, { timeoutMs: answerMs }),
    output: (id, since, signal) =>
      stream(`/jobs/${id}/output${since === null ? '' : `?since=${since}`}`, signal, { timeoutMs: answerMs }),
    stop: (id, signal) => call('POST', `/jobs/${id}/stop`, { body: { signal }, timeoutMs: answerMs }),
    remove: (id) => call('DELETE', `/jobs/${id}`, { timeoutMs: startMs }),
    close,
  };
}

/** Whether docker-jobs refused with one of these codes. */
export function isRefused(error: unknown, ...codes: string[]): error is DockerRefused {
  return error instanceof DockerRefused && codes.includes(error.kind);
}

/** Whether the request may succeed later: docker-jobs or Docker did not answer. */
export const isAway = (error: unknown): boolean =>
  !(error instanceof DockerRefused) || ['docker_away', 'internal', ''].includes(error.kind);
