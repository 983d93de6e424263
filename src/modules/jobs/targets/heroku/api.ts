import type { Clock } from '../../../../domain/clock.ts';
import { createChange, createHold, createRequest } from '../../../../heroku-api/index.ts';

/** Requests to Heroku’s API that wait after a 429. @throws HerokuFailed, AnswerLost, ClientClosed */
export interface HerokuApi {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Sent once; AnswerLost when nobody can tell whether Heroku did it. */
  change(method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** The same, also after a 429. */
  changeNow(method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Milliseconds until requests are sent again after a 429; 0: now. */
  heldMs(): number;
  /** HEROKU_API_URL begins with http://. */
  isPlain: boolean;
  closed: AbortSignal;
  close(): void;
}

export interface ApiParts {
  /** HEROKU_API_URL. */
  url: string;
  key: string;
  clock: Pick<Clock, 'monotonic'>;
  timeoutMs?: number;
}

export function createApi({ url, key, clock, timeoutMs }: ApiParts): HerokuApi {
  const hold = createHold(clock);
  const closed = new AbortController();
  const parts = {
    url,
    key,
    closed: closed.signal,
    onRemaining: () => {},
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  const get = createRequest(parts);
  const change = createChange(parts);
  return {
    get: async (path, headers) => (await hold.run(() => get(path, headers))).value,
    change: (method, path, body) => hold.run(() => change(method, path, body)),
    changeNow: change,
    heldMs: hold.heldMs,
    isPlain: url.startsWith('http://'),
    closed: closed.signal,
    close: () => closed.abort(),
  };
}
