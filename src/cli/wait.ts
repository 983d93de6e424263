import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../api/index.ts';
import { type DeliveryState, stateVerbs } from '../domain/delivery.ts';
import { type ApiClient, NotReached } from './api-client.ts';
import { CommandFailed } from './command.ts';

/** Between two looks, milliseconds: short at first, since most messages are gone at once. */
const firstMs = 100;
const mostMs = 2_000;
/** The program may be restarted meanwhile; the message is in its store. */
const patienceMs = 60_000;

/** Looks until the message has ended; answers where it is in Slack, and hands each warning to `warn`. @throws CommandFailed when it was not sent */
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

/** The simulator's permalinks are paths of the program itself. */
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
