import type { FastifyReply, FastifyRequest } from 'fastify';
import { UltronexError } from '../domain/errors.ts';

export interface EventStream {
  send(event: string, data: unknown, id?: string): void;
  /** Calls `run` when the client disconnects or the server stops. */
  onClose(run: () => void): void;
}

/** A stream of data that is not serialized for each reader. */
export interface SharedStream extends EventStream {
  /** `send` with data that is serialized already. */
  sendJson(event: string, json: string, id?: string): void;
  /** Sends an id without an event: a browser goes on after it when it connects again. */
  sendId(id: string): void;
  /** Sends an event `message` whose data is the text itself. A line break of any kind arrives as \n. */
  sendText(text: string, id: string): void;
}

/** Interval of the comments that keep proxies from closing an idle connection; HAProxy's tunnel time-outs are longer. */
const keepAliveMs = 20_000;
/** A slow reader is disconnected when this many bytes are buffered for it; it resumes with Last-Event-ID. */
const maxBuffered = 4 * 1024 * 1024;
/** The same for streams with many readers. */
const maxBufferedOfMany = 512 * 1024;
/** Readers of one kind of stream from one address, and from all. */
const maxReadersFromOne = 60;
const maxReaders = 200;

/** Too many open streams. */
class TooManyReaders extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_READERS';
  override readonly status = 429;
  override readonly retryable = true;
}

export interface Readers {
  /** Counts the reader until the stream closes. @throws TooManyReaders before anything is sent */
  open(request: FastifyRequest, reply: FastifyReply): SharedStream;
}

/** Limits open streams, in all and per address: each takes memory, and slow readers take most. */
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
  // The response to HEAD has headers only; without `end` the client would wait for ever.
  if (request.method === 'HEAD') raw.end();
  else raw.write('retry: 2000\n\n');
  const keepAlive = setInterval(() => raw.write(':\n\n'), keepAliveMs);
  closers.push(() => clearInterval(keepAlive));
  const { eventStreams } = request.server;
  eventStreams?.add(raw);
  closers.push(() => eventStreams?.delete(raw));
  raw.on('close', () => {
    for (const close of closers.splice(0)) close();
  });
  function write(block: string): void {
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > most) return void raw.destroy();
    raw.write(block);
  }
  function sendJson(event: string, json: string, id?: string): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    write(`${idLine}event: ${event}\ndata: ${json}\n\n`);
  }
  return {
    send: (event, data, id) => sendJson(event, JSON.stringify(data), id),
    // Each line needs a field of its own.
    sendText: (text, id) => sendJson('message', text.replaceAll(/\r\n|[\r\n]/g, '\ndata: '), id),
    sendJson,
    sendId: (id) => write(`id: ${id}\n\n`),
    onClose: (run) => void closers.push(run),
  };
}
