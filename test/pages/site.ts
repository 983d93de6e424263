import { setTimeout as pause } from 'node:timers/promises';
import type { Site } from './browser.ts';

/** The HTTP API, as a script would use it. */
async function call(site: Site, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
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

/** Posts to Slack; answers the delivery's id. */
export async function send(site: Site, channel: string, text: string): Promise<string> {
  const { id } = await call(site, 'POST', 'slack', { msg: { channel, text, title: 'notes.txt', payload: 'line one' } });
  return String(id);
}

/** Waits until a delivery is in the state. */
export async function untilState(site: Site, id: string, wanted: string): Promise<void> {
  let state: unknown;
  for (let tries = 0; tries < 200; tries++) {
    ({ state } = await call(site, 'GET', `messages/${id}`));
    if (state === wanted) return;
    await pause(50);
  }
  throw new Error(`delivery ${id} is ${String(state)}, not ${wanted}, after 10 s`);
}

/** Markup that would run if a page took text for HTML. */
export const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>';
