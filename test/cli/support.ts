import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig } from '../../src/app/index.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { runCli } from '../../src/cli/run.ts';

export type Env = Record<string, string | undefined>;

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs one command in this process; `input` is its stdin, which without it is a terminal. */
export async function ultronex(args: string[], env: Env = {}, input?: string | Buffer): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const stdin = Object.assign(Readable.from(input === undefined ? [] : [input]), { isTTY: input === undefined });
  const code = await runCli(args, { env, stdin, out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

export interface Rig {
  dir: string;
  /** The program's settings, for the commands that connect to it. */
  env: Env;
  app: App;
  stop(): Promise<void>;
}

export function makeFolder(): { dir: string; remove(): Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), 'ultronex-cli-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** The whole program with the simulator, on a free port. */
export async function startProgram(more: Env = {}): Promise<Rig> {
  const { dir, remove } = makeFolder();
  const env = { DATA_DIR: dir, LOG_LEVEL: 'silent', REPLIES_DIR: join(dir, 'none'), ...more };
  const app = await startApp(loadConfig({ PORT: '0', ...env }));
  return {
    dir,
    env: { PORT: new URL(app.url).port, ...env },
    app,
    async stop() {
      await app.stop();
      await remove();
    },
  };
}

/** Returns an address on which nothing listens. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
