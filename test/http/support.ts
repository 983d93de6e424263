import { loadConfig } from '../../src/app/index.ts';
import { type App, startApp } from '../../src/app/start.ts';
import type { ApiAnswer } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

export const user = 'ultronex';
export const password = 'correct horse battery';
export const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
export const authorization = basic(user, password);

export interface Api {
  /** `http://127.0.0.1:40123/ultronex` */
  base: string;
  origin: string;
  /** Sends a request with the login: an object as JSON, a text unchanged with curl's default content type. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** The value of a metric without labels. */
  metric(name: string): Promise<number>;
}

type Hooks = { after(run: () => Promise<void> | void): void };

/** The real app with the simulator, in this process, on a free port. */
export async function startApi(t: Hooks, env: Record<string, string> = {}): Promise<Api> {
  const folders: (() => void)[] = [];
  const app: App = await startApp(
    loadConfig({
      PORT: '0',
      DATA_DIR: tempDir({ after: (run) => void folders.push(run as () => void) }),
      LOG_LEVEL: 'silent',
      BASIC_AUTH_PASSWORD: password,
      ...env,
    }),
  );
  t.after(async () => {
    await app.stop();
    for (const remove of folders) remove();
  });
  // A client cannot connect to a wildcard address.
  const origin = app.url.replace('0.0.0.0', '127.0.0.1');
  return {
    origin,
    base: `${origin}/ultronex`,
    async call(method, path, body, headers = {}) {
      const isText = typeof body === 'string' || body === undefined;
      const type = isText ? 'application/x-www-form-urlencoded' : 'application/json';
      const response = await fetch(`${origin}/ultronex${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': type }), ...headers },
        body: isText ? body : JSON.stringify(body),
      });
      return answerOf(response);
    },
    async metric(name) {
      const text = await (await fetch(`${origin}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    },
  };
}

export async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

const over = new Set(['sent', 'failed', 'expired', 'withdrawn', 'merged']);

/** Resolves with a row of the ledger once it is in a final state. */
export async function settled(api: Api, id: string): Promise<ApiAnswer['body']> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const { body } = await api.call('GET', `/messages/${id}`);
    if (over.has(body.state) && body.pending === null) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`message ${id} has not ended within 30 s`);
}

/** Returns all messages in the simulator. */
export async function said(api: Api): Promise<ApiAnswer['body'][]> {
  const { body } = await api.call('GET', '/simulator/state');
  return body.messages;
}
