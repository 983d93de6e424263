import { once } from 'node:events';
import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { errorCode } from '../../../lib/error-code.ts';
import type { Address } from './lookup.ts';
import { Failed, placeOf, type Run } from './run.ts';

/**
 * Connects to one of the given addresses and to no other, the next one when one does not answer (RFC 8305).
 * @throws Failed
 */
export async function connectTo(addresses: readonly Address[], port: number, run: Run): Promise<Socket> {
  const socket = connect(optionsOf(addresses, port, run));
  await connected(socket, addresses, port, run);
  return socket;
}

export interface SecureOptions {
  /** Name or address that the server should have a certificate for. */
  host: string;
  /** PEM; absent: the authorities that Node trusts. */
  ca: string | undefined;
  /** For HTTP. */
  alpn?: string[];
}

/**
 * Connects and makes a TLS handshake, never with a session of an earlier one. The certificate is not verified: see
 * `certificate.ts`. It is one socket from the start: a TLS socket around another one crashes Node 20 (SIGSEGV) if the inner
 * one is destroyed first.
 * @throws Failed
 */
export async function connectSecure(
  addresses: readonly Address[],
  port: number,
  { host, ca, alpn }: SecureOptions,
  run: Run,
): Promise<TLSSocket> {
  const socket = connectTls({
    ...optionsOf(addresses, port, run),
    servername: isIP(host) === 0 ? host : '',
    ...(ca !== undefined && { ca }),
    ...(alpn !== undefined && { ALPNProtocols: alpn }),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  const secured = once(socket, 'secureConnect');
  secured.catch(() => {});
  await connected(socket, addresses, port, run);
  const place = placeOf(socket.remoteAddress ?? host, port);
  run.waits('timeout', `No answer within ${run.limit}: connected to ${place}, but no TLS handshake.`);
  try {
    await run.until(secured);
  } catch (error) {
    throw error instanceof Failed ? error : handshakeFailure(error, place);
  }
  return socket;
}

function optionsOf(addresses: readonly Address[], port: number, { withinMs }: Run): TcpNetConnectOpts {
  const [first] = addresses;
  const lookup: LookupFunction = (_host, _options, done) => done(null, [...addresses]);
  return {
    host: addresses.length === 1 && first !== undefined ? first.address : 'checked',
    port,
    lookup,
    noDelay: true,
    autoSelectFamily: addresses.length > 1,
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.min(2_500, Math.floor(withinMs / (2 * addresses.length)))),
  };
}

async function connected(socket: Socket, addresses: readonly Address[], port: number, run: Run): Promise<void> {
  const places = addresses
    .slice(0, 3)
    .map(({ address }) => placeOf(address, port))
    .join(', ');
  run.waits('timeout', `No answer within ${run.limit}: no connection to ${places}.`);
  socket.on('error', () => {});
  run.onEnd(() => socket.destroy());
  try {
    await run.until(once(socket, 'connect'));
  } catch (error) {
    throw error instanceof Failed ? error : connectFailure(error, places);
  }
  run.reached();
}

/** Errors of this program, which has no file descriptor or memory left. */
const ownFaults = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

function connectFailure(error: unknown, all: string): unknown {
  const errors: NodeJS.ErrnoException[] = error instanceof AggregateError ? error.errors : [error];
  const [first] = errors as (NodeJS.ErrnoException & { address?: string; port?: number })[];
  const refused = errors.filter(({ code }) => code === 'ECONNREFUSED').slice(0, 3) as {
    address?: string;
    port?: number;
  }[];
  if (refused.length > 0) {
    const by = refused.map(({ address = '', port = 0 }) => placeOf(address, port)).join(' and ');
    return new Failed('connect', `Connection refused by ${by}.`);
  }
  const where = first?.address === undefined ? all : placeOf(first.address, first.port ?? 0);
  const texts: Record<string, string> = {
    EHOSTUNREACH: `There is no route to ${where}.`,
    ENETUNREACH: `There is no route to the network of ${where}.`,
    ETIMEDOUT: `${where} does not answer.`,
    ECONNRESET: `${where} closes the connection.`,
    EACCES: `The system's firewall does not allow a connection to ${where}.`,
    EPERM: `The system's firewall does not allow a connection to ${where}.`,
  };
  const code = errorCode(first);
  if (ownFaults.has(code)) return error;
  return new Failed('connect', texts[code] ?? `There is no connection to ${where} (${code || 'unknown error'}).`);
}

function handshakeFailure(error: unknown, place: string): Failed {
  const code = errorCode(error);
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|RECORD_LAYER/.test(code)) {
    return new Failed('tls', `${place} does not speak TLS.`);
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return new Failed('tls', `${place} closes the connection during the TLS handshake.`);
  }
  const { reason } = error as { reason?: string };
  return new Failed('tls', `The TLS handshake with ${place} fails: ${reason ?? (code || 'unknown error')}.`);
}
