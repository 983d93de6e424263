import { aborted, deferred, orAborted, pause } from '../lib/pause.ts';
import type { SlackSetup } from './options.ts';
import { classify, type Failure } from './outcomes.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { Connection } from './socket.ts';
import type { SlackStatus } from './status.ts';

/** Slack gives each event to one of an app's sockets; with two, there is always one while the other is renewed. */
export const socketCount = 2;

/** After a socket that lived this long, the next one is opened at once. */
const steadyMs = 10_000;

export interface SlackSockets {
  /** Keeps the sockets open until the signal; resolves when all are closed. `tried`: each was tried once. */
  run(signal: AbortSignal, tried: () => void): Promise<void>;
  /**
   * Opens another socket in place of each, one after the other: they are open, but deliver nothing. Which one does not is
   * unknown, since Slack chooses the socket of an event. Without effect while it is under way already.
   */
  renew(): void;
}

/** One of the sockets, through all its renewals. */
interface Slot {
  /** Resolved to have the present socket replaced. */
  silent: ReturnType<typeof deferred<void>>;
  /** Resolves when the next socket is open. */
  opened: ReturnType<typeof deferred<void>>;
}

type Parts = Pick<SlackSetup, 'clock' | 'random' | 'timings' | 'onError' | 'log'>;

export function createSockets(
  openOne: () => Promise<Connection | Failure>,
  status: SlackStatus,
  parts: Parts,
): SlackSockets {
  const { clock, onError, log } = parts;
  const open = () => openOne().catch((error) => classify(error, 'apps.connections.open'));
  const live = new Set<Connection>();
  const slots: Slot[] = Array.from({ length: socketCount }, () => ({ silent: deferred(), opened: deferred() }));
  let running: AbortSignal | null = null;
  let renewing = false;

  return {
    async run(signal, tried) {
      running = signal;
      const first = slots.map(open);
      const kept = slots.map((slot, at) => keepOne(slot, first[at] ?? open(), signal));
      void Promise.all(first).then(tried);
      await aborted(signal);
      for (const connection of live) void connection.close();
      await Promise.all(kept);
    },
    renew() {
      if (renewing || running === null) return;
      renewing = true;
      void renewEach(running).finally(() => {
        renewing = false;
      });
    },
  };

  async function renewEach(signal: AbortSignal): Promise<void> {
    for (const slot of slots) {
      if (signal.aborted) return;
      slot.opened = deferred();
      slot.silent.resolve();
      await orAborted(slot.opened.promise, signal);
    }
  }

  async function keepOne(slot: Slot, first: Promise<Connection | Failure>, signal: AbortSignal): Promise<void> {
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
        // Kept open until now, so that no event is without a socket.
        void current?.close();
        current = opened;
        slot.silent = deferred();
        slot.opened.resolve();
        if (!signal.aborted) failures = await lifeOf(opened, slot, failures, signal);
      }
      if (signal.aborted) return void (await current?.close());
    }
  }

  /** Waits until a new socket is needed. Resolves with the number of failures so far. */
  async function lifeOf(connection: Connection, slot: Slot, failures: number, signal: AbortSignal): Promise<number> {
    const openedAt = clock.monotonic();
    const isSilent = slot.silent.promise.then(() => true);
    // Also at the end, for `run` closes every connection.
    const renew = await Promise.race([connection.ending.then(() => false), isSilent]);
    if (signal.aborted || renew) return 0;
    onError('Slack error : remote closed');
    log.info('Slack ends a socket, opening the next one');
    if (clock.monotonic() - openedAt >= steadyMs) return 0;
    // Sockets that close soon after they open are opened again with a backoff.
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
