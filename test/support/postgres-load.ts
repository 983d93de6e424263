import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewDelivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { newDelivery } from './deliveries.ts';
import type { PostgresServer } from './postgres.ts';
import { markSent } from './postgres-stores.ts';

/** What callers were told of what they sent. */
export interface Sent {
  lane: string;
  id: string;
  key: string;
}

export interface Tally {
  acknowledged: Sent[];
  /** Of deliveries in the order in which they were claimed. */
  claimed: { id: string; lane: string; at: number; outcomeUnknown: boolean }[];
  errors: unknown[];
}

export const newTally = (): Tally => ({ acknowledged: [], claimed: [], errors: [] });

export interface Load {
  isOver(): boolean;
  tally: Tally;
}

/**
 * A caller: sends one message after the other into one lane, each of them with its key until it is acknowledged, and counts it.
 */
export async function send(
  store: Pick<Store, 'accept'>,
  lane: string,
  { isOver, tally }: Load,
  more: () => Partial<NewDelivery> = () => ({}),
): Promise<void> {
  while (!isOver()) {
    const key = randomUUID();
    const delivery = newDelivery(Date.now(), { destination: inSlack(lane), text: key, ...more() });
    for (;;) {
      try {
        await store.accept({ key, deliveries: [delivery], counts: { team: 'T1', by: { total_msg_count: 1 } } });
        tally.acknowledged.push({ lane, id: delivery.id, key });
        break;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) {
          tally.errors.push(error);
          return;
        }
        await sleep(30);
      }
    }
  }
}

/** A worker: claims and settles until it is over and nothing is left. */
export async function work(store: Store, load: Load, leaseMs: number, limit = 16): Promise<void> {
  let empty = 0;
  while (!load.isOver() || empty < 5) {
    try {
      const claimed = await store.claim(Date.now(), leaseMs, limit);
      for (const { delivery } of claimed) {
        const { id, destination, outcomeUnknown } = delivery;
        load.tally.claimed.push({ id, lane: destination.address, at: Date.now(), outcomeUnknown });
      }
      const leaseEnds = Date.now() + leaseMs;
      await Promise.all(claimed.map((each) => settleWithin(store, each, leaseEnds, load.tally)));
      if (claimed.length > 0) empty = 0;
      else {
        const due = (await store.nextDue()) - Date.now();
        if (due === Number.POSITIVE_INFINITY) empty += 1;
        await sleep(Math.max(5, Math.min(due, 50)));
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) load.tally.errors.push(error);
      await sleep(50);
    }
  }
}

async function settleWithin(store: Store, claimed: Claimed, leaseEnds: number, tally: Tally): Promise<void> {
  for (;;) {
    try {
      return await markSent(store, claimed);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) tally.errors.push(error);
      if (Date.now() > leaseEnds || !(error instanceof StoreUnavailable)) return;
      await sleep(30);
    }
  }
}

export interface Verdict {
  acknowledged: number;
  claims: number;
  /** Acknowledged, and not claimed. */
  lost: number;
  /** Claimed again within a lease. */
  twice: number;
  /** Claimed again after a lease without the mark that the outcome is unknown. */
  unmarked: number;
  /** Claimed before something of the same caller that was acknowledged before it. */
  outOfOrder: number;
}

export function judge({ acknowledged, claimed }: Tally, leaseMs: number): Verdict {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  let [twice, unmarked] = [0, 0];
  for (const [index, { id, at, outcomeUnknown }] of [...claimed].sort((a, b) => a.at - b.at).entries()) {
    const before = last.get(id);
    // The clock of the claim is read after its commit.
    if (before !== undefined && at - before < leaseMs / 2) twice += 1;
    if (before !== undefined && !outcomeUnknown) unmarked += 1;
    last.set(id, at);
    if (!first.has(id)) first.set(id, index);
  }
  let [lost, outOfOrder] = [0, 0];
  const newest = new Map<string, number>();
  for (const { lane, id } of acknowledged) {
    const at = first.get(id);
    if (at === undefined) lost += 1;
    else {
      if (at < (newest.get(lane) ?? -1)) outOfOrder += 1;
      newest.set(lane, Math.max(at, newest.get(lane) ?? -1));
    }
  }
  return { acknowledged: acknowledged.length, claims: claimed.length, lost, twice, unmarked, outOfOrder };
}

/** Kills a server again and again until a time, and starts it each time. Resolves with how often. */
export async function killServer(server: Pick<PostgresServer, 'kill' | 'start'>, until: number): Promise<number> {
  let kills = 0;
  while (Date.now() < until) {
    await sleep(700 + Math.random() * 1_500);
    await server.kill();
    kills += 1;
    await server.start();
  }
  return kills;
}
