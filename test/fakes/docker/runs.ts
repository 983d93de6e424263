import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FakeContainer, frame, makeContainer } from './world.ts';

/** Containers that are created over the API, run once, and are removed. */
export interface FakeRuns {
  /** Images on the machine, with the paths that they declare as volumes. */
  images: Map<string, string[]>;
  /** Bodies of `POST /containers/create`, by name. */
  bodies: Map<string, Record<string, unknown>>;
  /** Requests that change runs, in order: `create NAME`, `attach NAME`, `start NAME`, `kill NAME SIGTERM`, `remove NAME`. */
  runs: string[];
  /** The action whose next answer is lost: it is carried out, and the connection cut. */
  losesAnswerOf: string | null;
  /** The error of the next start. */
  startError: string | null;
  /** Called when a run was started. */
  onStart(container: FakeContainer): void;
  /** Called when a run gets a signal; by default it ends. */
  onKill(container: FakeContainer, signal: string): void;
  /** Writes output of a run: to those that are attached, and with times into its log. */
  print(container: FakeContainer, stream: 1 | 2, text: string): void;
  exit(container: FakeContainer, exitCode: number, oomKilled?: boolean): void;
  /** Ends what is attached, as when a run closes stdout and stderr. */
  endAttached(container: FakeContainer): void;
}

interface Engine extends FakeRuns {
  containers: FakeContainer[];
  now(): number;
  write(container: FakeContainer, bytes: Buffer): void;
  endLog(container: FakeContainer): void;
}

export function makeRuns(engine: () => Engine, bus: EventEmitter): FakeRuns {
  let count = 0;
  return {
    images: new Map([['debian:13', []]]),
    bodies: new Map(),
    runs: [],
    losesAnswerOf: null,
    startError: null,
    onStart: () => {},
    onKill: (container, signal) => engine().exit(container, signal === 'SIGKILL' ? 137 : 143),
    print(container, stream, text) {
      bus.emit(`attach ${container.id}`, frame(stream, text));
      for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        count += 1;
        const time = new Date(engine().now()).toISOString().replace('Z', `${String(count).padStart(6, '0')}Z`);
        engine().write(container, frame(stream, `${time} ${line}`));
      }
    },
    endAttached: (container) => void bus.emit(`attach ${container.id}`, null),
    exit(container, exitCode, oomKilled = false) {
      Object.assign(container, { state: 'exited', exitCode, oomKilled });
      engine().endAttached(container);
      engine().endLog(container);
    },
  };
}

type Answer = [status: number, body: unknown];

/** Answers a request about runs; null: it is about something else. */
export function answerRun(engine: Engine, method: string, url: URL, body: Record<string, unknown>): Answer | null {
  const [, kind = '', id = '', what = ''] =
    /^\/(containers|images)\/(.+?)(?:\/(start|kill|json))?$/.exec(url.pathname) ?? [];
  if (method === 'GET' && kind === 'images') {
    const volumes = engine.images.get(id);
    if (volumes === undefined) return [404, { message: `No such image: ${id}` }];
    return [
      200,
      { Config: { Volumes: volumes.length === 0 ? null : Object.fromEntries(volumes.map((v) => [v, {}])) } },
    ];
  }
  if (method === 'POST' && id === 'create') return create(engine, url.searchParams.get('name') ?? '', body);
  const container = engine.containers.find((each) => each.id === id || each.name === id);
  if (container === undefined || !container.isRun) return null;
  if (method === 'POST' && what === 'start') return start(engine, container);
  if (method === 'POST' && what === 'kill') {
    if (container.state !== 'running') return [409, { message: `Container ${id} is not running` }];
    const signal = url.searchParams.get('signal') ?? 'SIGKILL';
    engine.runs.push(`kill ${container.name} ${signal}`);
    engine.onKill(container, signal);
    return [204, undefined];
  }
  if (method !== 'DELETE' || what !== '') return null;
  if (container.state === 'running') return [409, { message: `You cannot remove a running container ${id}` }];
  engine.runs.push(`remove ${container.name}`);
  engine.containers = engine.containers.filter((each) => each !== container);
  return [204, undefined];
}

function create(engine: Engine, name: string, body: Record<string, unknown>): Answer {
  if (!engine.images.has(String(body.Image))) return [404, { message: `No such image: ${body.Image}` }];
  const taken = engine.containers.find((each) => each.name === name);
  if (taken !== undefined) return [409, { message: `Conflict. The container name "/${name}" is already in use` }];
  engine.runs.push(`create ${name}`);
  engine.bodies.set(name, body);
  const container = makeContainer({
    name,
    image: String(body.Image),
    labels: (body.Labels ?? {}) as Record<string, string>,
    state: 'created',
    isRun: true,
    createdAt: engine.now(),
  });
  engine.containers.push(container);
  return [201, { Id: container.id, Warnings: [] }];
}

function start(engine: Engine, container: FakeContainer): Answer {
  if (container.state === 'running') return [304, undefined];
  engine.runs.push(`start ${container.name}`);
  const { startError } = engine;
  if (startError !== null) {
    engine.startError = null;
    Object.assign(container, { exitCode: 127, error: startError });
    return [400, { message: startError }];
  }
  container.state = 'running';
  engine.onStart(container);
  return [204, undefined];
}

/** Hands the output of a run over: raw, from now on. */
export function attachRun(engine: Engine, bus: EventEmitter, id: string, socket: Duplex): boolean {
  const container = engine.containers.find((each) => each.isRun && (each.id === id || each.name === id));
  if (container === undefined) return false;
  engine.runs.push(`attach ${container.name}`);
  socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  const listener = (bytes: Buffer | null) => (bytes === null ? socket.end() : socket.write(bytes));
  bus.on(`attach ${container.id}`, listener);
  socket.on('close', () => bus.off(`attach ${container.id}`, listener));
  socket.on('end', () => socket.end());
  socket.resume();
  return true;
}

/** Cuts the connection in place of the answer, once. */
export function losesAnswer(engine: Engine, method: string, url: URL, response: ServerResponse): boolean {
  const action = method === 'DELETE' ? 'remove' : url.pathname.split('/').at(-1);
  if (engine.losesAnswerOf !== action) return false;
  engine.losesAnswerOf = null;
  response.destroy();
  return true;
}
