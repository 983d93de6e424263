import assert from 'node:assert/strict';
import type { Delivery, NewDelivery } from '../../src/domain/delivery.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { ManualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';

/** `open` opens the same store once more, as another process would. */
export interface StoreUnderTest {
  store: Store;
  clock: ManualClock;
  open(): Promise<Store>;
}

/** Defines a test of the contract, on a new and empty store. */
export type On = (title: string, run: (under: StoreUnderTest) => Promise<void>) => void;

export const leaseMs = 30_000;
export const backlog = 10;

export async function accept(
  { store, clock }: Pick<StoreUnderTest, 'store' | 'clock'>,
  ...more: Partial<NewDelivery>[]
): Promise<NewDelivery[]> {
  const deliveries = more.map((each) => newDelivery(clock.now(), each));
  await store.accept({ deliveries });
  return deliveries;
}

export const claim = ({ store, clock }: Pick<StoreUnderTest, 'store' | 'clock'>, limit = 10) =>
  store.claim(clock.now(), leaseMs, limit);

export const slackRef = (delivery: Delivery) => ({ channel: 'C1', ts: `1.${delivery.seq}`, permalink: null });

/** Settles a claimed delivery as sent. */
export async function send({ store, clock }: StoreUnderTest, { delivery, tat }: Claimed): Promise<void> {
  const now = clock.now();
  await store.settle(delivery, { to: 'sent', slack: slackRef(delivery), uploaded: 0, readyAt: now, tat }, now);
}

export function only(claimed: Claimed[]): Claimed {
  assert.equal(claimed.length, 1, 'exactly one is claimed');
  return claimed[0] as Claimed;
}
