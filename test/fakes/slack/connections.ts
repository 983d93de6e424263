import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Json } from './types.ts';
import type { World } from './world.ts';

export const mostConnections = 10;
const closeWithinMs = 1000;

/** What came of one envelope: the ack's payload, or why there is none. */
export type AckResult = { outcome: 'acked'; payload: Json } | { outcome: 'timeout' | 'closed' };

export interface Connection {
  number: number;
  ws: WebSocket;
  /** Told to disconnect: gets nothing new. */
  leaving: boolean;
  /** Stays open and answers pings, but no envelope arrives. */
  silent: boolean;
  waitingForAck: Map<string, (result: AckResult) => void>;
}

/** Which connection gets an envelope: each in turn, or a random one. */
export type Spread = 'in-turn' | 'random';

interface Parts {
  server: Server;
  world: World;
  pingEveryMs: number;
  spread: Spread;
  random: () => number;
  onOpen: () => void;
}

/** The WebSocket end of Socket Mode: tickets, hello, acks; at most ten connections. */
export function createConnections({ server, world, pingEveryMs, spread, random, onOpen }: Parts) {
  const wss = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: Connection[] = [];
  let opened = 0;
  let turn = 0;
  let refusing = false;
  let chosen: readonly number[] | null = null;

  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(req.url ?? '/', 'ws://localhost');
    if (refusing) return socket.destroy();
    if (url.pathname !== '/link' || !tickets.delete(url.searchParams.get('ticket') ?? '')) {
      return socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
    wss.handleUpgrade(req, socket, head, welcome);
  });

  function welcome(ws: WebSocket): void {
    opened += 1;
    const connection: Connection = { number: opened, ws, leaving: false, silent: false, waitingForAck: new Map() };
    ws.on('error', () => ws.terminate());
    if (open.length >= mostConnections) {
      ws.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: 'fake' } }));
      ws.close();
      return;
    }
    open.push(connection);
    ws.on('message', (data) => receive(connection, data.toString()));
    ws.on('close', () => forget(connection));
    ws.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.length,
        debug_info: { host: 'fake', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: world.appId },
      }),
    );
    world.changed();
    onOpen();
  }

  function forget(connection: Connection): void {
    const at = open.indexOf(connection);
    if (at >= 0) open.splice(at, 1);
    for (const settle of [...connection.waitingForAck.values()]) settle({ outcome: 'closed' });
    world.changed();
  }

  function receive(connection: Connection, data: string): void {
    let message: { envelope_id?: string; payload?: Json };
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    connection.waitingForAck.get(message.envelope_id ?? '')?.({ outcome: 'acked', payload: message.payload ?? {} });
  }

  const pings = setInterval(() => {
    for (const { ws } of open) ws.ping(`Ping from fake ${randomUUID()}`);
  }, pingEveryMs);
  pings.unref();

  return {
    open,
    issueTicket(): string {
      const ticket = randomUUID();
      tickets.add(ticket);
      return ticket;
    },
    refuse(on: boolean): void {
      refusing = on;
    },
    isRefusing: () => refusing,
    /** Envelopes go to these connections alone; null: to all. */
    only(numbers: readonly number[] | null): void {
      chosen = numbers;
    },
    /** The next connection, leaving ones passed over. `last` has just had the same event: it is taken if there is no other. */
    pick(last?: number): Connection | undefined {
      const staying = open.filter((one) => !one.leaving && (chosen?.includes(one.number) ?? true));
      if (spread === 'random') {
        const others = staying.filter(({ number }) => number !== last);
        const from = others.length > 0 ? others : staying;
        return from[Math.floor(random() * from.length)];
      }
      turn += 1;
      return staying[turn % staying.length];
    },
    /** Sends one envelope on one connection and waits for its ack. */
    ask(connection: Connection, envelope: Json & { envelope_id: string }, timeoutMs: number): Promise<AckResult> {
      return new Promise((resolve) => {
        const settle = (result: AckResult) => {
          clearTimeout(timer);
          connection.waitingForAck.delete(envelope.envelope_id);
          resolve(result);
        };
        const timer = setTimeout(() => settle({ outcome: 'timeout' }), timeoutMs);
        connection.waitingForAck.set(envelope.envelope_id, settle);
        if (!connection.silent) connection.ws.send(JSON.stringify(envelope));
      });
    },
    /**
     * Closes with the handshake, which Bolt's app.stop() does not wait for: SocketModeClient 3.1 holds its process
     * for 30 s when the socket ends in the middle of one. Whoever does not close in time is cut.
     */
    async stop(): Promise<void> {
      clearInterval(pings);
      refusing = true;
      const left = [...wss.clients];
      const closed = left.map((ws) => once(ws, 'close'));
      for (const ws of left) ws.close(1001);
      const cut = setTimeout(() => {
        for (const ws of left) ws.terminate();
      }, closeWithinMs);
      await Promise.all(closed);
      clearTimeout(cut);
      wss.close();
    },
  };
}
