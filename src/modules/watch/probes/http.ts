import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { errorCode } from '../../../lib/error-code.ts';
import type { HttpProbe } from '../../../watch-files/index.ts';
import { readBytes, textOf } from './body.ts';
import { chainOf, verify } from './certificate.ts';
import { connectSecure, connectTo } from './connect.ts';
import { expectBody, expectStatus } from './expectations.ts';
import { type Hop, isRedirect, nextHop, shown } from './hop.ts';
import { canonical } from './lookup.ts';
import type { Network } from './network.ts';
import { Failed, type Run } from './run.ts';

/** Makes a request on a fresh connection, follows redirects, and compares the response. @throws Failed */
export async function probeHttp(probe: HttpProbe, network: Network, run: Run): Promise<string> {
  let hop: Hop = { url: new URL(probe.url), method: probe.method, headers: probe.headers, body: probe.body };
  for (let redirects = 0; ; redirects += 1) {
    try {
      const response = await ask(hop, probe, network, run);
      if (!isRedirect(response, probe)) return await judge(response, probe, hop, run);
      hop = nextHop(hop, response, probe, redirects);
    } catch (error) {
      throw redirects === 0 ? error : afterRedirect(error, hop);
    }
  }
}

/** Connects and makes one request. */
async function ask(hop: Hop, probe: HttpProbe, network: Network, run: Run): Promise<IncomingMessage> {
  const { url } = hop;
  const isTls = url.protocol === 'https:';
  const host = canonical(url.hostname);
  const port = Number(url.port || (isTls ? 443 : 80));
  const addresses = await network.resolve(host, probe.family, run);
  let socket: Socket;
  if (isTls) {
    // The name of a header Host is the one that is asked for in TLS, too.
    const [, name = host] = /^([^:[\]]+)(?::\d+)?$/.exec(headerOf(hop, 'host') ?? '') ?? [];
    const secured = await connectSecure(addresses, port, { host: name, ca: network.ca, alpn: ['http/1.1'] }, run);
    // Before a byte of the request is sent: it may have secrets.
    if (probe.verify) verify(secured, name, chainOf(secured, network.ca), run.clock.now());
    socket = secured;
  } else {
    socket = await connectTo(addresses, port, run);
  }
  run.waits('timeout', `No answer within ${run.limit}: connected, but no response.`);
  return run.until(send(hop, socket));
}

function send({ url, method, headers, body }: Hop, socket: Socket): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      // Without an agent, so never on a connection of an earlier request.
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      method,
      setHost: false,
    });
    const bytes = body === null ? null : Buffer.from(body);
    outgoing.setHeader('host', url.host);
    outgoing.setHeader('user-agent', 'Ultronex');
    outgoing.setHeader('accept', '*/*');
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    for (const name of ['content-length', 'transfer-encoding', 'expect']) outgoing.removeHeader(name);
    if (bytes !== null || !['GET', 'HEAD', 'OPTIONS'].includes(method)) {
      outgoing.setHeader('content-length', bytes?.length ?? 0);
    }
    outgoing.on('response', resolve);
    // A WebSocket server accepts (101); the connection ends with the attempt.
    outgoing.on('upgrade', resolve);
    outgoing.on('error', (error) => reject(responseFailure(error)));
    outgoing.end(bytes);
  });
}

async function judge(response: IncomingMessage, probe: HttpProbe, hop: Hop, run: Run): Promise<string> {
  const { statusCode = 0 } = response;
  expectStatus(statusCode, probe.status);
  if (hop.method === 'HEAD' || statusCode === 101) return `${statusCode}`;
  run.waits('timeout', `No answer within ${run.limit}: status ${statusCode}, but the body did not end.`);
  // Also a body that nothing is expected of: a server that hangs in the middle of it is not well.
  const raw = await run.until(readBytes(response));
  if (probe.text !== null || Object.keys(probe.json).length > 0) {
    expectBody(probe, await run.until(textOf(raw, response)));
  }
  return `${statusCode}`;
}

function responseFailure(error: unknown): Failed {
  const code = errorCode(error);
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Failed('response', 'The headers of the response are larger than 16 KiB.');
  if (code.startsWith('HPE_')) return new Failed('response', 'The answer is not HTTP.');
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return new Failed('response', 'The connection was closed before a response came.');
  }
  return new Failed('response', `The connection broke before a response came (${code || 'unknown error'}).`);
}

function afterRedirect(error: unknown, { url }: Hop): unknown {
  if (!(error instanceof Failed)) return error;
  const { phase, text, severity } = error.failure;
  return new Failed(phase, `${text.slice(0, 300)} This was after a redirect to ${shown(url)}.`, severity);
}

function headerOf({ headers }: Hop, wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
