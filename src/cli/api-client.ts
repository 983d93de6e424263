import type { Problem } from '../api/index.ts';
import { CommandFailed } from './command.ts';

export interface ApiClient {
  /** As people can open it: `http://127.0.0.1:8080`. */
  base: string;
  /** @throws CommandFailed with what the program answered, or why it could not be asked */
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

/** Nobody answered; asking again may help. */
export class NotReached extends CommandFailed {}

const timeoutMs = 15_000;

export function createApiClient({ base, user, password }: { base: string; user: string; password: string }): ApiClient {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    base,
    async call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
      const headers: Record<string, string> = { authorization, accept: 'application/json', ...more };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const response = await ask(`${base}/ultronex${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (response.ok) return (await response.json()) as T;
      throw await failure(response, base);
    },
  };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect (http to https) would turn a POST into a GET.
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const { origin } = new URL(url);
    throw new NotReached(
      `${origin} does not answer (${reasonOf(error)}). Is it running? \`ultronex serve\` starts it.`,
    );
  }
}

/** `fetch` hides what happened under its cause. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}

async function failure(response: Response, base: string): Promise<CommandFailed> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    return new CommandFailed(`${base} moved to ${headers.get('location')}; give that address with --url.`);
  }
  if (status === 401) return new CommandFailed(`${base} does not take this user name and password.`);
  const text = await response.text();
  const retry = status === 429 || status === 502 || status === 503;
  const message = `${base} answered ${status}: ${described(text)}`;
  return retry ? new NotReached(message) : new CommandFailed(message);
}

function described(text: string): string {
  try {
    const { msg, reason } = JSON.parse(text) as Partial<Problem>;
    return [msg, reason].filter(Boolean).join(': ') || text;
  } catch {
    return text.slice(0, 200);
  }
}
