import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The program's folder, with dist/ built. ULTRONEX_DIR measures another checkout against the same peers. */
export const root = process.env.ULTRONEX_DIR ?? join(import.meta.dirname, '..');
export const login = { user: 'bench', password: 'bench-password' };
export const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;

const has = (command: string) => spawnSync('which', [command]).status === 0;
export const canPin = process.platform === 'linux' && has('taskset');
export const loadTool = has('wrk') ? 'wrk' : 'autocannon';

/** Server on core 0, load on core 1: they must not take each other's time. Null: on any core, where there are several servers. */
export type Core = 0 | 1 | null;

export function pinned(core: Core, command: string, args: string[]): [string, string[]] {
  return canPin && core !== null ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

export interface Summary {
  median: number;
  lowest: number;
  highest: number;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** User and system time of a process so far, seconds (proc(5): fields 14 and 15, in ticks of 10 ms). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory, MiB: the sum, and the part that belongs to no file. */
export function memory(pid: number): { rss: number; anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) => Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1]) / 1024;
  return { rss: mib('VmRSS'), anonymous: mib('RssAnon') };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function tempDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ultronex-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Server {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface Start {
  node?: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Answers 200 when it is up. */
  path: string;
  /** 0 unless it is named. */
  core?: Core;
  /** Absent: a free one. */
  port?: number;
}

/** Starts a server as a child process and waits until it answers. */
export async function startServer({
  node = process.execPath,
  args,
  env = {},
  cwd,
  path,
  core = 0,
  port: given,
}: Start): Promise<Server> {
  const port = given ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(...pinned(core, node, args), {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}: ${errors}`);
    if (await answers(url + path)) break;
    await sleep(2);
  }
  return { url, pid: child.pid as number, stop: () => end(child) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(hard);
}

export function machine(): string {
  const cpu = readFileSync('/proc/cpuinfo', 'utf8').match(/^model name\s*: (.*)$/m)?.[1] ?? 'unknown CPU';
  const cores = execFileSync('nproc', { encoding: 'utf8' }).trim();
  const gib = Number(readFileSync('/proc/meminfo', 'utf8').match(/^MemTotal:\s+(\d+)/m)?.[1]) / 1024 / 1024;
  return `${cpu}, ${cores} cores, ${gib.toFixed(0)} GiB, Linux ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()}`;
}
