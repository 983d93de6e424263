import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { DeliveryFilter, Page } from '../ports/ledger-store.ts';
import type { Store } from '../ports/store.ts';

/** After this time a search returns the rows found so far, and the cursor to continue from. */
const searchWithinMs = 3_000;
/** How long one query of the store should take; the event loop serves other requests between two queries. */
const targetMs = 5;
/** Fewest and most rows that one query examines. */
const lookAtLeast = 100;
const lookAtMost = 20_000;
/** A search ends once its texts have this many characters. One query of the store adds at most twice as many. */
const pageCharacters = 524_288;

type Parts = { store: Pick<Store, 'deliveries'>; clock: Pick<Clock, 'monotonic'> };

/** Returns a page of the ledger, searched by several short queries. `next` is null only at the end of the ledger. */
export async function ledgerPage(
  { store, clock }: Parts,
  filter: DeliveryFilter,
  cursor: string | null,
  limit: number,
): Promise<Page<Delivery>> {
  const endsAt = clock.monotonic() + searchWithinMs;
  const items: Delivery[] = [];
  let next = cursor;
  let look = 1_000;
  let characters = 0;
  for (;;) {
    const startedAt = clock.monotonic();
    const page = await store.deliveries(filter, next, limit - items.length, look);
    const tookMs = clock.monotonic() - startedAt;
    items.push(...page.items);
    next = page.next;
    for (const { text } of page.items) characters += text.length;
    if (next === null || items.length >= limit || characters > pageCharacters || clock.monotonic() > endsAt) {
      return { items, next };
    }
    look = Math.round(Math.min(lookAtMost, Math.max(lookAtLeast, tookMs > targetMs ? look / 2 : look * 2)));
    await nextTurn();
  }
}
