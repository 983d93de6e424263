import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';

export interface FakeRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface FakeReply {
  status: number;
  body?: string;
  headers?: Record<string, string>;
  /** The request is handled, and then the connection is closed without a response. */
  hangsUp?: boolean;
  /** Writes the body itself, after the head was sent. */
  stream?(response: ServerResponse): void;
}

/** What goes wrong with every request; null: nothing. `garbage` and `oversized` have status 200 and the type of JSON. */
export type Fault =
  /** Takes the request and returns nothing. */
  | { kind: 'silent' }
  /** Closes the connection without a response. */
  | { kind: 'hang up' }
  /** Returns the right response after this time. */
  | { kind: 'late'; ms: number }
  | ({ kind: 'reply' } & FakeReply)
  /** A page of a proxy or a login in place of the API. */
  | { kind: 'html' }
  | { kind: 'garbage' }
  /** Valid JSON of at least this many bytes, without Content-Length. */
  | { kind: 'oversized'; bytes: number };

export interface FakeServer {
  /** `http://127.0.0.1:40123` */
  url: string;
  /** All requests, also those that a fault took. */
  requests: FakeRequest[];
  fault: Fault | null;
  close(): Promise<void>;
}

/** The most bytes of a request's body. */
const mostOfBody = 5_000_000;

/** Starts an HTTP server on a free port of 127.0.0.1. */
export async function startFakeServer(handle: (request: FakeRequest) => FakeReply): Promise<FakeServer> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('error', () => {});
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes <= mostOfBody) chunks.push(chunk as Buffer);
    }
    const { method = 'GET', headers } = request;
    const asked = {
      method,
      headers,
      url: new URL(request.url ?? '/', fake.url),
      body: Buffer.concat(chunks).toString(),
    };
    fake.requests.push(asked);
    const { fault } = fake;
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'hang up') return void request.socket.destroy();
    if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const reply = replyOf(fault) ?? handle(asked);
    const { status, body = '', headers: given } = reply;
    if (reply.hangsUp) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...given });
    if (reply.stream !== undefined) return reply.stream(response);
    // In parts, so that Node sets no Content-Length.
    for (let at = 0; at < body.length && !response.destroyed; at += 65_536) response.write(body.slice(at, at + 65_536));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    requests: [],
    fault: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function replyOf(fault: Fault | null): FakeReply | null {
  if (fault?.kind === 'reply') return fault;
  if (fault?.kind === 'html') {
    return { status: 200, body: '<!doctype html><title>Log in</title>', headers: { 'content-type': 'text/html' } };
  }
  if (fault?.kind === 'garbage') return { status: 200, body: '{"status":"succ' };
  return fault?.kind === 'oversized' ? { status: 200, body: JSON.stringify({ fill: 'x'.repeat(fault.bytes) }) } : null;
}

export const jsonReply = (value: unknown, status = 200): FakeReply => ({ status, body: JSON.stringify(value) });
export const textReply = (body: string, status: number): FakeReply => ({
  ...{ status, body },
  headers: { 'content-type': 'text/plain; charset=utf-8' },
});
