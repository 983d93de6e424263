/*
 * Not undici (7.30.2, tried): its `upgrade()` throws "bad upgrade" for every answer but 101, so Docker's status and
 * reason would be lost, and the program would need 6 MiB more at its start (107 MiB in place of 101, simulator).
 * Deadlines, limits, the API's version and errors would remain here.
 */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { cleanText } from '../lib/clean-line.ts';
import { DockerRefused, DockerUnavailable } from './errors.ts';

export interface Transport {
  /** Resolves when Docker answers. */
  ping(): Promise<void>;
  /** Returns the parsed body, undefined when there is none. */
  call<T>(method: string, path: string, options?: { body?: unknown; timeoutMs?: number }): Promise<T>;
  /** Returns an endless body; the signal ends it. */
  stream(
    path: string,
    signal: AbortSignal,
    options?: { method?: 'GET' | 'POST'; timeoutMs?: number },
  ): Promise<IncomingMessage>;
  /** Upgrades the connection to a raw stream: writes go to the process, reads come from it. */
  hijack(path: string, body?: unknown): Promise<Socket>;
  /** Ends reads and refuses new requests. A mutation that is under way is still waited for. */
  close(): void;
}

/** Minor number of the newest API that this client was written for. An older engine gets its own version (20.10: 1.41). */
const newestApi = 44;
const answerMs = 10_000;
const maxBodyBytes = 16 * 1024 * 1024;

export interface TransportOptions {
  /** The name of the server, for errors. */
  peer?: string;
  /** Whether paths begin with the version of Docker's API. */
  isVersioned?: boolean;
  /** Most connections for reading; further requests wait. Each stream has one. */
  mostSockets?: number;
}

/**
 * Docker's API over HTTP on keep-alive sockets. @throws DockerUnavailable, DockerRefused
 * @param url `http://docker-read:2375`, or a unix socket: `unix:/var/run/docker.sock`
 */
