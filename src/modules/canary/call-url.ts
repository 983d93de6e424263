import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { errorCode } from '../../lib/error-code.ts';
import { pause } from '../../lib/pause.ts';
import { checkHost, safeLookup } from '../../lib/safe-lookup.ts';

const timeoutMs = 10_000;
const retryAfterMs = 5_000;
const tries = 2;

export interface CallParts {
  clock: Pick<Clock, 'after'>;
  log: Logger;
  /** Ends the call, for a stop. */
  signal: AbortSignal;
}

/**
 * Requests an address (GET), and once more if that fails. Failures are logged without the path, which is a secret of such
 * services. Never rejects. Follows no redirect, so that none leads to a machine's metadata.
 */
export async function callUrl(address: string, { clock, log, signal }: CallParts): Promise<boolean> {
  const url = new URL(address);
  for (let tried = 1; tried <= tries; tried += 1) {
    if (tried > 1) await pause(clock, retryAfterMs, signal);
    if (signal.aborted) return false;
    const problem = await get(url, clock, signal);
    if (problem === null) return true;
    if (!signal.aborted) log.warn({ host: url.host, problem, tried }, 'CANARY_URL could not be called');
  }
  return false;
}

/** Resolves with what went wrong; null: nothing. */
function get(url: URL, clock: Pick<Clock, 'after'>, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    try {
      checkHost(url.hostname);
    } catch (error) {
      return resolve((error as Error).message);
    }
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { 'user-agent': 'ultronex' };
    const request = send(url, { headers, agent: false, lookup: safeLookup as never, signal }, (response) => {
      end(problemOf(response.statusCode ?? 0));
      response.on('error', () => {});
      // The status is all that matters.
      response.destroy();
    });
    const cancel = clock.after(timeoutMs, () => {
      end(`no answer within ${timeoutMs / 1_000} s`);
      request.destroy();
    });
    request.on('error', (error) => end(errorCode(error) || error.message));
    request.end();

    function end(problem: string | null): void {
      cancel();
      resolve(problem);
    }
  });
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `HTTP ${status}: it redirects; set the address it leads to` : `HTTP ${status}`;
}
