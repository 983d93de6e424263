import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../../../domain/clock.ts';
import { fieldsOf, HerokuFailed } from '../../../../heroku-api/index.ts';
import { causeCode } from '../../../../lib/error-code.ts';
import { checkHost, safeLookup } from '../../../../lib/safe-lookup.ts';
import type { HerokuApi } from './api.ts';
import type { Run } from './handle.ts';
import { recordsOf } from './records.ts';

/** Lines before now that a session begins with: the most that Heroku gives. They are the app’s, before the filter for a dyno. */
const backlog = 1_500;
/** Time limit for the head of the response, milliseconds. */
const headWithinMs = 15_000;
const longestUrl = 4_096;

/** The log of a dyno, from 1,500 lines before now on. */
export interface LogSession {
  /** Whether it begins without the lines before now, as on Fir. */
  isLive: boolean;
  /** Resolves with the next lines; null: the session has ended. Never rejects. */
  next(): Promise<string[] | null>;
}

/**
 * Opens a log session. Its address needs no login, so it is a secret: no error and no log line has it.
 * Without `source`, since the line with the exit status is not one of the app. @throws HerokuFailed
 */
export async function openSession(
  api: HerokuApi,
  run: Run,
  clock: Pick<Clock, 'after'>,
  signal: AbortSignal,
): Promise<LogSession> {
  const response = await read(await addressOf(api, run), clock, signal);
  const type = response.headers['content-type'] ?? '';
  const records = recordsOf(type);
  const chunks = response[Symbol.asyncIterator]();
  return {
    isLive: /^text\/event-stream\b/i.test(type.trim()),
    async next() {
      try {
        const { done, value } = await chunks.next();
        return done === true ? null : records(value as Buffer);
      } catch {
        return null;
      }
    },
  };
}

async function addressOf(api: HerokuApi, { app, dyno }: Run): Promise<URL> {
  const path = `/apps/${encodeURIComponent(app)}/log-sessions`;
  const { logplex_url: text } = fieldsOf(await ask(api, path, dyno));
  const url = typeof text === 'string' && text.length <= longestUrl ? parse(text) : null;
  // http:// only where Heroku’s API itself is on this machine.
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && api.isPlain))) {
    throw new HerokuFailed('unavailable', 'Heroku’s log session has no address that begins with https://.');
  }
  return url;
}

/** Fir knows neither `lines` nor `tail`: where they are refused, they are left out. */
async function ask(api: HerokuApi, path: string, dyno: string): Promise<unknown> {
  try {
    return await api.change('POST', path, { dyno, tail: true, lines: backlog });
  } catch (error) {
    if (!(error instanceof HerokuFailed) || error.answer?.status !== 422) throw error;
    return api.change('POST', path, { dyno });
  }
}

function read(url: URL, clock: Pick<Clock, 'after'>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new HerokuFailed('unavailable', `Heroku’s log was not reached (${why}).`));
    try {
      checkHost(url.hostname);
    } catch {
      return fail('its address is not allowed');
    }
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { accept: 'text/event-stream', 'user-agent': 'ultronex' };
    const options = { headers, agent: false, lookup: safeLookup as never, signal };
    const request = open(url, options, (response) => {
      cancel();
      // A reset after the last read has no other listener.
      response.on('error', () => {});
      response.socket.setKeepAlive(true, 30_000);
      if (response.statusCode === 200) return resolve(response);
      response.destroy();
      fail(`HTTP ${response.statusCode}`);
    });
    const cancel = clock.after(headWithinMs, () => {
      fail(`no answer within ${headWithinMs / 1_000} s`);
      request.destroy();
    });
    request.on('error', (error) => {
      cancel();
      fail(causeCode(error) || 'the connection broke');
    });
    request.end();
  });
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