export function createTransport(
  url: string,
  { peer = 'Docker', isVersioned = true, mostSockets = 64 }: TransportOptions = {},
): Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: mostSockets });
  const { protocol, host, hostname, port, pathname } = new URL(url);
  const isUnix = protocol === 'unix:';
  const place = isUnix ? pathname : host;
  const to = isUnix ? { socketPath: pathname } : { host: hostname, port: port || 80 };
  let version: Promise<string> | null = null;
  let closed = false;

  /** Returns a prefix such as `/v1.41`. It is cached until a call fails, since another engine may answer after that. */
  function prefix(): Promise<string> {
    if (!isVersioned) return Promise.resolve('');
    version ??= askVersion().catch((error) => {
      version = null;
      throw error;
    });
    return version;
  }

  async function askVersion(): Promise<string> {
    const response = await send('GET', '/_ping', { timeoutMs: 3_000 });
    await read(response);
    const [, minor = newestApi] = /^1\.(\d+)$/.exec(String(response.headers['api-version'])) ?? [];
    return `/v1.${Math.min(Number(minor), newestApi)}`;
  }

  function open(method: string, path: string, body: unknown, headers: Record<string, string> = {}): ClientRequest {
    if (closed) throw new DockerUnavailable(`No more requests to ${peer} at ${place}: Ultronex is stopping.`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const length = text === undefined ? 0 : Buffer.byteLength(text);
    const outgoing = request({
      // Mutations never reuse a keep-alive socket: if it closed, we could not tell whether the action ran.
      agent: method === 'GET' ? agent : false,
      ...to,
      method,
      path,
      headers: {
        host: isUnix ? 'localhost' : host,
        ...(method === 'POST' && { 'content-length': length }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    outgoing.end(text);
    return outgoing;
  }

  function unavailable(cause: Error): DockerUnavailable {
    version = null;
    return new DockerUnavailable(`${peer} does not answer at ${place}: ${reasonOf(cause)}.`, { cause });
  }

  function send(
    method: string,
    path: string,
    options: { body?: unknown; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<IncomingMessage> {
    const { body, timeoutMs = answerMs, signal } = options;
    return new Promise((resolve, reject) => {
      // A signal that is aborted already does not call listeners.
      if (signal?.aborted) return reject(new DockerUnavailable('aborted before the request'));
      const outgoing = open(method, path, body);
      let answer: IncomingMessage | null = null;
      const giveUp = (why: string) => (answer ?? outgoing).destroy(new Error(why));
      const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs / 1_000} s`), timeoutMs);
      const abort = () => giveUp('ended');
      signal?.addEventListener('abort', abort, { once: true });
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A reset during the response is emitted here, too; the reader of the response handles it.
        if (answer !== null) return;
        over();
        // The server closed the keep-alive socket while the request was sent (nodejs.org/api/http, request.reusedSocket).
        const hasClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        const again = outgoing.reusedSocket && hasClosed && !signal?.aborted;
        if (again) resolve(send(method, path, options));
        else reject(unavailable(error));
      });
      outgoing.on('response', (response) => {
        answer = response;
        // The time limit covers the whole response; for a stream, only its head.
        if (signal !== undefined) clearTimeout(timer);
        response.once('close', over);
        resolve(response);
      });
    });
  }

  async function read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of response) {
        bytes += chunk.length;
        if (bytes > maxBodyBytes) throw new Error('the answer is larger than 16 MiB');
        chunks.push(chunk);
      }
    } catch (error) {
      throw unavailable(error as Error);
    }
    const text = Buffer.concat(chunks).toString();
    const { statusCode = 0 } = response;
    if (statusCode >= 400) throw refused(peer, statusCode, text);
    return text;
  }

  return {
    async ping() {
      await askVersion();
    },

    async call<T>(method: string, path: string, options?: { body?: unknown; timeoutMs?: number }) {
      const text = await read(await send(method, (await prefix()) + path, options));
      try {
        return (text === '' ? undefined : JSON.parse(text)) as T;
      } catch {
        throw new DockerUnavailable(`What answers at ${place} is not ${peer}: its answer is not JSON.`);
      }
    },

    async stream(path, signal, { method = 'GET', timeoutMs } = {}) {
      const response = await send(method, (await prefix()) + path, { signal, ...(timeoutMs && { timeoutMs }) });
      if ((response.statusCode ?? 0) >= 400) await read(response);
      return response;
    },

    async hijack(path, body) {
      const address = (await prefix()) + path;
      return new Promise((resolve, reject) => {
        const outgoing = open('POST', address, body, { connection: 'Upgrade', upgrade: 'tcp' });
        const timer = setTimeout(() => outgoing.destroy(new Error('no answer within 10 s')), answerMs);
        outgoing.on('error', (error) => {
          clearTimeout(timer);
          reject(unavailable(error));
        });
        outgoing.on('upgrade', (_response, socket, head) => {
          clearTimeout(timer);
          // Without a listener a reset before the first read would end the process.
          socket.on('error', () => socket.destroy());
          if (head.length > 0) socket.unshift(head);
          resolve(socket as Socket);
        });
        outgoing.on('response', (response) => {
          clearTimeout(timer);
          const notRaw = new DockerUnavailable(`${place} does not hand the connection over (no answer 101).`);
          read(response).then(() => reject(notRaw), reject);
        });
      });
    },

    close() {
      closed = true;
      agent.destroy();
    },
  };
}

function refused(peer: string, status: number, text: string): DockerRefused {
  let reason = text;
  let kind: unknown;
  try {
    const body = JSON.parse(text) as { message?: unknown; code?: unknown };
    reason = String(body.message ?? reason);
    kind = body.code;
  } catch {
    // Not JSON: the text is used.
  }
  const said = cleanText(reason) || `answer ${status}`;
  // A server with codes writes whole sentences.
  return typeof kind === 'string'
    ? new DockerRefused(said, status, kind)
    : new DockerRefused(`${peer}: ${said}`, status);
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'EACCES') return 'this user may not open the socket';
  return error.message;
}
