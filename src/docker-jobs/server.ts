import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DockerRefused, DockerUnavailable } from '../docker/index.ts';
import { idPattern, readDescription, readSignal } from './description.ts';
import type { Jobs } from './jobs.ts';
import { readBody } from './read-body.ts';
import { Refused } from './refused.ts';

const path = new RegExp(`^/jobs/(${idPattern})(?:/(start|output|stop))?(?:\\?since=([0-9]{1,12}\\.[0-9]{9}))?$`);
/** A job has one connection for its output, and others for moments. */
const mostConnections = 1_200;

/**
 * The program's way to containers of jobs:
 * POST /jobs → 201, or 200 when the job has a container · GET, DELETE /jobs/ID · POST /jobs/ID/start → its output ·
 * GET /jobs/ID/output?since= · POST /jobs/ID/stop {"signal":"TERM"}.
 * Errors are JSON: `{"code":"no_container","message":"…"}`.
 */
export function createJobServer(jobs: Jobs, images: ReadonlySet<string>): Server {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (method === 'POST' && url === '/jobs') {
      const job = readDescription(await readBody(request), images);
      const isNew = await jobs.create(job);
      return send(response, isNew ? 201 : 200, { id: job.id });
    }
    const [, id = '', what = '', since = null] = path.exec(url) ?? [];
    const route = `${method} ${what}`;
    if (id === '' || (since !== null && what !== 'output')) throw noRoute(method, url);
    if (route === 'GET ') return send(response, 200, await jobs.state(id));
    if (route === 'DELETE ') {
      await jobs.remove(id);
      return send(response, 204);
    }
    if (route === 'POST stop') {
      await jobs.stop(id, readSignal(await readBody(request)));
      return send(response, 204);
    }
    if (route === 'POST start') return pass(await jobs.start(id), response);
    if (route === 'GET output') {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      return pass(await jobs.output(id, since, gone.signal), response);
    }
    throw noRoute(method, url);
  }

  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((error) => fail(response, error));
  });
  server.maxConnections = mostConnections;
  return server;
}

/** When Docker's connection breaks, so does this one: the end of a response means the end of the output. */
async function pass(output: Readable, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
  // The program learns at once that the container runs.
  response.flushHeaders();
  await pipeline(output, response)
    .catch(() => {})
    .finally(() => output.destroy());
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Node would go on reading the rest of a body that was refused.
  response.setHeader('connection', 'close');
  const [status, code] = kindOf(error);
  send(response, status, { code, message: (error as Error).message });
}

function kindOf(error: unknown): [status: number, code: string] {
  if (error instanceof Refused) return [error.status, error.code];
  if (error instanceof DockerUnavailable) return [503, 'docker_away'];
  if (error instanceof DockerRefused) return [502, 'docker_refused'];
  return [500, 'internal'];
}

function send(response: ServerResponse, status: number, body?: object): void {
  if (body !== undefined) response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(body && JSON.stringify(body));
}

const noRoute = (method: string, url: string): Refused =>
  new Refused(404, 'no_route', `There is no ${method} ${url.slice(0, 100)} here.`);
