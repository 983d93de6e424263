import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { parseJson } from '../../domain/json.ts';
import { cleanText } from '../../lib/clean-line.ts';
import { createLimiter } from '../../lib/limiter.ts';
import { isSameSecret } from '../../lib/same-secret.ts';
import { WebhookRefused } from './errors.ts';
import type { HerokuApps } from './types.ts';

export interface WebhookParts {
  apps: Pick<HerokuApps, 'names' | 'list' | 'lookAt'>;
  /** Null: every request needs a login. */
  secret: string | null;
  /** Stores the exit status of a one-off dyno. @param dyno its id */
  onExit(dyno: string, status: number): Promise<void>;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Logger, 'info' | 'warn'>;
}

const signatureHeader = 'heroku-webhook-hmac-sha256';
/** Ids of events that are remembered. Heroku sends an event again until it is taken. */
const mostRemembered = 1_000;
/** One line of the log in this time tells of refused webhooks, and one of webhooks of each app that is not watched. */
const logEveryMs = 60_000;

/**
 * Returns POST /heroku, under /ultronex/hooks: Heroku's webhooks. An event says only that something changed: the app is
 * then read from Heroku's API, so neither the order of events nor a repeated one matters. What the API does not have is
 * the exit status of a one-off dyno.
 * https://devcenter.heroku.com/articles/app-webhooks
 */
export function webhookRoute({ apps, secret, onExit, clock, log }: WebhookParts): FastifyPluginAsync {
  const seen = new Set<string>();
  const mayLog = createLimiter({ now: clock.monotonic, most: 1, perMs: logEveryMs, mostKeys: 100 });

  function refuse(request: FastifyRequest, why: string): WebhookRefused {
    if (mayLog.allow('refused')) log.warn({ from: request.ip }, `a webhook of Heroku was refused: ${why}`);
    return new WebhookRefused(why);
  }

  /** A signed request needs no login. Returns an error, or null when the signature has to be checked. */
  function beforeBody(
    this: FastifyInstance,
    request: FastifyRequest,
    reply: FastifyReply,
    done: (error?: Error) => void,
  ) {
    if (secret !== null && request.headers[signatureHeader] !== undefined) return done();
    if (request.headers.authorization !== undefined) return this.requireLogin.call(this, request, reply, done as never);
    reply.header('www-authenticate', 'Basic realm="Ultronex"');
    const why =
      secret === null
        ? 'Set HEROKU_WEBHOOK_SECRET to the secret of the webhook; or send a login or a token with the scope hook:heroku.'
        : 'The header Heroku-Webhook-Hmac-SHA256 with the signature is missing.';
    done(refuse(request, why));
  }

  async function take(request: FastifyRequest): Promise<void> {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const given = request.headers[signatureHeader];
    if (secret !== null && given !== undefined) {
      const expected = createHmac('sha256', secret).update(raw).digest('base64');
      if (!isSameSecret(String(given), expected)) {
        throw refuse(request, 'The signature is wrong. Is HEROKU_WEBHOOK_SECRET the secret of this webhook?');
      }
    }
    const { id, names, exit } = read(raw);
    if (id !== null && seen.has(id)) return;
    if (exit !== null) await onExit(exit.dyno, exit.status);
    const app = watched(names);
    if (app !== null) apps.lookAt(app);
    else {
      const [name = 'no app'] = names;
      if (mayLog.allow(`app ${name}`)) log.info({ app: cleanText(name) }, 'a webhook of an app that is not watched');
    }
    if (id !== null) remember(id);
  }

  function watched(names: readonly string[]): string | null {
    const ids = new Map(apps.list().flatMap(({ app, info }) => (info === null ? [] : [[info.id, app]])));
    const known = new Set(apps.names());
    return names.map((name) => (known.has(name) ? name : ids.get(name))).find((name) => name !== undefined) ?? null;
  }

  function remember(id: string): void {
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
  }

  return async (app) => {
    // The signature is of the bytes as they came.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post(
      '/heroku',
      {
        config: { scope: 'hook:heroku', ownBody: true },
        onRequest: (request, reply, done) => beforeBody.call(app, request, reply, done),
        schema: {
          tags: ['hooks'],
          summary: 'Heroku’s webhooks: the app is read at once',
          description: 'With HEROKU_WEBHOOK_SECRET a signed request needs no login.',
          response: { 204: { type: 'null', description: 'Taken.' } },
        },
      },
      async (request, reply) => {
        await take(request);
        return reply.code(204).send();
      },
    );
  };
}

type Json = Record<string, unknown>;

/** Reads an event's id, the names and ids of its app, and the exit status of a one-off dyno. Samples of the documentation and what is sent differ in shape. */
function read(raw: Buffer): {
  id: string | null;
  names: string[];
  exit: { dyno: string; status: number } | null;
} {
  const body = parse(raw);
  const data = object(body.data);
  const event = object(object(body.webhook_metadata).event);
  const apps = [object(data.app), object(body.app), ...(body.resource === 'app' ? [data] : [])];
  return {
    id: text(event.id) ?? text(body.id),
    names: apps.flatMap(({ name, id }) => [text(name), text(id)]).filter((each) => each !== null),
    exit: body.resource === 'dyno' && data.type === 'run' ? exitOf(data) : null,
  };
}

function exitOf({ id, exit_status: status }: Json): { dyno: string; status: number } | null {
  const dyno = text(id);
  return dyno === null || !Number.isInteger(status) ? null : { dyno, status: status as number };
}

function parse(raw: Buffer): Json {
  try {
    return object(parseJson(raw.toString('utf8')));
  } catch {
    return {};
  }
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : null;
}
