import type { Redis } from 'iovalkey';
import type { Logger } from 'pino';
import { within } from '../../../lib/deadline.ts';
import { errorMessage } from '../../../lib/error-message.ts';
import type { Timer } from '../../../lib/timer.ts';
import { createToldOnce } from '../../../lib/told-once.ts';
import { isDatabaseRefused, troubleOf } from './reasons.ts';

/** The server answers within this time, or the connection is made again. Milliseconds. */
const answerMs = 5_000;
const longestPauseMs = 5_000;

export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, `rediss://` with TLS. */
  url: string;
  /** For an address without one. */
  password: string | undefined;
  timer: Timer;
  log: Logger;
}

/** A command had no success. The message is for people, without the password. */
export class RedisFailed extends Error {
  /** The code of the server's error, such as `OOM` or `WRONGTYPE`; empty: there was no answer. */
  readonly code: string;

  constructor(reason: string, code = '') {
    super(`Redis: ${reason}`);
    this.code = code;
  }
}

/** Returns the server's first error: that of a transaction says only that there was another one. */
function failureOf(error: unknown): RedisFailed {
  const { previousErrors = [] } = error as { previousErrors?: unknown[] };
  const message = errorMessage(previousErrors[0] ?? error);
  if (/max retries/.test(message)) return new RedisFailed('the connection was lost');
  return new RedisFailed(message, /^[A-Z]+(?= )/.exec(message)?.[0]);
}

/** A connection to Redis or Valkey that is made again whenever it is lost. */
export interface RedisConnection {
  redis: Redis;
  /** Whether it is connected, with the database of the address. */
  isUp(): boolean;
  /** Why it is not, for people; null: it is, or no attempt ended yet. */
  trouble(): string | null;
  /** Calls `listener` after each connect. */
  onUp(listener: () => void): void;
  /** Returns once it is being made. Never rejects because the server is away. */
  open(): void;
  /** Runs commands when it is connected, within a time limit. @throws RedisFailed */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
  close(): void;
}

/** Loads the client and prepares a connection. Nothing goes over the network before `open`. */
export async function createRedis({ url, password, timer, log }: RedisOptions): Promise<RedisConnection> {
  // Loaded only here: it costs some 20 MiB.
  const { Redis } = await import('iovalkey');
  const redis = new Redis(url, {
    ...(password !== undefined && new URL(url).password === '' && { password }),
    lazyConnect: true,
    // No call waits in memory while Redis is away: the events are in the store.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: answerMs,
    keepAlive: 10_000,
    connectionName: 'ultronex',
    retryStrategy: (times) => (isRefused ? longestPauseMs : Math.min(longestPauseMs, 100 * 2 ** Math.min(times, 10))),
  });
  // The client is `ready` all the same, and would write to database 0.
  let isRefused = false;
  let problem: string | null = null;
  const listeners: (() => void)[] = [];
  const isUp = () => redis.status === 'ready' && !isRefused;
  const faults = createToldOnce((error) => log.warn({ reason: errorMessage(error) }, 'Redis cannot be used'));
  redis.on('connect', () => {
    isRefused = false;
  });
  redis.on('error', (error: Error) => {
    isRefused ||= isDatabaseRefused(error);
    const { reason, remedy } = troubleOf(error, url);
    // Somebody has to act, and this is the only line in the log.
    problem = isRefused ? `${reason}. ${remedy}` : reason;
    faults.failed(new Error(problem));
  });
  redis.on('ready', () => {
    if (isRefused) return redis.disconnect(true);
    problem = null;
    faults.worked();
    for (const listener of listeners) listener();
  });

  return {
    redis,
    isUp,
    trouble: () => (isUp() || problem === null ? null : new RedisFailed(problem).message),
    onUp: (listener) => void listeners.push(listener),
    open: () => void redis.connect().catch(() => {}),
    async run(commands) {
      if (!isUp()) throw new RedisFailed(problem ?? 'not connected');
      try {
        const done = await within(timer, answerMs, commands(redis));
        if (done !== null) return done.value;
      } catch (error) {
        throw failureOf(error);
      }
      // It may hang. Its answers would belong to commands that are given up.
      redis.disconnect(true);
      throw new RedisFailed(`no answer within ${answerMs / 1_000} s`);
    },
    close: () => redis.disconnect(),
  };
}
