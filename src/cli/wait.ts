import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../api/index.ts';
import { type DeliveryState, stateVerbs } from '../domain/delivery.ts';
import { type ApiClient, NotReached } from './api-client.ts';
import { CommandFailed } from './command.ts';

/** First and longest polling interval. Short at first, since most messages are sent at once. */
const firstMs = 100;
const mostMs = 2_000;
/** How long the program may be unreachable: a restart does not lose the message. */
const patienceMs = 60_000;

/**
 * Polls until the message is sent. Resolves with its permalink, or its channel and ts; passes each warning to `warn`.
 * @throws CommandFailed when the message is not sent
 */
export async function waitForEnd(client: ApiClient, id: string, warn: (text: string) => void): Promise<string> {
  let pauseMs = firstMs;
  let unreachedSince: number | null = null;
  for (;;) {
    try {
      const seen = await client.call<Delivery>('GET', `/messages/${encodeURIComponent(id)}`);
      unreachedSince = null;
      if (seen.state === 'sent') {
        for (const warning of seen.warnings ?? []) warn(`warning: ${warning}`);
        return placeOf(seen, client.base, id);
      }
      if (seen.state === 'merged' && seen.mergedInto !== null) return await waitForEnd(client, seen.mergedInto, warn);
      if (seen.state !== 'queued' && seen.state !== 'sending') throw notSent(seen, id);
    } catch (error) {
      if (!(error instanceof NotReached)) throw error;
      unreachedSince ??= performance.now();
      if (performance.now() - unreachedSince > patienceMs) throw error;
    }
    await sleep(pauseMs);
    pauseMs = Math.min(mostMs, pauseMs * 1.5);
  }
}

/** Returns the permalink. Those of the simulator are paths, relative to the program's address. */
function placeOf({ slack }: Delivery, base: string, id: string): string {
  if (slack === null) return id;
  return slack.permalink === null ? `${slack.channel} ${slack.ts}` : new URL(slack.permalink, base).href;
}

function notSent({ state, error, expiresAt }: Delivery, id: string): CommandFailed {
  const usual: Partial<Record<DeliveryState, string>> = {
    expired: `it waited until ${expiresAt}`,
    withdrawn: 'through the API or the ledger page',
  };
  const why = error ?? usual[state] ?? 'no reason was recorded';
  return new CommandFailed(`The message ${id} ${stateVerbs[state]}: ${why}.`);
}
