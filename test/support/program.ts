import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface Program {
  url: string;
  user: string;
  password: string;
  child: ChildProcess;
  stderr(): string;
  /** Log lines so far. */
  logs(): Record<string, unknown>[];
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
  headers: Headers;
}

const root = join(import.meta.dirname, '../..');
export const programFile = join(root, 'dist/main.js');

export interface ProgramOptions {
  dataDir: string;
  env?: Record<string, string>;
  /** Another source tree than this one, built. */
  tree?: string;
  /** Another Node than the one that runs the tests. */
  node?: string;
}

/** Starts the built program as a process of its own, with nothing of this environment but what is given. */
export async function startProgram(
  t: Pick<TestContext, 'after'>,
  { dataDir, env = {}, tree = root, node = process.execPath }: ProgramOptions,
): Promise<Program> {
  const child = spawn(node, [join(tree, 'dist/main.js')], {
    cwd: tree,
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  t.after(() => kill('SIGKILL'));

  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /Ultronex is at (\S+)\/ultronex\//.exec(output.stderr)?.[1];
      if (found) resolve(found);
    };
    child.stderr.on('data', look);
    exited.then((code) => reject(new Error(`exited with ${code}: ${output.stderr}${output.stdout}`)));
  });
  const user = env.BASIC_AUTH_USERNAME ?? 'ultronex';
  const password = env.BASIC_AUTH_PASSWORD ?? readFileSync(join(dataDir, 'password'), 'utf8').trim();
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    url,
    user,
    password,
    child,
    stderr: () => output.stderr,
    logs: () =>
      output.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    kill,
    async api(method, path, body, headers = {}) {
      const json = body !== undefined && typeof body !== 'string';
      const response = await fetch(url + path, {
        method,
        headers: { authorization, ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
        body: json ? JSON.stringify(body) : (body as string | undefined),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
    },
  };
}

/**
 * Asks again and again until the answer is something; rejects naming what was awaited. Asks every 25 ms at first and
 * every 250 ms after 5 s: asking faster for long, HAProxy refuses everything that comes from this address.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const began = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    const passed = Date.now() - began;
    if (passed > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(passed / 20, 25), 250)));
  }
}

/** The environment that makes the program use a fake Slack over Socket Mode. */
export function slackEnv(slack: { apiUrl: string; appToken: string }): Record<string, string> {
  return { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test-1', SLACK_APP_TOKEN: slack.appToken };
}
