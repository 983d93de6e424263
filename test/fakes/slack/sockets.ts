import { setTimeout as sleep } from 'node:timers/promises';
import type { createConnections } from './connections.ts';
import { ApiError } from './errors.ts';
import type { Methods } from './methods/method.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

export interface SocketsControl {
  /** Open Socket Mode connections. */
  readonly count: number;
  /** Slack's `disconnect` message; the socket is closed `graceMs` later unless the client was quicker. */
  disconnect(reason: DisconnectReason, options?: { howMany?: number; graceMs?: number }): void;
  /** Cuts all of them without a word. */
  closeAll(): void;
  /** An outage: cuts all of them, answers apps.connections.open with 503 and drops upgrades until it is over. */
  refuse(ms: number): { end(): void };
  /** The sockets that are open now stay open and answer pings, but events sent over them are lost. Later ones work. */
  silence(howMany?: number): void;
  /** The sockets that are open now read nothing from now on, so they answer no ping. They stay open. */
  freeze(howMany?: number): void;
  /** Envelopes go to the connections with these numbers alone, counted from 1 in order of opening; null: to all in turn. */
  only(numbers: readonly number[] | null): void;
  /** Sends anything, text as it is, to one connection in turn or to all. Answers how many got it. */
  sendRaw(message: unknown, options?: { all?: boolean }): number;
}

/** Slack warns about ten seconds before it cuts; the other reasons cut soon. */
const graceMsOf: Record<DisconnectReason, number> = { warning: 10_000, refresh_requested: 1_000, link_disabled: 0 };

export function createSockets(connections: ReturnType<typeof createConnections>, signal: AbortSignal): SocketsControl {
  const closeAll = () => {
    for (const { ws } of [...connections.open]) ws.terminate();
  };
  return {
    get count() {
      return connections.open.length;
    },
    disconnect(reason, { howMany = Number.POSITIVE_INFINITY, graceMs = graceMsOf[reason] } = {}) {
      const going = connections.open.filter((connection) => !connection.leaving).slice(0, howMany);
      for (const connection of going) {
        connection.leaving = true;
        connection.ws.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'fake' } }));
        sleep(graceMs, undefined, { signal, ref: false }).then(
          () => connection.ws.close(),
          () => undefined,
        );
      }
    },
    closeAll,
    only: connections.only,
    refuse(ms) {
      connections.refuse(true);
      closeAll();
      const end = () => connections.refuse(false);
      sleep(ms, undefined, { signal, ref: false }).then(end, () => undefined);
      return { end };
    },
    silence(howMany = Number.POSITIVE_INFINITY) {
      for (const connection of connections.open.slice(0, howMany)) connection.silent = true;
    },
    freeze(howMany = Number.POSITIVE_INFINITY) {
      for (const { ws } of connections.open.slice(0, howMany)) ws.pause();
    },
    sendRaw(message, { all = false } = {}) {
      const data = typeof message === 'string' ? message : JSON.stringify(message);
      const one = connections.pick();
      const targets = all ? [...connections.open] : one ? [one] : [];
      for (const { ws } of targets) ws.send(data);
      return targets.length;
    },
  };
}

export function socketMethods(connections: ReturnType<typeof createConnections>): Methods {
  return {
    'apps.connections.open': {
      auth: 'app',
      run({ baseUrl }) {
        if (connections.isRefusing()) throw new ApiError('service_unavailable', {}, { status: 503 });
        const url = baseUrl.replace(/^http/, 'ws');
        return { url: `${url}/link?ticket=${connections.issueTicket()}&app_id=A1` };
      },
    },
  };
}
