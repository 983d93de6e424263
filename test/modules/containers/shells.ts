import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type Api, authorization } from '../../http/support.ts';

export interface Terminal {
  socket: WebSocket;
  /** Resolves when this has been shown; rejects when it is not within 5 s. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  closed: Promise<{ code: number; reason: string }>;
}

/** Of a handshake; a header that is undefined is not sent. */
type Headers = Record<string, string | undefined>;

/** How a handshake was answered: 101 and a terminal, or a status and the words of the refusal. */
export type Answered = { status: 101; terminal: Terminal } | { status: number; body: Record<string, string> };

export async function askShell(api: Pick<Api, 'base'>, path: string, more: Headers = {}): Promise<Answered> {
  const url = `${api.base.replace('http', 'ws')}/containers/${path}`;
  const headers = Object.entries({ authorization, ...more }).filter(([, value]) => value !== undefined);
  const socket = new WebSocket(url, { headers: Object.fromEntries(headers) as Record<string, string> });
  const terminal = terminalOf(socket);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('open', () => resolve({ status: 101, terminal }));
    socket.once('unexpected-response', async (_request, response: IncomingMessage) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, body: body === '' ? {} : JSON.parse(body) });
    });
  });
}

/** A shell that has to open. */
export async function openTerminal(api: Api, name: string, query = ''): Promise<Terminal> {
  const answer = await askShell(api, `${name}/shell?confirm=${name}${query}`);
  if ('terminal' in answer) return answer.terminal;
  throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
}

function terminalOf(socket: WebSocket): Terminal {
  let shown = '';
  socket.on('message', (bytes) => {
    shown += bytes.toString();
  });
  return {
    socket,
    async shows(text) {
      const signal = AbortSignal.timeout(5_000);
      while (!shown.includes(text)) await once(socket, 'message', { signal });
    },
    type: (text) => socket.send(Buffer.from(text)),
    closed: new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
  };
}
