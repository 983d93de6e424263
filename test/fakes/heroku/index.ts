import { createHash, randomUUID } from 'node:crypto';
import { type FakeReply, type FakeRequest, type FakeServer, jsonReply, startFakeServer } from '../http-server.ts';
import {
  accountReply,
  createAccount,
  createBudget,
  type FakeAccount,
  type FakeKey,
  keyOf,
  mayUse,
} from './accounts.ts';
import * as errors from './errors.ts';
import { createFakeLog, type FakeLog } from './log.ts';
import { page } from './ranges.ts';
import { createRuns, type Runs } from './runs.ts';
import { createWebhooks, type DeliverOptions, type Sent } from './webhooks.ts';
import { type AppState, createWorld, type World } from './world.ts';

export { createAccount, type FakeAccount, type FakeKey } from './accounts.ts';
export { htmlError, rateLimited, wrongCredentials } from './errors.ts';
export type * from './types.ts';

export interface FakeHeroku extends FakeServer {
  world: World;
  /** By the key itself. Delete one to revoke it. At first it has `test-key`, of scope `global`. */
  keys: Map<string, FakeKey>;
  account: FakeAccount;
  /** One-off dynos. */
  runs: Runs;
  /** Logs of apps and their sessions. */
  log: FakeLog;
  /** Replies in place of the usual ones, by method and path: `GET /apps/shop/dynos`. Authentication is checked before. */
  replies: Map<string, FakeReply>;
  /** Sends all events of the world that wait to the webhooks; see `DeliverOptions` for duplicates and order. */
  deliver(options?: DeliverOptions): Promise<Sent[]>;
}

/**
 * Heroku's Platform API v3 for what a watcher reads: account, apps, dynos, formation, releases, add-ons, config vars and
 * webhooks; and for one-off dynos and their logs. Errors, ranges, ETag and budget are those of Dev Center's Platform API reference.
 */
export async function startFakeHeroku(now: () => number = Date.now): Promise<FakeHeroku> {
  const world = createWorld(now);
  const webhooks = createWebhooks(now);
  const budget = createBudget(now);
  const account = createAccount(world.actor.email);
  const keys = new Map<string, FakeKey>([['test-key', { account, scopes: new Set(['global']) }]]);
  const replies = new Map<string, FakeReply>();
  const log = createFakeLog(now);
  const runs = createRuns(world, log, now);

  function handle(request: FakeRequest): FakeReply {
    if (request.method === 'GET' && request.url.pathname.startsWith('/streams/')) return log.read(request);
    const name = keyOf(request.headers.authorization ?? '');
    const key = name === null ? undefined : keys.get(name);
    const reply = key === undefined ? refused(name) : limited(request, key);
    const headers: Record<string, string> = { 'request-id': randomUUID(), ...reply.headers };
    if (key !== undefined) headers['ratelimit-remaining'] = String(key.account.remaining);
    if (reply.status >= 300) return { ...reply, headers };
    const etag = `"${createHash('md5')
      .update(reply.body ?? '')
      .digest('hex')}"`;
    headers.etag = etag;
    const known = (request.headers['if-none-match'] ?? '')
      .split(/,\s*/)
      .some((each) => each.replace(/^W\//, '') === etag);
    return request.method === 'GET' && known ? { status: 304, headers } : { ...reply, headers };
  }

  const refused = (name: string | null) => (name === null ? errors.noCredentials() : errors.wrongCredentials());

  function limited(request: FakeRequest, key: FakeKey): FakeReply {
    const { method, url, headers } = request;
    const versions = (headers.accept ?? '').split(',');
    const version = /^\s*application\/vnd\.heroku\+json\s*;\s*version=3(\.[\w-]+)?\s*$/;
    if (!versions.some((each) => version.test(each))) return errors.notAcceptable();
    if (url.pathname === '/account/rate-limits') {
      budget.refill(key.account);
      return jsonReply({ remaining: key.account.remaining });
    }
    if (!budget.take(key.account)) return errors.rateLimited();
    return replies.get(`${method} ${url.pathname}`) ?? route(request, key);
  }

  function route({ method, url, headers, body }: FakeRequest, key: FakeKey): FakeReply {
    const [, root, name, part, id, ...more] = url.pathname.split('/').map(decodeURIComponent);
    if (root === 'account' && name === undefined && method === 'GET') {
      return jsonReply(accountReply(key.account, new Date(now()).toISOString()));
    }
    const isStop = method === 'POST' && part === 'dynos' && more.join('/') === 'actions/stop';
    if (root !== 'apps' || (more.length > 0 && !isStop)) return errors.noEndpoint();
    const ranged = headers.range;
    if (name === undefined && method === 'GET') {
      if (!mayUse(key, 'read')) return errors.noScope();
      const apps = [...world.apps.values()].filter(({ app }) => owns(key, app.name)).map(({ app }) => app);
      return page(apps, ranged, ['id', 'name', 'updated_at']);
    }
    const state = [...world.apps.values()].find(({ app }) => app.name === name || app.id === name);
    if (state === undefined) return errors.notFound('app');
    if (!owns(key, state.app.name)) return errors.noAccess(state.app.name);
    const needed = part === 'config-vars' ? 'read-protected' : 'read';
    if (!mayUse(key, method === 'GET' ? needed : 'write')) return errors.noScope();
    if (part === 'webhooks' && !(id === undefined && method === 'GET')) {
      return webhooks.route(method, { id: state.app.id, name: state.app.name }, id, parse(body)) ?? errors.noEndpoint();
    }
    if (part === 'log-sessions' && method === 'POST' && id === undefined) {
      return log.create(state.app, parse(body), server.url);
    }
    if (part === 'dynos' && method === 'POST' && id === undefined) return runs.create(state, parse(body));
    if (isStop && id !== undefined) return runs.stop(state, id, 'SIGTERM');
    if (part === 'dynos' && method === 'DELETE' && id !== undefined) return runs.stop(state, id, 'SIGKILL');
    if (method !== 'GET') return errors.noEndpoint();
    return read(state, part, id, ranged);
  }

  function read(state: AppState, part: string | undefined, id: string | undefined, range?: string): FakeReply {
    const { app, dynos, formation, releases, addons, config } = state;
    if (part === undefined) return jsonReply(app);
    if (part === 'config-vars' && id === undefined) return jsonReply(config);
    const list = (values: object[], properties: string[], resource: string, keysOf: string[]) => {
      if (id === undefined) return page(values, range, properties);
      const found = values.find((each) => keysOf.some((one) => String((each as Record<string, unknown>)[one]) === id));
      return found === undefined ? errors.notFound(resource) : jsonReply(found);
    };
    if (part === 'dynos') return list(dynos, ['id', 'name'], 'dyno', ['id', 'name']);
    if (part === 'formation') return list(formation, ['id', 'type'], 'formation', ['id', 'type']);
    if (part === 'releases') return list(releases, ['version', 'id'], 'release', ['version', 'id']);
    if (part === 'addons') return list(addons, ['id', 'name'], 'add-on', ['id', 'name']);
    if (part === 'webhooks') return page(webhooks.list(app), range, ['id']);
    return errors.noEndpoint();
  }

  const server = await startFakeServer(handle);
  const deliver = (options?: DeliverOptions) => webhooks.deliver(world.events.splice(0), options);
  return Object.assign(server, { world, keys, account, runs, log, replies, deliver });
}

const owns = ({ account }: FakeKey, app: string) => account.apps?.has(app) ?? true;

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
