import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Shell } from './shell.ts';

/** Interval of pings, since proxies close idle connections. */
const pingMs = 30_000;
const highWater = 1024 * 1024;
/** Longest reason of a close frame; the protocol allows 123 bytes (RFC 6455, 5.5). */
const reasonBytes = 120;

/**
 * Connects a WebSocket with a shell: binary messages are the terminal's bytes, a text message is
 * `{resize: {columns, rows}}`. Resolves when both are closed.
 */
export function joinTerminal(socket: WebSocket, shell: Shell, log: Logger): Promise<void> {
  const { socket: docker } = shell;
  let alive = true;

  const beat = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => {
    alive = true;
  });

  socket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data);
    if (isBinary) {
      if (!docker.write(bytes)) socket.pause();
      return;
    }
    const size = sizeIn(bytes.toString());
    if (size === null) return socket.close(1008, 'A text message has to be {"resize": {"columns": 80, "rows": 24}}.');
    shell.resize(size.columns, size.rows).catch((error) => log.debug({ err: error }, 'a terminal was not resized'));
  });

  docker.on('drain', () => socket.resume());

  docker.on('data', (bytes: Buffer) => {
    socket.send(bytes, () => {
      if (docker.isPaused() && socket.bufferedAmount < highWater) docker.resume();
    });
    if (socket.bufferedAmount > highWater) docker.pause();
  });

  return new Promise((resolve) => {
    let left = 2;
    const closed = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    docker.once('close', () => {
      socket.resume();
      socket.close(1000, 'The shell has ended.');
      closed();
    });
    socket.once('close', () => {
      clearInterval(beat);
      leave(shell);
      closed();
    });
    // Either may have closed before the listeners were added.
    if (socket.readyState === socket.CLOSED) socket.emit('close');
    if (docker.closed) docker.emit('close');
    docker.resume();
  });
}

/** Prints an error in the terminal and closes it. */
export function sayAndClose(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(Buffer.from(`${text}\r\n`));
  socket.close(
    1011,
    Buffer.from(text)
      .subarray(0, reasonBytes)
      .toString()
      .replace(/\ufffd+$/, ''),
  );
}

/** Ends the shell with an interrupt and an end of input: Docker would keep the process running without its terminal. */
function leave({ socket }: Shell): void {
  if (socket.destroyed) return;
  socket.write('\x03\x04');
  socket.end();
  setTimeout(() => socket.destroy(), 1_000).unref();
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function sizeIn(text: string): { columns: number; rows: number } | null {
  try {
    const { columns, rows } = (JSON.parse(text) as { resize: { columns: unknown; rows: unknown } }).resize;
    const fits = (value: unknown): value is number =>
      Number.isInteger(value) && Number(value) > 0 && Number(value) <= 1_000;
    return fits(columns) && fits(rows) ? { columns, rows } : null;
  } catch {
    return null;
  }
}
