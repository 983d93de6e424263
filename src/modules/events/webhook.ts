import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { errorCode } from '../../lib/error-code.ts';
import { checkHost, safeLookup } from '../../lib/safe-lookup.ts';
import { standardHeaders } from '../../lib/standard-webhook.ts';
import type { LoggedEvent } from '../../ports/event-log-store.ts';
import type { Sink } from './relay.ts';

const timeoutMs = 15_000;
/** Requests at once, each for another channel. */
const mostAtOnce = 8;
const batch = 100;
const mostPauseMs = 60_000;
/** An event that the receiver refuses as wrong is left out after so many attempts, so that the others go on. */
const mostRefusals = 10;
/** Status codes that are about the event, not about the receiver. */
const isAboutEvent = (status: number): boolean => status === 400 || status === 413 || status === 422;

export interface WebhookParts {
  url: URL;
  /** Null: the webhooks are not signed. */
  key: Buffer | null;
  clock: Pick<Clock, 'now' | 'after'>;
  log: Logger;
  onRefused(): void;
}

/**
 * A receiver that gets each event as a webhook by Standard Webhooks (www.standardwebhooks.com): the events of a channel one after the
 * other, of several channels at once. It may take longer than others, and gets the events from its own position.
 */
export function createWebhook({ url, key, clock, log, onRefused }: WebhookParts): Sink & { close(): void } {
  const isHttps = url.protocol === 'https:';
  const given = { keepAlive: true, maxSockets: mostAtOnce, lookup: safeLookup as never };
  const agent = isHttps ? new HttpsAgent(given) : new HttpAgent(given);
  const send = isHttps ? httpsRequest : httpRequest;
  /** Positions of events after the cursor that the receiver has already. */
  const done = new Set<number>();
  let refused = { position: 0, times: 0 };

  async function deliver({ id, at, body, position }: LoggedEvent): Promise<void> {
    if (done.has(position)) return;
    const status = await post(id, `{"type":"event","timestamp":"${new Date(at).toISOString()}","data":${body}}`);
    if (status >= 200 && status < 300) return void done.add(position);
    if (!isAboutEvent(status)) throw new Error(statusText(status));
    refused = { position, times: refused.position === position ? refused.times + 1 : 1 };
    if (refused.times < mostRefusals) throw new Error(statusText(status));
    log.warn({ id, status }, 'the webhook refuses an event again and again; it is left out');
    onRefused();
    done.add(position);
  }

  function post(id: string, body: string): Promise<number> {
    checkHost(url.hostname);
    const seconds = Math.floor(clock.now() / 1_000);
    const headers = { ...standardHeaders(id, seconds, body, key), 'user-agent': 'ultronex' };
    return new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const request = send(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': length } },
        (response) => {
          cancel();
          response.on('error', () => {});
          // The status is all that matters; a short rest is read so that the connection can be used again.
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > 16_384) response.destroy();
          });
          resolve(response.statusCode ?? 0);
        },
      );
      const cancel = clock.after(timeoutMs, () =>
        request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)),
      );
      request.on('error', (error) => {
        cancel();
        reject(new Error(errorCode(error) || error.message));
      });
      request.end(body);
    });
  }

  return {
    name: 'webhook',
    title: 'the webhook',
    batch,
    mostPauseMs,
    async send(events) {
      const lanes = [...byChannel(events)];
      let error: unknown = null;
      const work = async () => {
        for (let lane = lanes.shift(); lane !== undefined && error === null; lane = lanes.shift()) {
          for (const event of lane) {
            if (error !== null) return;
            await deliver(event).catch((failure) => {
              error ??= failure;
            });
          }
        }
      };
      await Promise.all(Array.from({ length: mostAtOnce }, work));
      const missing = events.findIndex(({ position }) => !done.has(position));
      const count = missing === -1 ? events.length : missing;
      if (count === 0) throw error;
      for (const { position } of events.slice(0, count)) done.delete(position);
      return count;
    },
    close: () => agent.destroy(),
  };
}

/** Events of a channel, or of a workspace where they are of none, in their order. */
function byChannel(events: readonly LoggedEvent[]): Iterable<LoggedEvent[]> {
  const lanes = new Map<string, LoggedEvent[]>();
  for (const event of events) {
    const [, channel = ''] = /"channel_uid":"([^"]*)"/.exec(event.body) ?? [];
    const lane = `${event.team} ${channel}`;
    const known = lanes.get(lane);
    if (known === undefined) lanes.set(lane, [event]);
    else known.push(event);
  }
  return lanes.values();
}

function statusText(status: number): string {
  return status >= 300 && status < 400 ? `HTTP ${status}: it redirects; set the address it leads to` : `HTTP ${status}`;
}
