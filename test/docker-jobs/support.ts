import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createDockerRunner } from '../../src/docker/index.ts';
import { createJobs } from '../../src/docker-jobs/jobs.ts';
import { createJobServer } from '../../src/docker-jobs/server.ts';
import { type FakeDocker, startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { tempDir } from '../support/temp.ts';

export const id = '6f0c2f6e-8f0e-4c39-9a52-7f2f3f0f9f10';
export const name = `ultronex-job-${id}`;

export const description = {
  id,
  image: 'debian:13',
  command: ['sh', '-c', 'echo "Hello $NAME!"'],
  env: { NAME: 'Daniela' } as Record<string, string>,
  memoryMb: 256,
  cpus: 0.5,
  network: false,
  timeoutS: 600,
};

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  json: any;
}

export interface Setup {
  fake: FakeDocker;
  /** Path of docker-jobs' socket. */
  socket: string;
  /** Sends an object as JSON, a text and bytes as they are. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Resolves with a response whose body is not read. */
  open(method: string, path: string): Promise<IncomingMessage>;
  /** Cuts all connections of docker-jobs, and listens no more. */
  down(): Promise<void>;
  up(): Promise<void>;
}

/** docker-jobs on a unix socket, in front of a fake Docker on another. */
export async function startDockerJobs(t: Pick<TestContext, 'after'>, images = ['debian:13', 'gone:1']): Promise<Setup> {
  const dir = tempDir(t);
  const socket = join(dir, 'jobs.sock');
  const fake = await startFakeDocker({ socket: join(dir, 'docker.sock') });
  const docker = createDockerRunner(fake.url);
  let server = createJobServer(createJobs(docker), new Set(images));
  async function up(): Promise<void> {
    server = createJobServer(createJobs(docker), new Set(images));
    await once(server.listen(socket), 'listening');
  }
  async function down(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  await up();
  t.after(async () => {
    await down();
    docker.close();
    await fake.close();
  });

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const content = typeof body === 'string' || Buffer.isBuffer(body) ? body : body && JSON.stringify(body);
    const type = content === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request({ socketPath: socket, method, path, headers: { ...type, ...headers }, agent: false });
    // A body that is refused early is not read to its end.
    outgoing.on('error', () => {});
    outgoing.end(content);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  }

  return {
    fake,
    socket,
    down,
    up,
    open: (method, path) => send(method, path),
    async ask(method, path, body, headers) {
      const response = await send(method, path, body, headers);
      const text = Buffer.concat(await response.toArray()).toString();
      return { status: response.statusCode ?? 0, json: text === '' ? undefined : JSON.parse(text) };
    },
  };
}
