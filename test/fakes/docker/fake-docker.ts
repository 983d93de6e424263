import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { runExec } from './exec.ts';
import { answerRun, attachRun, type FakeRuns, losesAnswer, makeRuns } from './runs.ts';
import { change, type Exec, type FakeContainer, id64, makeContainer } from './world.ts';

export interface FakeDocker extends FakeRuns {
  url: string;
  containers: FakeContainer[];
  add(given: Partial<FakeContainer> & { name: string }): FakeContainer;
  /** `POST restart NAME`, in order. */
  acts: string[];
  execs: Exec[];
  /** Requests so far, by `GET /containers/json`; ids and versions left out. */
  asked: Record<string, number>;
  /** Adds to a log; followers get it. */
  write(container: FakeContainer, bytes: Buffer): void;
  /** Ends the reading of a log, as when the container ends or a proxy cuts what is silent. */
  endLog(container: FakeContainer): void;
  /** Tells the readers of events, as soon as there is one. */
  tell(event: object): Promise<void>;
  /**
   * Changes a container and tells the event of it, also to readers that come later and ask from an earlier time on
   * (`since`), as long as it is among the last 256.
   */
  happen(container: FakeContainer, action: string, attributes?: Record<string, string>): void;
  /** How many follow logs now. */
  followers(): number;
  /** How many connections are open. */
  connections(): number;
  /** Bytes that readers have not taken yet. */
  unsent(): number;
  /** Cuts every connection with a reset. */
  reset(): void;
  /** Answers nothing any more. */
  isSilent: boolean;
  /** Called before containers are listed; may wait or throw. */
  beforeList(): Promise<void> | void;
  /** Called before an action is done; may wait or throw. */
  beforeAct(action: string, container: FakeContainer): Promise<void> | void;
  /** Called when a terminal has been handed over. */
  onTerminal(socket: Socket): void;
  /** Time of the next stats, milliseconds. */
  now(): number;
  close(): Promise<void>;
}

const versioned = /^(?:\/v1\.(\d+))?(\/[^?]*)(?:\?(.*))?$/;

/**
 * An engine's API over HTTP, version 1.41; knows what the program uses and answers 404 to the rest.
 * @param socket path of a unix socket, in place of a port
 */
