import { connect, createServer, type Socket } from 'node:net';

/**
 * What becomes of a COMMIT that passes:
 * `after`: the server gets it, and the connection is cut before its answer reaches the client;
 * `before`: the connection is cut, and the server never gets it;
 * `late`: the connection is cut for the client, and the server gets the COMMIT `lateMs` later;
 * `all late`: the same with everything since the transaction's BEGIN.
 */
export type Fate = 'after' | 'before' | 'late' | 'all late';

export const lateMs = 700;

export interface TcpProxy {
  /** Returns the URL with the address of the proxy. */
  url(of: string): string;
  /** The next COMMITs meet these fates, in turn. */
  fates: Fate[];
  /** How many COMMITs have met theirs. */
  met: number;
  /** New connections lead to this port from now on. */
  lead(port: number): void;
  /** Nothing passes in either direction, and the connections stay. */
  isHanging: boolean;
  cut(): void;
  close(): Promise<void>;
}

const commit = Buffer.from('COMMIT\0');
const begin = Buffer.from('BEGIN\0');

/** A proxy in front of a server of PostgreSQL. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let target = port;

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let isLost = false;
    const held: Buffer[] = [];
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isLost) other.destroy();
      });
    }

    const lose = () => {
      isLost = true;
      client.destroy();
    };

    upstream.on('data', (data) => {
      if (proxy.isHanging) return;
      if (isLost) upstream.destroy();
      else client.write(data);
    });
    client.on('data', (data) => {
      if (isLost || proxy.isHanging) return;
      const fate = proxy.fates[0];
      if (fate === 'all late' && (held.length > 0 || data.includes(begin))) held.push(data);
      if (fate !== undefined && data.includes(commit)) {
        proxy.fates.shift();
        proxy.met += 1;
        if (fate === 'after') {
          isLost = true;
          upstream.write(data);
          upstream.once('data', () => client.destroy());
        } else {
          lose();
          if (fate === 'before') upstream.destroy();
          else setTimeout(() => upstream.write(fate === 'late' ? data : Buffer.concat(held)), lateMs);
        }
      } else if (held.length === 0) upstream.write(data);
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  const proxy: TcpProxy = {
    url: (of) => of.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${address.port}`),
    fates: [],
    met: 0,
    lead(port) {
      target = port;
    },
    isHanging: false,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      proxy.cut();
      await closed;
    },
  };
  return proxy;
}
