import type { FastifyReply, FastifyRequest } from 'fastify';
import { UltronexError } from '../domain/errors.ts';

export interface EventStream {
  send(event: string, data: unknown, id?: string): void;
  /** Runs when the reader has gone or the server stops. */
  onClose(run: () => void): void;
}

/** A stream whose data is the same for many readers. */
export interface SharedStream extends EventStream {
  /** `send` with JSON that was made before. */
  sendJson(event: string, json: string, id?: string): void;
}

/** Proxies cut connections that are silent; HAProxy's default tunnel time-outs are above this. */
const keepAliveMs = 20_000;
/** A reader that does not read is cut off at this many bytes in our memory, and resumes with Last-Event-ID. */
const maxBuffered = 4 * 1024 * 1024;
/** The same where many read the same events. */
const maxBufferedOfMany = 512 * 1024;
/** Readers of one kind of stream from one address, and from all. */
const maxReadersFromOne = 60;
const maxReaders = 200;

/** More readers than the memory is for. */
class TooManyReaders extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_READERS';
  override readonly status = 429;
  override readonly retryable = true;
}

export interface Readers {
  /** Counts the reader until the stream closes. @throws TooManyReaders before anything is sent */
  open(request: FastifyRequest, reply: FastifyReply): SharedStream;
}

/** Bounds how many read a stream at a time: each costs memory, and most of it when it reads slowly. */
export function limitReaders(): Readers {
  const byAddress = new Map<string, number>();
  let all = 0;
  function leave(address: string): void {
    all -= 1;
    const left = (byAddress.get(address) ?? 1) - 1;
    if (left === 0) byAddress.delete(address);
    else byAddress.set(address, left);
  }
  return {
    open(request, reply) {
      const address = request.ip;
      const here = byAddress.get(address) ?? 0;
      if (here >= maxReadersFromOne) {
        throw new TooManyReaders(`${here} streams are open from ${address}, the most there can be; close one.`);
      }
      if (all >= maxReaders)
        throw new TooManyReaders(`${all} streams are open, the most there can be; try again later.`);
      all += 1;
      byAddress.set(address, here + 1);
      const stream = openEventStream(request, reply, maxBufferedOfMany);
      stream.onClose(() => leave(address));
      return stream;
    },
  };
}

/** Takes the response over from Fastify as `text/event-stream` (html.spec.whatwg.org, "Server-sent events"). */
export function openEventStream(request: FastifyRequest, reply: FastifyReply, most = maxBuffered): SharedStream {
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
  function sendJson(event: string, json: string, id?: string): void {
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > most) return void raw.destroy();
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    raw.write(`${idLine}event: ${event}\ndata: ${json}\n\n`);
  }
  return {
    send: (event, data, id) => sendJson(event, JSON.stringify(data), id),
    sendJson,
    onClose: (run) => void closers.push(run),
  };
}
