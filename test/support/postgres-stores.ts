import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import type { PostgresOptions } from '../../src/stores/postgres/options.ts';

/** What the store has reported. */
export interface Reports {
  errors: unknown[];
  jumps: number[];
}

/** Opens a store on PostgreSQL by the system's clock, which is closed after the test. */
export async function openPostgresStore(
  t: Pick<TestContext, 'after'>,
  url: string,
  more: Partial<PostgresOptions> & { clock?: Clock } = {},
): Promise<Store & { reports: Reports }> {
  const reports: Reports = { errors: [], jumps: [] };
  const store = await createPostgresStore({
    ...{ url, owner: randomUUID(), clock: systemClock },
    onError: (error) => void reports.errors.push(error),
    onClockJump: (ms) => void reports.jumps.push(ms),
    ...more,
  });
  t.after(() => Promise.race([store.close(), sleep(5_000)]));
  return { ...store, reports };
}

/** Settles a claimed delivery as sent. */
export function markSent(store: Store, { delivery, tat }: Claimed, now = Date.now()): Promise<void> {
  const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
  return store.settle(delivery, { to: 'sent', slack, uploaded: 0, readyAt: now, tat }, now);
}

/** Tries again while the database is away. */
export async function untilTaken<T>(work: () => Promise<T>, withinMs = 30_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > until) throw error;
      await sleep(20);
    }
  }
}
