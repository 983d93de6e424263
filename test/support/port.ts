import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux, macOS and Windows give to a program that asks for any port. */
const [lowest, highest] = [20_000, 32_000];

/**
 * Returns a port of the loopback interface that nobody listens on, for a program that must know it before it starts, or
 * that is started again at it. A port of `listen(0)` may be given to another test until then; these are given to nobody,
 * and two tests that choose at the same time have the same one once in thousands.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return false;
        throw error;
      },
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
