import type { FastifyReply, FastifyRequest } from 'fastify';

export interface EventStream {
  send(event: string, data: unknown, id?: string): void;
  /** Runs when the reader has gone or the server stops. */
  onClose(run: () => void): void;
}

/** Proxies cut connections that are silent; HAProxy's default tunnel time-outs are above this. */
const keepAliveMs = 20_000;
/** A reader that does not read is cut off at this many bytes in our memory, and resumes with Last-Event-ID. */
const maxBuffered = 4 * 1024 * 1024;

/** Takes the response over from Fastify as `text/event-stream` (html.spec.whatwg.org, "Server-sent events"). */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  const closers: (() => void)[] = [];
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
  });
  // HEAD asks for the headers only; without an end it would wait for ever.
  if (request.method === 'HEAD') raw.end();
  else raw.write('retry: 2000\n\n');
  const keepAlive = setInterval(() => raw.write(':\n\n'), keepAliveMs);
  closers.push(() => clearInterval(keepAlive));
  raw.on('close', () => {
    for (const close of closers.splice(0)) close();
  });
  return {
    send(event, data, id) {
      if (raw.writableEnded || raw.destroyed) return;
      if (raw.writableLength > maxBuffered) return void raw.destroy();
      const idLine = id === undefined ? '' : `id: ${id}\n`;
      raw.write(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    onClose: (run) => void closers.push(run),
  };
}
