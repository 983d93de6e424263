import type { Clock } from '../../domain/clock.ts';
import { createHold, createRequest, type Dyno, HerokuFailed, readDynos } from '../../heroku-api/index.ts';
import { readAddons, readApp, readConfigVars, readFormation, readReleases } from './shapes.ts';
import type { Addon, AppInfo, Formation, Release } from './types.ts';

/** Heroku’s Platform API for reading. Each call costs at least one of the account’s requests. @throws HerokuFailed in every call */
export interface HerokuClient {
  app(app: string): Promise<AppInfo>;
  dynos(app: string): Promise<readonly Dyno[]>;
  formation(app: string): Promise<readonly Formation[]>;
  /** The newest 5, newest first. */
  releases(app: string): Promise<readonly Release[]>;
  addons(app: string): Promise<readonly Addon[]>;
  /** Names and values, which are secrets: never stored, cached or logged. */
  configVars(app: string): Promise<ReadonlyMap<string, string>>;
  /** Requests that are left, as the last answer said; null: none said it. */
  remaining(): number | null;
  /** Milliseconds until requests are sent again after a 429; 0: now. */
  heldMs(): number;
  /** Aborts the requests under way, which reject with ClientClosed. */
  close(): void;
}

export interface ClientParts {
  url: string;
  key: string;
  clock: Pick<Clock, 'monotonic'>;
  timeoutMs?: number;
}

/** Pages of a list; a page has up to 200 entries. */
const mostPages = 5;
/** Answers that are kept with their ETag; the oldest is dropped. */
const mostCached = 600;
const newestReleases = 'version ..; max=5, order=desc';
/** `web.2` before `web.10`. */
const collator = new Intl.Collator('en', { numeric: true });

interface Cached {
  etag: string;
  value: unknown;
}

export function createHerokuClient({ url, key, clock, timeoutMs }: ClientParts): HerokuClient {
  let remaining: number | null = null;
  const hold = createHold(clock);
  const cache = new Map<string, Cached>();
  const closed = new AbortController();
  const request = createRequest({
    ...{ url, key, ...(timeoutMs !== undefined && { timeoutMs }) },
    closed: closed.signal,
    onRemaining(left) {
      remaining = left;
    },
  });

  const get = (path: string, headers: Record<string, string>) => hold.run(() => request(path, headers));

  function keep(path: string, entry: Cached): void {
    cache.delete(path);
    cache.set(path, entry);
    const [oldest] = cache.keys();
    if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest);
  }

  async function cached<T>(path: string, read: (value: unknown) => T, headers: Record<string, string> = {}) {
    const known = cache.get(path);
    const answer = await get(path, { ...headers, ...(known && { 'if-none-match': known.etag }) });
    if (answer.status === 304 && known !== undefined) return { value: known.value as T, nextRange: null };
    if (answer.status === 304) throw new HerokuFailed('unavailable', 'Heroku answered 304 to a request without ETag.');
    const value = read(answer.value);
    return { value, nextRange: answer.nextRange, etag: answer.etag };
  }

  async function one<T>(path: string, read: (value: unknown) => T, headers?: Record<string, string>): Promise<T> {
    const { value, etag } = await cached(path, read, headers);
    if (etag) keep(path, { etag, value });
    return value;
  }

  /**
   * Follows Next-Range, and sorts by name: Heroku sorts by id. Only lists of one page are cached, since an ETag is that of
   * its page.
   */
  async function all<T>(path: string, readPage: (value: unknown) => T[], nameOf: (each: T) => string): Promise<T[]> {
    const sort = (list: T[]) => list.sort((a, b) => collator.compare(nameOf(a), nameOf(b)));
    const read = (value: unknown) => sort(readPage(value));
    const first = await cached(path, read);
    if (first.nextRange === null) {
      if (first.etag) keep(path, { etag: first.etag, value: first.value });
      return first.value;
    }
    const values = [...first.value];
    let next: string | null = first.nextRange;
    for (let pages = 1; next !== null && pages < mostPages; pages += 1) {
      const answer = await get(path, { range: next });
      values.push(...read(answer.value));
      next = answer.nextRange;
    }
    return sort(values);
  }

  const at = (app: string, part = '') => `/apps/${encodeURIComponent(app)}${part}`;
  return {
    app: (app) => one(at(app), readApp),
    dynos: (app) => all(at(app, '/dynos'), readDynos, ({ name }) => name),
    formation: (app) => all(at(app, '/formation'), readFormation, ({ type }) => type),
    releases: (app) => one(at(app, '/releases'), (value) => readReleases(value).slice(0, 5), { range: newestReleases }),
    addons: (app) => all(at(app, '/addons'), readAddons, ({ name }) => name),
    configVars: async (app) => readConfigVars((await get(at(app, '/config-vars'), {})).value),
    remaining: () => remaining,
    heldMs: hold.heldMs,
    close: () => closed.abort(),
  };
}
