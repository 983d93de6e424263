import { aborted, pause } from '../lib/pause.ts';
import type { SlackSetup } from './options.ts';
import { classify, type Failure } from './outcomes.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { Connection } from './socket.ts';
import type { SlackStatus } from './status.ts';

/** Slack gives each event to one of an app's sockets; with two, there is always one while the other is renewed. */
export const socketCount = 2;

/** A socket that lived this long was a good one: its successor is opened at once. */
const steadyMs = 10_000;

export interface Sockets {
  /** Keeps the sockets open until the signal; resolves when all are closed. `tried`: each was tried once. */
  run(signal: AbortSignal, tried: () => void): Promise<void>;
}

type Parts = Pick<SlackSetup, 'clock' | 'random' | 'timings' | 'onError' | 'log'>;

export function createSockets(
  openOne: () => Promise<Connection | Failure>,
  status: SlackStatus,
  parts: Parts,
): Sockets {
  const { clock, onError, log } = parts;
  const open = () => openOne().catch((error) => classify(error, 'apps.connections.open'));
  const live = new Set<Connection>();

  return {
    async run(signal, tried) {
      const first = Array.from({ length: socketCount }, open);
      const slots = first.map((opening) => keepOne(opening, signal));
      void Promise.all(first).then(tried);
      await aborted(signal);
      for (const connection of live) void connection.close();
      await Promise.all(slots);
    },
  };

  async function keepOne(first: Promise<Connection | Failure>, signal: AbortSignal): Promise<void> {
    let failures = 0;
    let current: Connection | null = null;
    for (let opening = first; ; opening = open()) {
      const opened = await opening;
      if ('error' in opened) {
        failures += 1;
        onError(`Slack error : ${opened.error}`);
        status.trouble(opened.error);
        await pause(clock, retryWaitMs(opened, failures, parts), signal);
      } else {
        add(opened);
        // The old one stayed open until now, so that no event finds nobody.
        void current?.close();
        current = opened;
        if (!signal.aborted) failures = await lifeOf(opened, failures, signal);
      }
      if (signal.aborted) return void (await current?.close());
    }
  }

  /** Waits until a successor is wanted; answers the failures so far. */
  async function lifeOf(connection: Connection, failures: number, signal: AbortSignal): Promise<number> {
    const openedAt = clock.monotonic();
    // Also at the end, for `run` closes every connection.
    await connection.ending;
    if (signal.aborted) return 0;
    onError('Slack error : remote closed');
    log.info('Slack ends a socket, opening the next one');
    if (clock.monotonic() - openedAt >= steadyMs) return 0;
    // Opened and closed again and again: not at full speed.
    await pause(clock, retryWaitMs(null, failures + 1, parts), signal);
    return failures + 1;
  }

  function add(connection: Connection): void {
    live.add(connection);
    report();
    void connection.closed.then(() => {
      live.delete(connection);
      report();
    });
  }

  function report(): void {
    status.sockets(Math.min(live.size, socketCount));
    if (live.size >= socketCount) status.trouble(null);
  }
}
