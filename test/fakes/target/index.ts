import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** How far a response goes before the server hangs or closes. `body` stops in the middle of a body with a length. */
export type Stage = 'nothing' | 'headers' | 'body';

export type TargetAnswer =
  | { kind: 'reply'; status?: number; body?: string | Buffer; headers?: Record<string, string> }
  | { kind: 'json'; value: unknown; status?: number }
  /** `to` may be any address, also `http://169.254.169.254/latest/meta-data/`. */
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  | { kind: 'late'; ms: number; body?: string }
  /** Sends headers, then one byte each `ms` (1,000), without end. */
  | { kind: 'drip'; ms?: number }
  | { kind: 'hang'; after: Stage }
  | { kind: 'close'; after: Stage }
  /** Resets the connection (RST) without a response. */
  | { kind: 'reset' }
  /** Bytes that are not HTTP. */
  | { kind: 'garbage' }
  /** A body of this many bytes without a length. `gzip`: about a thousandth of them on the wire, a gzip bomb. */
  | { kind: 'huge'; bytes: number; gzip?: boolean };

export interface TargetRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Number of the connection, from 1: two requests with the same number shared a keep-alive connection. */
  connection: number;
}

export interface FakeTarget {
  /** `http://127.0.0.1:40123` */
  url: string;
  port: number;
  /** By path without the query. Of a list, each request takes the next one and the last one stays. */
  answers: Map<string, TargetAnswer | TargetAnswer[]>;
  /** For other paths; `200 ok` at first. */
  answer: TargetAnswer;
  requests: TargetRequest[];
  /** Number of connections since the start. */
  connections: number;
  /** Number of connections that are open now. */
  open(): number;
  /** Bytes of `huge` bodies that were written, before compression. */
  written: number;
  close(): Promise<void>;
}

interface TargetOptions {
  /** `127.0.0.1` by default; `::1` for IPv6 only. */
  host?: string;
  port?: number;
  /** Makes it an HTTPS server. */
  tls?: ServerOptions;
}

const mostOfBody = 5_000_000;

/** Starts an HTTP server that tests point checks at. */
export async function startFakeTarget({ host = '127.0.0.1', port = 0, tls }: TargetOptions = {}): Promise<FakeTarget> {
  const numbers = new Map<Socket, number>();
  const timers = new Set<NodeJS.Timeout>();
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('error', () => {});
    response.on('error', () => {});
    try {
      for await (const chunk of request) {
        bytes += (chunk as Buffer).length;
        if (bytes <= mostOfBody) chunks.push(chunk as Buffer);
      }
    } catch {
      return;
    }
    const { method = 'GET', url = '/', headers, socket } = request;
    const body = Buffer.concat(chunks).toString();
    fake.requests.push({ method, path: url, headers, body, connection: numbers.get(socket) ?? 0 });
    respond(fake, nextOf(fake, url.replace(/\?.*/, '')), response, timers);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    fake.connections += 1;
    numbers.set(socket, fake.connections);
    socket.on('error', () => {});
    socket.on('close', () => numbers.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const fake: FakeTarget = {
    url: `${tls === undefined ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${bound}`,
    port: bound,
    answers: new Map(),
    answer: { kind: 'reply', body: 'ok' },
    requests: [],
    connections: 0,
    open: () => numbers.size,
    written: 0,
    async close() {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function nextOf(fake: FakeTarget, path: string): TargetAnswer {
  const answer = fake.answers.get(path) ?? fake.answer;
  if (!Array.isArray(answer)) return answer;
  return (answer.length > 1 ? answer.shift() : answer[0]) ?? fake.answer;
}

function respond(fake: FakeTarget, answer: TargetAnswer, response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  const keep = (timer: NodeJS.Timeout) => {
    timers.add(timer);
    response.on('close', () => {
      clearInterval(timer);
      timers.delete(timer);
    });
  };
  if (answer.kind === 'reply') {
    const { status = 200, body = '', headers } = answer;
    response.writeHead(status, { ...text, ...headers }).end(body);
  }
  if (answer.kind === 'json') {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.value));
  }
  if (answer.kind === 'redirect') response.writeHead(answer.status ?? 302, { location: answer.to }).end();
  if (answer.kind === 'late') keep(setTimeout(() => response.writeHead(200, text).end(answer.body ?? 'ok'), answer.ms));
  if (answer.kind === 'drip') {
    response.writeHead(200, text).flushHeaders();
    keep(setInterval(() => response.write('.'), answer.ms ?? 1_000));
  }
  if (answer.kind === 'hang') begin(response, answer.after);
  if (answer.kind === 'close') begin(response, answer.after, () => response.destroy());
  if (answer.kind === 'reset') response.socket?.resetAndDestroy();
  if (answer.kind === 'garbage') response.socket?.end('220 this is not HTTP\r\n');
  if (answer.kind === 'huge') sendHuge(fake, answer, response);
}

/** Sends a response as far as `stage`; `then` runs when the socket has it. */
function begin(response: ServerResponse, stage: Stage, then = () => {}): void {
  if (stage !== 'nothing') response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' });
  if (stage === 'nothing') then();
  else if (stage === 'body') response.write('half', then);
  else {
    response.flushHeaders();
    response.socket?.write('', then);
  }
}

function sendHuge(
  fake: FakeTarget,
  { bytes, gzip = false }: TargetAnswer & { kind: 'huge' },
  response: ServerResponse,
) {
  let left = bytes;
  const body = new Readable({
    read(size) {
      const chunk = Buffer.alloc(Math.min(left, size), 'x');
      left -= chunk.length;
      fake.written += chunk.length;
      this.push(chunk.length === 0 ? null : chunk);
    },
  });
  response.writeHead(200, { 'content-type': 'text/plain', ...(gzip && { 'content-encoding': 'gzip' }) });
  response.on('close', () => body.destroy());
  const source = gzip ? body.pipe(createGzip()) : body;
  source.on('error', () => {});
  source.pipe(response);
}
