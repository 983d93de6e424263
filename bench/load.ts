import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { authorization, type Core, cpuSeconds, loadTool, pinned, type Server } from './support.ts';

export interface Loaded {
  perSecond: number;
  /** The server's user and system time, µs a request. */
  cpuMicros: number;
  p50Ms: number;
  p99Ms: number;
  /** Requests that were answered, and those of them not with 2xx. */
  answered: number;
  refused: number;
  /** CPU time of the load itself, seconds; NaN with wrk, which does not tell. */
  loadCpuSeconds: number;
}

export interface Target {
  server: Server;
  path: string;
  method: 'GET' | 'POST';
  /** Of the load, 64 unless given. */
  connections?: number;
  /** Of the load, 1 unless given. */
  core?: Core;
}

/** Asks as fast as its connections can, for a bounded time. */
export async function load(target: Target, seconds: number): Promise<Loaded> {
  const { server } = target;
  const before = cpuSeconds(server.pid);
  const result = await (loadTool === 'wrk' ? wrk : autocannon)(target, seconds);
  const cpu = cpuSeconds(server.pid) - before;
  return { ...result, cpuMicros: (cpu * 1e6) / result.answered };
}

type Result = Omit<Loaded, 'cpuMicros'>;

async function wrk({ server, path, method, connections = 64, core }: Target, seconds: number): Promise<Result> {
  const script = method === 'POST' ? ['-s', join(import.meta.dirname, 'peers/post.lua')] : [];
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...script, server.url + path];
  const text = await output('wrk', args, core);
  const answered = Number(text.match(/(\d+) requests in/)?.[1]);
  const perSecond = Number(text.match(/Requests\/sec:\s+([\d.]+)/)?.[1]);
  const refused = Number(text.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  const ms = { p50Ms: percentile(text, 50), p99Ms: percentile(text, 99) };
  return { perSecond, answered, refused, ...ms, loadCpuSeconds: Number.NaN };
}

function percentile(text: string, which: number): number {
  const [, value, unit] = text.match(new RegExp(`^\\s+${which}%\\s+([\\d.]+)(us|ms|s)$`, 'm')) ?? [];
  return Number(value) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's'];
}

async function autocannon({ server, path, method, connections = 64, core }: Target, seconds: number): Promise<Result> {
  const script = join(import.meta.dirname, 'peers/autocannon.mjs');
  const args = [script, server.url + path, method, String(connections), String(seconds)];
  return JSON.parse(await output(process.execPath, args, core));
}

async function output(command: string, args: string[], core: Core = 1): Promise<string> {
  const child = spawn(...pinned(core, command, args), {
    env: { ...process.env, AUTHORIZATION: authorization },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text}`);
  return text;
}
