import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Sockets {
  /** Whether this is a WebSocket's handshake. */
  isHandshake(request: FastifyRequest): boolean;
  /** Takes the connection over; null when it is no longer there or the handshake was wrong. */
  accept(request: FastifyRequest, reply: FastifyReply): Promise<WebSocket | null>;
  /** Closes what is open, and takes nothing new. */
  closeAll(): void;
}

interface Waiting {
  socket: Duplex;
  head: Buffer;
}

/** A person types, or pastes. */
const maxMessageBytes = 256 * 1024;
/** For a browser to answer that it has heard that we close. */
const goodbyeMs = 500;

/**
 * WebSockets on Fastify's routes. Every request that asks for an upgrade goes through the router like any other, with
 * its hooks: the login, the handling of errors. A route that wants the connection accepts it.
 */
export function createSockets(app: FastifyInstance): Sockets {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const waiting = new WeakMap<IncomingMessage, Waiting>();
  /** Node does not end these with its server. */
  const upgraded = new Set<Duplex>();
  let stopping = false;

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    // Node has taken the parser off: a body would not be read. Only GET may become a WebSocket (RFC 6455, 4.1).
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(socket);
    waiting.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as never);
    response.once('finish', () => hangUp(socket));
    app.routing(request, response);
  });

  return {
    isHandshake: ({ raw, headers }) =>
      waiting.has(raw) && raw.method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket',
    accept(request, reply) {
      const found = waiting.get(request.raw);
      if (found === undefined) return Promise.resolve(null);
      reply.hijack();
      const { socket, head } = found;
      if (stopping) socket.destroy();
      // It went while we asked Docker: nothing more would be told of it.
      if (socket.destroyed) return Promise.resolve(null);
      reply.raw.detachSocket(socket as never);
      return new Promise((resolve) => {
        socket.once('close', () => resolve(null));
        webSockets.handleUpgrade(request.raw, socket, head, (webSocket) => {
          // Whoever sends what is no WebSocket's message has ended it; unheard, an error would end the program.
          webSocket.on('error', () => webSocket.terminate());
          resolve(webSocket);
        });
      });
    },
    closeAll() {
      stopping = true;
      for (const client of webSockets.clients) client.close(1001, 'Ultronex stops.');
      setTimeout(() => {
        for (const socket of upgraded) socket.destroy();
      }, goodbyeMs).unref();
    },
  };
}

function refuse(socket: Duplex): void {
  const body = JSON.stringify({ msg: 'This server speaks HTTP/1.1 here; send the request without Upgrade.' });
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n';
  socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  hangUp(socket);
}

/** After what was written. Whoever does not hang up as well would else keep a connection that no time-out ends. */
function hangUp(socket: Duplex): void {
  socket.end(() => socket.destroy());
}