export async function startFakeDocker({ apiVersion = '1.41', socket = '' } = {}): Promise<FakeDocker> {
  const bus = new EventEmitter().setMaxListeners(0);
  const sockets = new Set<Socket>();
  let history: { timeNano: number }[] = [];
  let count = 0;
  const fake: FakeDocker = {
    ...makeRuns(() => fake, bus),
    url: '',
    containers: [],
    acts: [],
    execs: [],
    asked: {},
    add(given) {
      const container = makeContainer(given);
      fake.containers.push(container);
      return container;
    },
    write(container, bytes) {
      container.log.push(bytes);
      bus.emit(`log ${container.id}`, bytes);
    },
    endLog: (container) => void bus.emit(`log ${container.id}`, null),
    async tell(event) {
      while (bus.listenerCount('event') === 0) await once(bus, 'newListener').then(() => setImmediate());
      bus.emit('event', event);
    },
    happen(container, action, attributes = {}) {
      change(container, action, attributes);
      if (action === 'destroy') fake.containers = fake.containers.filter((each) => each !== container);
      const Attributes = { name: container.name, image: container.image, ...container.labels, ...attributes };
      count += 1;
      // A double holds about every 256th nanosecond.
      const event = {
        Action: action,
        Actor: { ID: container.id, Attributes },
        timeNano: fake.now() * 1e6 + count * 1_000,
      };
      history = [...history, event].slice(-256);
      bus.emit('event', event);
    },
    followers: () => bus.eventNames().reduce((sum, name) => sum + (name === 'event' ? 0 : bus.listenerCount(name)), 0),
    connections: () => sockets.size,
    unsent: () => [...sockets].reduce((sum, each) => sum + each.writableLength, 0),
    reset() {
      // A unix socket knows no reset.
      for (const each of sockets) socket === '' ? each.resetAndDestroy() : each.destroy();
    },
    isSilent: false,
    beforeList: () => {},
    beforeAct: () => {},
    onTerminal: () => {},
    now: Date.now,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => send(response, 500, { message: String(error.message) }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const [, minor, path = '', query = ''] = versioned.exec(request.url ?? '') ?? [];
    const known = `${method} ${path.replace(/[0-9a-f]{64}/, 'ID')}`;
    fake.asked[known] = (fake.asked[known] ?? 0) + 1;
    if (minor !== undefined && Number(minor) > Number(apiVersion.split('.')[1])) {
      const message = `client version 1.${minor} is too new. Maximum supported API version is ${apiVersion}`;
      return send(response, 400, { message });
    }
    if (fake.isSilent) return;
    const parameters = new URLSearchParams(query);
    if (path === '/_ping') {
      response.setHeader('api-version', apiVersion);
      return void response.end('OK');
    }
    if (path === '/containers/json') {
      await fake.beforeList();
      const { label = [] } = JSON.parse(parameters.get('filters') ?? '{}') as { label?: string[] };
      const found = fake.containers.filter(({ labels }) => label.every((name) => name in labels));
      return send(response, 200, found.map(listed));
    }
    if (path === '/networks') return send(response, 200, [{ Name: 'bridge' }, { Name: 'app' }, { Name: 'observe' }]);
    if (path === '/events') {
      const since = parameters.has('since') ? Number(parameters.get('since')) * 1e9 : Number.POSITIVE_INFINITY;
      for (const event of history) if (event.timeNano >= since) response.write(`${JSON.stringify(event)}\n`);
      return follow(response, 'event', (event) => `${JSON.stringify(event)}\n`);
    }

    const url = new URL(`${path}?${query}`, 'http://docker');
    const run = answerRun(fake, method, url, path === '/containers/create' ? await bodyOf(request) : {});
    if (run !== null) return losesAnswer(fake, method, url, response) ? undefined : send(response, ...run);

    const [, id = '', what = ''] = /^\/(?:containers|exec)\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    const exec = fake.execs.find((each) => each.id === id);
    if (exec !== undefined && what === 'resize') {
      exec.sizes.push({ columns: Number(parameters.get('w')), rows: Number(parameters.get('h')) });
      return send(response, 200, undefined);
    }
    const container = fake.containers.find((each) => each.id === id || each.name === id);
    if (container === undefined) return send(response, 404, { message: `No such container: ${id}` });
    if (method === 'GET' && what === 'json' && container.inspectStatus !== 200)
      return send(response, container.inspectStatus, { message: 'layer does not exist' });
    if (method === 'GET' && what === 'json') return send(response, 200, inspected(container));
    if (method === 'GET' && what === 'stats') {
      if (container.statsStatus !== 200) return send(response, container.statsStatus, { message: 'no cgroup' });
      return send(response, 200, { read: new Date(fake.now()).toISOString(), ...container.stats });
    }
    if (method === 'GET' && what === 'logs') return logs(container, parameters, response);
    if (method === 'POST' && what === 'exec') return newExec(container, await bodyOf(request), response);
    if (method === 'POST') return act(container, what, response);
    send(response, 404, { message: 'page not found' });
  }

  async function act(container: FakeContainer, action: string, response: ServerResponse): Promise<void> {
    await fake.beforeAct(action, container);
    if (action === 'unpause' && container.state !== 'paused') {
      return send(response, 409, { message: `Container ${container.id} is not paused` });
    }
    fake.acts.push(`${action} ${container.name}`);
    const states: Record<string, string> = { stop: 'exited', pause: 'paused' };
    container.state = states[action] ?? 'running';
    send(response, 204, undefined);
  }

  function newExec(container: FakeContainer, body: Record<string, unknown>, response: ServerResponse): void {
    const exec = {
      id: id64(),
      container,
      command: body.Cmd as string[],
      tty: body.Tty === true,
      sizes: [],
      over: false,
    };
    fake.execs.push(exec);
    send(response, 201, { Id: exec.id });
  }

  function logs(container: FakeContainer, query: URLSearchParams, response: ServerResponse): void {
    const tail = query.get('tail') ?? 'all';
    const since = query.has('since') ? isoOf(query.get('since') ?? '') : '';
    const later = container.log.filter((bytes) => (/\d{4}-\S+Z/.exec(bytes.toString())?.[0] ?? '') >= since);
    const before = later.slice(tail === 'all' ? 0 : -Number(tail) || Infinity);
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    for (const bytes of before) response.write(bytes);
    const hasEnded = container.isRun && container.state !== 'running';
    if (query.get('follow') !== '1' || hasEnded) return void response.end();
    follow(response, `log ${container.id}`, (bytes) => bytes as Buffer);
  }

  function follow(response: ServerResponse, name: string, write: (item: unknown) => string | Buffer): void {
    response.flushHeaders();
    const listener = (item: unknown) => (item === null ? response.end() : response.write(write(item)));
    bus.on(name, listener);
    response.on('close', () => bus.off(name, listener));
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const [, run = ''] = /\/containers\/([^/]+)\/attach\?/.exec(request.url ?? '') ?? [];
    if (run !== '' && attachRun(fake, bus, run, socket)) return;
    const [, id = ''] = /\/exec\/([^/]+)\/start$/.exec(request.url ?? '') ?? [];
    const exec = fake.execs.find((each) => each.id === id);
    if (exec === undefined) {
      const body = JSON.stringify({ message: `No such exec instance: ${id}` });
      return void socket.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    runExec(exec, socket, Number(request.headers['content-length'] ?? 0) - head.length);
    if (exec.tty) fake.onTerminal(socket as Socket);
  });

  if (socket !== '') {
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    fake.url = `unix:${socket}`;
    return fake;
  }
  fake.url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  return fake;
}

/** `1767323045.000000001` as a log's times are written, to compare as text. */
function isoOf(since: string): string {
  const [seconds, fraction] = since.split('.');
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
}

function listed(container: FakeContainer): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    State: container.state,
    Status: container.state === 'running' ? 'Up 3 hours' : 'Exited (0) 2 minutes ago',
    Created: Math.floor(container.createdAt / 1_000),
    Labels: container.labels,
    NetworkSettings: { Networks: Object.fromEntries(container.networks.map((name) => [name, {}])) },
  };
}

function inspected(container: FakeContainer): object {
  const { id, state, restarts, exitCode, oomKilled, health, policy, autoRemove } = container;
  const { memoryLimit, privileged, tty, mounts } = container;
  return {
    Id: id,
    Name: `/${container.name}`,
    RestartCount: restarts,
    State: {
      Status: state,
      StartedAt: '2026-01-02T03:04:05.123456789Z',
      ...{ ExitCode: exitCode, OOMKilled: oomKilled, Error: container.error },
      ...(health !== null && { Health: { Status: health } }),
    },
    HostConfig: {
      ...{ Memory: memoryLimit, Privileged: privileged },
      ...{ RestartPolicy: { Name: policy, MaximumRetryCount: 0 }, AutoRemove: autoRemove },
    },
    Config: { Tty: tty, Labels: container.labels },
    Mounts: mounts.map((Source) => ({ Source })),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
