import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';

const names = ['redis-server', 'valkey-server'];

function installed(): string | null {
  for (const name of names) {
    try {
      execFileSync(name, ['--version'], { stdio: 'pipe' });
      return name;
    } catch {
      // Not there.
    }
  }
  return null;
}

export const redisServer = installed();

export interface RedisServer {
  /** `redis://127.0.0.1:40123` */
  url: string;
  kill(): Promise<void>;
  /** Starts it again after `kill`, with what it had on disk. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Redis or Valkey server of its own, which has on disk what it acknowledged. */
export async function startRedis(password?: string): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ultronex-redis-'));
  const port = await freePort();
  let child: ChildProcess;
  let ended: Promise<void>;

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const secret = password === undefined ? [] : ['--requirepass', password];
    child = spawn(redisServer ?? '', [...options, ...durable, ...secret], { stdio: 'ignore' });
    ended = new Promise((resolve) => child.once('exit', () => resolve()));
    for (const until = Date.now() + 30_000; !(await isOpen(port)); ) {
      if (Date.now() > until) throw new Error('Redis did not start within 30 s');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }
  await start();
  const killAtExit = () => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    async stop() {
      await kill();
      process.removeListener('exit', killAtExit);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
