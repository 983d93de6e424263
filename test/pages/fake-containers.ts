import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { audit, list } from './containers-data.ts';

/** A proxy to the real program that serves the routes of the module `containers` itself. */
export interface FakeContainers {
  /** Without a path. */
  url: string;
  /** The response of the list; tests may change it. */
  list: typeof list;
  /** The entries of the audit log; tests may change them. */
  audit: typeof audit;
  /** The response to the next actions. */
  answer: { status: number; msg: string };
  /** Query strings of the requests for logs. */
  logs: string[];
  /** Paths and bodies of the requested actions. */
  actions: unknown[];
  /** Addresses of the shells, and the text frames and bytes that they received. */
  shell: { addresses: string[]; texts: string[]; typed: string };
  /** Adds a line to the log and sends it to all followers. */
  log(text: string, stream?: 'stdout' | 'stderr'): void;
  /** Ends the log as if the container had stopped. */
  endLogs(reason: string): void;
  /** Closes the connections of the log, without its end, and those of the browser that reconnects, until `mendLogs`. */
  cutLogs(): void;
  mendLogs(): void;
  endShell(reason: string): void;
  /** Number of open logs. */
  followers(): number;
  openShells(): number;
  close(): void;
}

export async function fakeContainers(program: string): Promise<FakeContainers> {
  const followers = new Set<ServerResponse>();
  const shells = new Set<WebSocket>();
  const lines: string[] = [];
  let isCut = false;
  const sockets = new WebSocketServer({ noServer: true });

  function follow(url: URL, response: ServerResponse): void {
    if (isCut) return void response.destroy();
    fake.logs.push(url.search);
    const { tail, search = '' } = Object.fromEntries(url.searchParams);
    const wanted = lines.filter((line) => line.includes(search)).slice(-Number(tail));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 200\n\n${wanted.join('')}`);
    followers.add(response);
    response.on('close', () => followers.delete(response));
  }

  async function act(message: IncomingMessage, response: ServerResponse): Promise<void> {
    fake.actions.push({ path: message.url, body: JSON.parse(await text(message)) });
    const { status, msg } = fake.answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ msg }));
  }

  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', program);
    const path = url.pathname;
    const ours = path.startsWith('/ultronex/containers/');
    if (ours && !message.headers.authorization) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else if (path === '/ultronex/containers/list') json(response, fake.list);
    else if (path === '/ultronex/containers/audit') json(response, { entries: fake.audit });
    else if (path.endsWith('/logs')) follow(url, response);
    else if (path.endsWith('/actions')) void act(message, response);
    else if (path === '/ultronex/status') void statusWithPart(program, response);
    else passOn(program, message, response);
  });
  server.on('upgrade', (message, socket, head) => {
    if (!message.headers.authorization) return socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    sockets.handleUpgrade(message, socket, head, (shell) => {
      shells.add(shell);
      shell.on('close', () => shells.delete(shell));
      fake.shell.addresses.push(message.url ?? '');
      shell.send(Buffer.from('\x1b[32m/ #\x1b[0m '));
      shell.on('message', (data, binary) => {
        if (!binary) fake.shell.texts.push(String(data));
        else {
          fake.shell.typed += String(data);
          shell.send(Buffer.from(String(data).replace('\r', '\r\n/ # ')), { binary: true });
        }
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const fake: FakeContainers = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    list: structuredClone(list),
    audit: structuredClone(audit),
    logs: [],
    answer: { status: 200, msg: 'Done.' },
    actions: [],
    shell: { addresses: [], texts: [], typed: '' },
    log(text, stream = 'stdout') {
      const event = `data: ${JSON.stringify({ time: new Date().toISOString(), stream, text })}\n\n`;
      lines.push(event);
      for (const response of followers) response.write(event);
    },
    endLogs(reason) {
      for (const response of followers) response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    },
    cutLogs() {
      isCut = true;
      for (const response of followers) response.destroy();
    },
    mendLogs() {
      isCut = false;
    },
    endShell(reason) {
      for (const shell of shells) shell.close(1000, reason);
    },
    followers: () => followers.size,
    openShells: () => shells.size,
    close() {
      for (const shell of shells) shell.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
  return fake;
}

async function statusWithPart(program: string, response: ServerResponse): Promise<void> {
  const status = (await (await fetch(`${program}/ultronex/status`)).json()) as { parts: unknown[] };
  json(response, { ...status, parts: [...status.parts, { name: 'containers', state: 'ok', detail: '11 known' }] });
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function passOn(program: string, message: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = message;
  const onward = request(new URL(url ?? '/', program), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  message.pipe(onward);
}

async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
