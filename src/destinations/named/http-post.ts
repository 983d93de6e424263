import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { errorCode } from '../../lib/error-code.ts';
import { AddressRefused, checkHost, safeLookup } from '../../lib/safe-lookup.ts';
import type { SendOutcome } from '../../ports/sender.ts';
import { later, refused, sent } from './named.ts';

const timeoutMs = 10_000;
/** Only the beginning of a response is read, as the text of an error. Bytes. */
const mostOfResponse = 2_000;

interface Response {
  status: number;
  text: string;
  retryAfter: string | undefined;
}

/** Posts a body and returns the outcome. Follows no redirect: the address of the settings is the one that was checked. */
export async function httpPost(
  address: URL,
  body: string,
  headers: Record<string, string>,
): Promise<SendOutcome<null>> {
  let connected = false;
  try {
    checkHost(address.hostname);
    const response = await post(address, body, headers, () => {
      connected = true;
    });
    return outcomeOf(response);
  } catch (error) {
    const message = (error as Error).message;
    if (error instanceof AddressRefused) return refused('address_refused', message);
    return later(errorCode(error).toLowerCase() || 'not_reached', message, connected);
  }
}

function outcomeOf({ status, text, retryAfter }: Response): SendOutcome<null> {
  if (status >= 200 && status < 300) return sent;
  const said = text.replace(/\s+/g, ' ').trim();
  if (status === 429 || status === 503) {
    const seconds = Number(retryAfter);
    return later(`http_${status}`, said, false, Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null);
  }
  // The login is not the message's fault: it is tried again until somebody mends it, or the message expires.
  if (status >= 500 || status === 401 || status === 408) return later(`http_${status}`, said, status >= 500);
  if (status >= 300 && status < 400) return refused(`http_${status}`, 'it redirects elsewhere; write that address');
  return refused(`http_${status}`, said);
}

function post(address: URL, body: string, headers: Record<string, string>, onConnect: () => void): Promise<Response> {
  const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const all = { ...headers, 'content-length': String(bytes.length), 'user-agent': 'ultronex' };
    // A fresh connection, so that none is reused that the other side is about to close.
    const options = { method: 'POST', headers: all, agent: false, lookup: safeLookup as never };
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(address, { ...options, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < mostOfResponse) text += chunk;
        else response.destroy();
      });
      response.on('error', reject);
      response.on('close', () => {
        resolve({
          status: response.statusCode ?? 0,
          text: text.slice(0, mostOfResponse),
          retryAfter: response.headers['retry-after'],
        });
      });
    });
    request.on('socket', (socket) => socket.once('connect', onConnect));
    request.on('error', (error) => reject(signal.aborted ? timedOut() : error));
    request.end(bytes);
  });
}

function timedOut(): Error {
  return Object.assign(new Error(`no answer within ${timeoutMs / 1_000} s`), { code: 'ETIMEDOUT' });
}
