import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Sockets {
  /** Whether this is a WebSocket's handshake. */
  isHandshake(request: FastifyRequest): boolean;
  /** Takes the connection over; null when it is no longer there or the handshake was wrong. */
  accept(request: FastifyRequest, reply: FastifyReply): Promise<WebSocket | null>;
  /** How many are open. */
  count(): number;
  closeAll(): void;
}

interface Waiting {
  socket: Duplex;
  head: Buffer;
}

/** A person types, or pastes. */
const maxMessageBytes = 256 * 1024;

/**
 * WebSockets on Fastify's routes. Every request that asks for an upgrade goes through the router like any other, with
 * its hooks: the login, the handling of errors. A route that wants the connection accepts it.
 */
export function createSockets(app: FastifyInstance): Sockets {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const waiting = new WeakMap<IncomingMessage, Waiting>();

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    // Node has taken the parser off: a body would not be read. Only GET may become a WebSocket (RFC 6455, 4.1).
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(socket);
    waiting.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as never);
    response.once('finish', () => socket.end());
    app.routing(request, response);
  });

  return {
    isHandshake: ({ raw, headers }) => waiting.has(raw) && headers.upgrade?.toLowerCase() === 'websocket',
    accept(request, reply) {
      const found = waiting.get(request.raw);
      if (found === undefined) return Promise.resolve(null);
      reply.hijack();
      reply.raw.detachSocket(found.socket as never);
      return new Promise((resolve) => {
        found.socket.once('close', () => resolve(null));
        webSockets.handleUpgrade(request.raw, found.socket, found.head, resolve);
      });
    },
    count: () => webSockets.clients.size,
    closeAll() {
      for (const client of webSockets.clients) {
        client.close(1001, 'Ultronex stops.');
        setTimeout(() => client.terminate(), 500).unref();
      }
    },
  };
}

function refuse(socket: Duplex): void {
  const body = JSON.stringify({ msg: 'This server speaks HTTP/1.1 here; send the request without Upgrade.' });
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n';
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
