/*
 * Not `@fastify/websocket` (11.3.7, tried): it leaves the connection of a refused upgrade open, so that one such client
 * delays a stop to its deadline of 9 s, and after an invalid handshake it never calls the handler, so the audit log
 * would miss the end of a shell. Both build on `ws`, which is all that is loaded here.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

export interface UpgradedSockets {
  /** Returns whether the request is a WebSocket handshake. */
  isHandshake(request: FastifyRequest): boolean;
  /** Upgrades the connection. Resolves to null when it is closed already or the handshake is invalid. */
  accept(request: FastifyRequest, reply: FastifyReply): Promise<WebSocket | null>;
  /** Closes every open WebSocket and accepts no new one. */
  closeAll(): void;
}

interface Waiting {
  socket: Duplex;
  head: Buffer;
}

/** Longest message: enough for pasted text. */
const maxMessageBytes = 256 * 1024;
/** Time for a browser to respond to our close frame before its socket is destroyed. */
const goodbyeMs = 500;

/**
 * WebSockets on Fastify's routes. Every request that asks for an upgrade passes the router and its hooks (login, error
 * handling) like any other request. A route that wants the connection calls `accept`.
 */
export function createSockets(app: FastifyInstance): UpgradedSockets {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const waiting = new WeakMap<IncomingMessage, Waiting>();
  /** `server.close()` does not end upgraded sockets. */
  const upgraded = new Set<Duplex>();
  let stopping = false;

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    // Node has detached its parser, so a body would not be read. Only GET may become a WebSocket (RFC 6455, 4.1).
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
      // The browser disconnected during the request to Docker; a destroyed socket emits no more events.
      if (socket.destroyed) return Promise.resolve(null);
      reply.raw.detachSocket(socket as never);
      return new Promise((resolve) => {
        socket.once('close', () => resolve(null));
        webSockets.handleUpgrade(request.raw, socket, head, (webSocket) => {
          // On a protocol error the socket is terminated; without a handler the process would exit.
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

/** Destroys the socket after the last write. Otherwise a peer that keeps its half open would hold it for ever, since no time-out applies. */
function hangUp(socket: Duplex): void {
  socket.end(() => socket.destroy());
}
