import type { Problem } from '../api/index.ts';
import { CommandFailed } from './command.ts';
import { readEvents, type ServerEvent } from './event-stream.ts';

export interface ApiClient {
  /** The program's address as people can open it: `http://127.0.0.1:8080`. */
  base: string;
  /** Resolves with the JSON of the response. @throws CommandFailed with the program's error, NotReached without a response */
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** Resolves with the text of a GET response in this media type. @throws the same */
  text(path: string, accept: string): Promise<string>;
  /** Posts a plain text. @throws the same */
  post(path: string, text: string, withinMs: number): Promise<void>;
  /** Yields the server-sent events of a GET response until it ends. @param after the id of the last event, '' for all @throws the same */
  events(path: string, after: string): AsyncGenerator<ServerEvent>;
}

/** The program did not respond, or is overloaded; a retry may help. */
export class NotReached extends CommandFailed {
  readonly retryable = true;
  /** HTTP status of the response. Null: the program did not respond. */
  readonly status: number | null;
  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

const timeoutMs = 15_000;
/** The program sends something on a stream of events every 20 s. */
const silentMs = 60_000;

/** @param authorization the header with the login */
export function createApiClient({ base, authorization }: { base: string; authorization: string }): ApiClient {
  return {
    base,
    async call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
      const headers: Record<string, string> = { authorization, accept: 'application/json', ...more };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const answer = await ask(`${base}/ultronex${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!answer.response.ok) throw failure(answer, base);
      try {
        return JSON.parse(answer.text) as T;
      } catch {
        throw notOurs(base);
      }
    },
    async text(path, accept) {
      const answer = await ask(`${base}/ultronex${path}`, { headers: { authorization, accept } });
      if (answer.response.ok) return answer.text;
      throw failure(answer, base);
    },
    async post(path, text, withinMs) {
      const headers = { authorization, accept: 'text/plain', 'content-type': 'text/plain' };
      const answer = await ask(`${base}/ultronex${path}`, { method: 'POST', headers, body: text }, withinMs);
      if (!answer.response.ok) throw failure(answer, base);
      // A proxy may answer with its own page, such as one to log in.
      if (answer.response.headers.get('content-type')?.startsWith('text/html')) throw notOurs(base);
    },
    async *events(path, after) {
      const silence = createSilence(silentMs);
      try {
        const headers: Record<string, string> = { authorization, accept: 'text/event-stream' };
        if (after !== '') headers['last-event-id'] = after;
        const init = { headers, redirect: 'manual', signal: silence.signal } as const;
        const response = await fetch(`${base}/ultronex${path}`, init);
        if (!response.ok) throw failure({ response, text: await response.text() }, base);
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
        if (!isStream || response.body === null) throw notOurs(base);
        yield* readEvents(response.body, silence.end);
      } catch (error) {
        if (error instanceof CommandFailed || error instanceof RangeError) throw error;
        throw notAnswered(base, error);
      } finally {
        silence.stop();
      }
    },
  };
}

/** A signal that is aborted when nothing was heard for `ms`. */
function createSilence(ms: number) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new DOMException('', 'TimeoutError')), ms);
  return { signal: abort.signal, end: () => void timer.refresh(), stop: () => clearTimeout(timer) };
}

interface Answer {
  response: Response;
  text: string;
}

/** The time limit holds for the body, too. */
async function ask(url: string, init: RequestInit, withinMs = timeoutMs): Promise<Answer> {
  try {
    // Redirects are not followed: fetch would turn a POST into a GET.
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(withinMs) });
    return { response, text: await response.text() };
  } catch (error) {
    throw notAnswered(new URL(url).origin, error);
  }
}

const notAnswered = (origin: string, error: unknown) =>
  new NotReached(`${origin} does not answer (${reasonOf(error)}). Is it running? \`ultronex serve\` starts it.`);

/** Returns why `fetch` failed: its own message says nothing, its `cause` has the reason. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}

const notOurs = (base: string) =>
  new CommandFailed(`What answers at ${base} is not Ultronex; give its address with --url.`);

function failure({ response, text }: Answer, base: string): CommandFailed {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    return new CommandFailed(`${base} moved to ${headers.get('location')}; give that address with --url.`);
  }
  const isTokenRefused = headers.get('www-authenticate')?.startsWith('Bearer') === true;
  if (status === 401 && !isTokenRefused) {
    return new CommandFailed(`${base} does not take this user name and password.`);
  }
  const retry = status === 429 || status === 502 || status === 503;
  const message = `${base} answered ${status}: ${described(text)}`;
  return retry ? new NotReached(message, status) : new CommandFailed(message);
}

function described(text: string): string {
  try {
    const { msg, reason } = JSON.parse(text) as Partial<Problem>;
    return [msg, reason].filter(Boolean).join(': ') || text;
  } catch {
    return text.slice(0, 200);
  }
}
