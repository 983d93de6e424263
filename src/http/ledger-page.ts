import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { DeliveryFilter, Page } from '../ports/ledger-store.ts';
import type { Store } from '../ports/store.ts';

/** A search answers within this time with what it has found and where to go on. Milliseconds. */
const searchWithinMs = 3_000;
/** One look takes some milliseconds; everything else is served in between. */
const targetMs = 5;
const lookAtLeast = 100;
const lookAtMost = 20_000;
/** Nothing more is looked for once the texts have this many characters; a call of the store adds twice as many at most. */
const pageCharacters = 524_288;

type Parts = { store: Pick<Store, 'deliveries'>; clock: Pick<Clock, 'monotonic'> };

/** A page of the ledger, looked for in short slices. `next` is null at the end of the ledger alone. */
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
