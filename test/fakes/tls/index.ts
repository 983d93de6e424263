import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Chain } from './chains.ts';

export { type Authority, type Chain, type ChainOptions, createAuthority } from './chains.ts';

/**
 * `tls`: the handshake. `silent`: accepts the connection and sends nothing. `plain`: sends text in place of TLS.
 * `reset`: resets the connection.
 */
export type TlsMode = 'tls' | 'silent' | 'plain' | 'reset';

export interface FakeTls {
  host: string;
  port: number;
  mode: TlsMode;
  /** Names that clients asked for (SNI), as of their first message. */
  names: string[];
  /** Completed handshakes, and whether they resumed a session. The server's side completes after the client's. */
  handshakes: { resumed: boolean }[];
  /** Resolves when there were that many. */
  completed(handshakes: number): Promise<void>;
  /** Number of TCP connections since the start. */
  connections: number;
  /** Presents another certificate from the next connection on, as after a renewal. */
  present(chain: Chain): void;
  close(): Promise<void>;
}

/** A TLS server on 127.0.0.1 that presents `chain` and says nothing after the handshake. */
export async function startFakeTls(chain: Chain, options: TlsOptions = {}): Promise<FakeTls> {
  const sockets = new Set<Socket>();
  // Sessions stay valid when the certificate is renewed, as on servers that share their ticket keys.
  const ticketKeys = randomBytes(48);
  const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
    fake.names.push(name);
    done(null);
  };
  const secure = createTlsServer({ ...chain, SNICallback, ticketKeys, ...options }, (socket: TLSSocket) => {
    socket.on('error', () => {});
    fake.handshakes.push({ resumed: socket.isSessionReused() });
    socket.resume();
  });
  secure.on('tlsClientError', () => {});
  const server = createServer((socket) => {
    fake.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (fake.mode === 'tls') secure.emit('connection', socket);
    if (fake.mode === 'plain') socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    if (fake.mode === 'reset') socket.resetAndDestroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeTls = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    mode: 'tls',
    names: [],
    handshakes: [],
    async completed(handshakes) {
      while (fake.handshakes.length < handshakes) await once(secure, 'secureConnection');
    },
    connections: 0,
    present: (next) => secure.setSecureContext({ ticketKeys, ...options, ...next }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}
