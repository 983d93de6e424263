import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type FakeReply, jsonReply } from '../http-server.ts';
import { invalid, notFound } from './errors.ts';
import type { Ref, Webhook, WorldEvent } from './types.ts';

/** `dyno` is the older name of `api:dyno`; both are sent (Dev Center, "App Webhooks"). */
const entities = [
  ...['api:addon', 'api:addon-attachment', 'api:app', 'api:build', 'api:collaborator', 'api:domain', 'api:dyno'],
  ...['api:formation', 'api:release', 'api:sni-endpoint', 'dyno'],
];

interface Subscription extends Webhook {
  secret: string;
  authorization: string | null;
}

interface Delivery {
  id: string;
  webhook: Subscription;
  event: WorldEvent;
}

export interface DeliverOptions {
  /** How often each notification is sent, each as an attempt of the same delivery. */
  copies?: number;
  /** Newest first. */
  reversed?: boolean;
  /** Without `webhook_metadata`, as some notifications of dynos come. */
  bare?: boolean;
  /** Signs with this in place of the webhook's secret. */
  secret?: string;
  /** Changes the body after it was signed. */
  change?: (body: string) => string;
}

export interface Sent {
  event: WorldEvent;
  url: string;
  /** HTTP status; 0 without a response. */
  status: number;
  body: string;
}

const tenSeconds = 10_000;

export function createWebhooks(now: () => number) {
  const subscriptions: Subscription[] = [];
  let waiting: Delivery[] = [];
  const iso = () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const shown = ({ app, created_at, id, include, level, updated_at, url }: Subscription): Webhook => ({
    ...{ app, created_at, id, include, level, updated_at, url },
  });

  function create(app: Ref, body: Record<string, unknown>): FakeReply {
    const wrong = problemOf(body, true);
    if (wrong !== null) return wrong;
    const { include, level, url, authorization = null } = body as unknown as Subscription;
    const secret = typeof body.secret === 'string' ? body.secret : randomBytes(30).toString('hex');
    const times = { created_at: iso(), updated_at: iso() };
    const made: Subscription = { id: randomUUID(), app, include, level, url, authorization, secret, ...times };
    subscriptions.push(made);
    const headers: Record<string, string> = typeof body.secret === 'string' ? {} : { 'heroku-webhook-secret': secret };
    return { ...jsonReply(shown(made), 201), headers };
  }

  /** A request below `/apps/{app}/webhooks`; null: there is no such endpoint. */
  function route(method: string, app: Ref, id: string | undefined, body: Record<string, unknown>): FakeReply | null {
    if (id === undefined) return method === 'POST' ? create(app, body) : null;
    const found = subscriptions.find((each) => each.app.id === app.id && each.id === id);
    if (found === undefined) return notFound('webhook');
    if (method === 'PATCH') {
      const wrong = problemOf(body, false);
      if (wrong !== null) return wrong;
      const { include, level, url, authorization, secret } = { ...found, ...(body as Partial<Subscription>) };
      Object.assign(found, { include, level, url, authorization, secret, updated_at: iso() });
    } else if (method === 'DELETE') subscriptions.splice(subscriptions.indexOf(found), 1);
    else if (method !== 'GET') return null;
    return jsonReply(shown(found));
  }

  /**
   * Sends the events to the webhooks that want them, one after the other. Failed ones of level `sync` are sent again by
   * the next call, as the same delivery; those of level `notify` are lost.
   */
  async function deliver(events: WorldEvent[], options: DeliverOptions = {}): Promise<Sent[]> {
    for (const event of events) {
      for (const webhook of subscriptions) {
        if (webhook.app.name === event.app && includeOf(webhook, event) !== undefined) {
          waiting.push({ id: randomUUID(), webhook, event });
        }
      }
    }
    const due = options.reversed ? waiting.toReversed() : waiting;
    waiting = [];
    const sent: Sent[] = [];
    for (const delivery of due) {
      let taken = false;
      for (let copy = 0; copy < (options.copies ?? 1); copy += 1) {
        const one = await send(delivery, options, iso());
        taken ||= one.status >= 200 && one.status < 300;
        sent.push(one);
      }
      if (!taken && delivery.webhook.level === 'sync') waiting.push(delivery);
    }
    return sent;
  }

  const list = (app: Ref) => subscriptions.filter((each) => each.app.id === app.id).map(shown);
  return { list, route, deliver };
}

const includeOf = ({ include }: Webhook, { resource }: WorldEvent) =>
  include.find((each) => each === resource || each === `api:${resource}`);

function problemOf(body: Record<string, unknown>, whole: boolean): FakeReply | null {
  const { include, level, url } = body;
  if ((whole || include !== undefined) && (!Array.isArray(include) || include.length === 0)) {
    return invalid('Include must be a list of one or more entities.');
  }
  const unknown = (include as string[] | undefined)?.find((each) => !entities.includes(each));
  if (unknown !== undefined) return invalid(`Include ${unknown} is not valid.`);
  if ((whole || level !== undefined) && level !== 'notify' && level !== 'sync') {
    return invalid('Level must be notify or sync.');
  }
  if ((whole || url !== undefined) && !(typeof url === 'string' && URL.canParse(url)))
    return invalid('Url is not valid.');
  return null;
}

async function send({ id, webhook, event }: Delivery, options: DeliverOptions, time: string): Promise<Sent> {
  const { action, actor, data, previous, resource, at } = event;
  const body = JSON.stringify({
    id: event.id,
    data,
    actor,
    action,
    version: 'application/vnd.heroku+json; version=3',
    resource,
    sequence: null,
    created_at: at,
    updated_at: at,
    published_at: time,
    previous_data: previous,
    webhook_metadata: options.bare
      ? undefined
      : {
          attempt: { id: randomUUID() },
          delivery: { id },
          event: { id: event.id, include: includeOf(webhook, event) },
          webhook: { id: webhook.id },
        },
  });
  const signature = createHmac('sha256', options.secret ?? webhook.secret)
    .update(body)
    .digest('base64');
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Heroku-Webhooks',
    'heroku-webhook-hmac-sha256': signature,
    ...(webhook.authorization !== null && { authorization: webhook.authorization }),
  };
  const shown = options.change?.(body) ?? body;
  const signal = AbortSignal.timeout(tenSeconds);
  try {
    const response = await fetch(webhook.url, { method: 'POST', headers, body: shown, signal, redirect: 'manual' });
    await response.arrayBuffer();
    return { event, url: webhook.url, status: response.status, body: shown };
  } catch {
    return { event, url: webhook.url, status: 0, body: shown };
  }
}
