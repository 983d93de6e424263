import type { Site } from './browser.ts';
import { eventually } from './eventually.ts';

/** Calls the HTTP API and returns the JSON of the response. @throws unless the status is 2xx */
export async function call(site: Site, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`${site.username}:${site.password}`).toString('base64')}`;
  const response = await fetch(`${site.url}/ultronex/${path}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer as Record<string, unknown>;
}

/** The message of `POST /ultronex/slack`. */
export interface Post {
  channel: string;
  text: string;
  title?: string;
  payload?: unknown;
  thread_ts?: string;
  /** Seconds. */
  ttl?: number;
}

/** Posts a message and returns the delivery's id. */
export async function post(site: Site, msg: Post): Promise<string> {
  return String((await call(site, 'POST', 'slack', { msg })).id);
}

/** Posts a text with a file, so that it is never merged. Returns the delivery's id. */
export function send(site: Site, channel: string, text: string): Promise<string> {
  return post(site, { channel, text, title: 'Notes', payload: 'line one' });
}

/** Waits until a delivery is in the state. */
export async function untilState(site: Site, id: string, wanted: string): Promise<void> {
  const read = async () => (await call(site, 'GET', `messages/${id}`)).state;
  await eventually(read, wanted);
}

/** Markup that would run if a page took text for HTML. */
export const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>';
