import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { DockerRefused, DockerUnavailable } from '../errors.ts';

export interface Transport {
  /** Resolves when Docker is there. */
  ping(): Promise<void>;
  /** Answers the parsed body, undefined when there is none. */
  call<T>(method: string, path: string, options?: { body?: unknown; timeoutMs?: number }): Promise<T>;
  /** A body without an end; the signal ends it. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>;
  /** Takes the connection over: what is written goes to the process, what is read comes from it. */
  hijack(path: string, body: unknown): Promise<Socket>;
  /** Ends what is being read, and asks nothing more. What changes something is still waited for. */
  close(): void;
}

/** Minor number of the newest API that this client was written for; an older engine is spoken to in its own (20.10: 1.41). */
const newestApi = 44;
const answerMs = 10_000;
const maxBodyBytes = 16 * 1024 * 1024;

/** Docker's API over HTTP on kept-alive connections. @throws DockerUnavailable, DockerRefused */
export function createTransport(url: string): Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const base = new URL(url);
  let version: Promise<string> | null = null;
  let closed = false;

  /** `/v1.41`. Not asked again until a call fails to connect: another engine may answer then. */
  function prefix(): Promise<string> {
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
    if (closed) throw new DockerUnavailable(`Docker at ${base.host} is not asked any more: Ultronex stops.`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const length = text === undefined ? 0 : Buffer.byteLength(text);
    const outgoing = request({
      // What changes something gets a connection of its own: one that was closed meanwhile would leave it open whether it was done.
      agent: method === 'GET' ? agent : false,
      host: base.hostname,
      port: base.port || 80,
      method,
      path,
      headers: {
        host: base.host,
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
    return new DockerUnavailable(`Docker does not answer at ${base.host}: ${reasonOf(cause)}.`, { cause });
  }

  function send(
    method: string,
    path: string,
    options: { body?: unknown; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<IncomingMessage> {
    const { body, timeoutMs = answerMs, signal } = options;
    return new Promise((resolve, reject) => {
      // Its listeners are not called any more.
      if (signal?.aborted) return reject(new DockerUnavailable('ended before it was asked'));
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
        // A reset in the middle of an answer is told here too; whoever reads the answer learns of it.
        if (answer !== null) return;
        over();
        // The other end closed a kept connection just then (nodejs.org/api/http, request.reusedSocket).
        const again = outgoing.reusedSocket && error.code === 'ECONNRESET' && !signal?.aborted;
        if (again) resolve(send(method, path, options));
        else reject(unavailable(error));
      });
      outgoing.on('response', (response) => {
        answer = response;
        // The time-out is for the whole answer, except of a stream.
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
    if (statusCode >= 400) throw refused(statusCode, text);
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
        throw new DockerUnavailable(`What answers at ${base.host} is not Docker: its answer is not JSON.`);
      }
    },

    async stream(path, signal) {
      const response = await send('GET', (await prefix()) + path, { signal });
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
          // Until somebody reads it, nobody else would hear of a connection that is cut.
          socket.on('error', () => socket.destroy());
          if (head.length > 0) socket.unshift(head);
          resolve(socket as Socket);
        });
        outgoing.on('response', (response) => {
          clearTimeout(timer);
          const notRaw = new DockerUnavailable(`${base.host} does not hand the connection over (no answer 101).`);
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

function refused(status: number, text: string): DockerRefused {
  let said = text.trim().slice(0, 300);
  try {
    said = String((JSON.parse(text) as { message?: unknown }).message ?? said);
  } catch {
    // Not Docker's form; its text will do.
  }
  return new DockerRefused(`Docker: ${said || `answer ${status}`}`, status);
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return error.message;
}
