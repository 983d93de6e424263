import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { run } from './command.ts';
import { writePebble } from './pebble.ts';

export const repository = join(import.meta.dirname, '../..');
const httpsPort = 18_443;
export const hostName = 'ultronex.test';
/** Of Compose, which puts it before every name. */
export const project = 'ultronex-test';
export const containerOf = (service: string): string => `${project}-${service}-1`;

/** The services of docker-compose.yml but Grafana, whose image cannot be had here. */
export const services = [
  'ultronex',
  'haproxy',
  'certbot',
  'prometheus',
  'alertmanager',
  'node-exporter',
  'node-network',
  'loki',
  'otelcol',
  'docker-read',
  'docker-act',
  'docker-jobs',
];
const withoutGrafana = [...services, 'pebble', 'fake-slack'];

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  json: any;
}

export interface Ask {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Without the login. */
  anonymous?: boolean;
}

/** The stack as somebody outside sees it, and as somebody on its machine does. */
export interface Stack {
  /** The project's folder: a copy of what a user has, with a .env. */
  folder: string;
  user: string;
  password: string;
  compose(...args: string[]): Promise<string>;
  docker(...args: string[]): Promise<string>;
  /** Over HTTPS through HAProxy, as the host name, trusting Pebble alone. */
  ask(path: string, options?: Ask): Promise<Answer>;
  /** Straight at a service, `http://loki:3100/ready`: the engine's bridges are on this machine. */
  inside(url: string, options?: Ask): Promise<Answer>;
  /** The certificate of the authority. */
  roots(): Promise<string>;
  address(service: string): Promise<string>;
  /** Over a WebSocket, as `ask`: types the text, answers what came until the end. */
  shell(path: string, typed: string): Promise<string>;
  /** The fake's control API: GET without a body, POST with one. */
  slack(what: string, body?: unknown): Promise<Answer['json']>;
  down(): Promise<void>;
}

export async function startStack(env: Record<string, string>): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'ultronex-stack-'));
  for (const part of [
    'docker-compose.yml',
    'haproxy',
    'deploy',
    'replies',
    'access',
    'hooks',
    'destinations',
    'watch',
    'jobs',
  ]) {
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  }
  cpSync(join(repository, 'test/stack/compose.yml'), join(folder, 'test.yml'));
  await writePebble(join(folder, 'pebble'));
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
  await run('chmod', ['a+rx', folder]);

  const files = [
    '-p',
    project,
    '-f',
    'docker-compose.yml',
    '-f',
    'test.yml',
    '--profile',
    'control',
    '--profile',
    'jobs',
  ];
  const docker = (...args: string[]) => run('docker', args);
  const compose = (...args: string[]) =>
    run('docker', ['compose', ...files, ...args], { cwd: folder, env: { REPOSITORY: repository } });
  let known: string | undefined;
  // An interrupted run leaves its containers, some of them without Compose, and certificates of an authority that is gone.
  const left = (await docker('ps', '-aq', '--filter', `name=^${project}-`)).split(/\s+/).filter(Boolean);
  if (left.length > 0) await docker('rm', '-f', '-v', ...left);
  await compose('down', '--volumes', '--remove-orphans', '--timeout', '5');

  async function address(service: string): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
    const [first = ''] = (await docker('inspect', '-f', format, containerOf(service))).trim().split(' ');
    return first;
  }

  async function inside(url: string, options: Ask = {}): Promise<Answer> {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    const host = await address(hostname);
    return send(protocol === 'https:', { host, port, path: pathname + search, rejectUnauthorized: false }, options);
  }

  async function roots(): Promise<string> {
    known ??= (await inside('https://pebble:15000/roots/0')).text;
    return known;
  }

  async function ask(path: string, options: Ask = {}): Promise<Answer> {
    const ca = await roots();
    const login = Buffer.from(`ultronex:${env.BASIC_AUTH_PASSWORD}`).toString('base64');
    const headers = {
      host: hostName,
      ...(options.anonymous ? {} : { authorization: `Basic ${login}` }),
      ...options.headers,
    };
    const to = { host: '127.0.0.1', port: httpsPort, path, servername: hostName, ca };
    return send(true, to, { ...options, headers });
  }

  async function shell(path: string, typed: string): Promise<string> {
    const login = Buffer.from(`ultronex:${env.BASIC_AUTH_PASSWORD}`).toString('base64');
    const headers = { host: hostName, authorization: `Basic ${login}` };
    const url = `wss://127.0.0.1:${httpsPort}${path}`;
    const socket = new WebSocket(url, { headers, rejectUnauthorized: false, origin: `https://${hostName}` });
    let said = '';
    socket.on('message', (data) => {
      said += String(data);
    });
    await once(socket, 'open');
    socket.send(Buffer.from(typed));
    await once(socket, 'close');
    return said;
  }

  return {
    folder,
    user: 'ultronex',
    password: env.BASIC_AUTH_PASSWORD ?? '',
    compose,
    docker,
    ask,
    inside,
    shell,
    roots,
    address,
    async slack(what, body) {
      const { json } = await inside(
        `http://fake-slack:9000/_ctl/${what}`,
        body === undefined ? {} : { method: 'POST', body },
      );
      return json;
    },
    async down() {
      await compose('down', '--volumes', '--timeout', '5');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the process on the machine: for Docker, `docker kill` is somebody's wish, after which nothing is started again. */
export async function killProcess({ docker }: Stack, service: string): Promise<void> {
  const pid = Number(await docker('inspect', '-f', '{{.State.Pid}}', containerOf(service)));
  // 0 of a container that does not run, which for `kill` is this process and everything beside it.
  if (!(pid > 1)) throw new Error(`${service} does not run`);
  process.kill(pid, 'SIGKILL');
}

export const up = (stack: Stack) =>
  stack.compose('up', '-d', '--wait', '--wait-timeout', '240', '--no-build', '--quiet-pull', ...withoutGrafana);

function send(secure: boolean, to: RequestOptions, options: Ask): Promise<Answer> {
  const { method = 'GET', body, headers = {} } = options;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = content !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const ask = secure ? httpsRequest : httpRequest;
    const request = ask(
      { ...to, method, headers: { ...type, ...headers }, agent: false, timeout: 15_000 },
      (response) => {
        text(response).then((said) => {
          const isJson = response.headers['content-type']?.includes('json');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: said,
            json: isJson ? JSON.parse(said) : undefined,
          });
        }, reject);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer from ${to.host}${to.path} within 15 s`)));
    request.once('error', reject);
    request.end(content);
  });
}
