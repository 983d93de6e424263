import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { WrongState } from '../../src/domain/errors.ts';
import type { AttemptResult } from '../../src/domain/transitions.ts';
import { newDelivery } from '../support/deliveries.ts';
import { Random } from '../support/random.ts';
import { StoreModel } from './store-model.ts';
import type { StoreUnderTest } from './store-setup.ts';

const leaseMs = 30_000;
const histories = 20;
const steps = 150;
/** The number of messages of a channel that a store may expire in one step. */
const mostDeliveries = 240;

/** Part of the store's contract: after random operations its deliveries equal those of the pure rules. */
export function historyContract(name: string, make: (t: TestContext) => Promise<StoreUnderTest>): void {
  for (let seed = 1; seed <= histories; seed += 1) {
    test(`after each operation of history ${seed}, ${name} has the deliveries of the pure rules`, async (t) => {
      const { store, clock } = await make(t);
      const random = new Random(seed);
      const model = new StoreModel({ backlog: 10, openMs: 600_000 });
      const underWay: { claimed: Delivery; tat: number }[] = [];
      let seq = 0;

      const take = async (channel: string, count: number, keys: readonly (number | null)[]) => {
        const given = Array.from({ length: count }, () =>
          newDelivery(clock.now(), {
            destination: inSlack(channel),
            similarKey: random.pick(keys),
            text: `text ${random.below(1000)}`,
            expiresAt: clock.now() + random.pick([20_000, 900_000, 3_600_000, 3_600_000]),
          }),
        );
        await store.accept({ deliveries: given });
        for (const each of given) {
          seq += 1;
          model.accept(each, seq);
        }
      };
      const accept = () => take(random.pick(['#a', '#b']), 1 + random.below(4), [1, 2, null]);
      /** Fills a channel and ends its current delivery, so that a digest is made or more messages are merged into it. */
      const flood = async () => {
        await take('#a', 12, [1]);
        while (underWay.length > 0) await settle();
        await claim();
        if (random.below(3) > 0) await settle();
      };
      const claim = async () => {
        const claimed = await store.claim(clock.now(), leaseMs, 10);
        const expected = model.claim(clock.now(), leaseMs).map((row) => structuredClone(row));
        const bySeq = (a: Delivery, b: Delivery) => a.seq - b.seq;
        assert.deepEqual(plain(claimed.map(({ delivery }) => delivery).sort(bySeq)), plain(expected.sort(bySeq)));
        for (const { delivery, tat } of claimed) underWay.push({ claimed: delivery, tat });
      };
      const settle = async () => {
        const [attempt] = underWay.splice(random.below(underWay.length), 1);
        if (attempt === undefined) return claim();
        const { claimed, tat } = attempt;
        const settlement = { ...resultOf(claimed), readyAt: clock.now() + random.pick([0, 1_000]), tat };
        await store.settle(claimed, settlement, clock.now());
        model.settle(claimed, settlement, clock.now());
        if (settlement.to === 'posted') underWay.push({ claimed: structuredClone(model.get(claimed.id)), tat });
      };
      const resultOf = (claimed: Delivery): AttemptResult => {
        const slack = { channel: 'C1', ts: `1.${claimed.seq}`, permalink: null };
        const changes: AttemptResult[] = [
          { to: 'changed' },
          { to: 'changed', error: 'cant_update_message' },
          { to: 'changed', error: 'message_not_found', gone: true },
          { to: 'retry', error: 'ratelimited', outcomeUnknown: false },
        ];
        if (claimed.pending === 'delete')
          return random.pick([...changes.slice(0, 2), { ...changes[1], slack } as never]);
        if (claimed.state === 'sent') return random.pick(changes);
        const warnings = random.pick([[], ['a.txt: too large']]);
        return random.pick<AttemptResult>([
          { to: 'sent', slack, uploaded: 0, warnings },
          { to: 'sent', slack, uploaded: 0 },
          { to: 'posted', slack, uploaded: 0, warnings },
          { to: 'retry', error: 'timeout', outcomeUnknown: random.pick([true, false]) },
          { to: 'failed', error: 'is_archived' },
        ]);
      };
      /** Runs an operation on both stores. If one refuses it, the other refuses it with the same error. */
      const both = async (ours: () => Promise<unknown>, theirs: () => void) => {
        const [refusal, expected] = [await refusalOf(ours), await refusalOf(async () => theirs())];
        assert.equal(refusal, expected);
      };
      /** Prefers digests: they are few, and most rules are about them. */
      const anyId = () => {
        const digests = model.rows.filter(({ mergedCount }) => mergedCount > 0);
        const members = model.rows.filter(({ mergedInto }) => mergedInto !== null);
        const unknown = model.rows.filter(({ outcomeUnknown, state }) => outcomeUnknown && state === 'queued');
        const few = random.pick([digests, members, unknown, model.rows]);
        return random.pick(few.length > 0 ? few : model.rows).id;
      };
      const withdrawOne = (id: string, merged: boolean) =>
        both(
          () => store.withdraw(id, clock.now(), { merged }),
          () => model.withdraw(id, merged, clock.now()),
        );
      const withdraw = () => withdrawOne(anyId(), random.pick([true, false]));
      const handOver = async () => {
        const digest = random.pick(model.rows.filter(({ mergedCount }) => mergedCount > 0));
        if (digest !== undefined) await withdrawOne(digest.id, false);
      };
      const edit = () => {
        const id = anyId();
        const content = random.pick([{ text: 'edited' }, { title: 'T' }, { text: 'x', blocks: [{ type: 'divider' }] }]);
        return both(
          () => store.edit(id, content, clock.now()),
          () => model.edit(id, content, clock.now()),
        );
      };
      const requeue = () => {
        const [id, expiresAt] = [anyId(), clock.now() + 60_000];
        return both(
          () => store.requeue(id, clock.now(), expiresAt),
          () => model.requeue(id, expiresAt, clock.now()),
        );
      };
      const wait = async () => clock.skip(random.pick([1_000, 1_000, 5_000, 31_000, 700_000]));

      const often = [claim, claim, settle, settle, settle, withdraw, edit];
      const operations = [...often, accept, flood, flood, handOver, requeue, wait];
      await accept();
      for (let step = 0; step < steps && model.rows.length < mostDeliveries; step += 1) {
        const operation = random.pick(operations);
        await operation();
        const kept = (await store.deliveries({}, null, 10_000)).items.reverse();
        assert.deepEqual(plain(kept), plain(model.rows), `after step ${step}: ${operation.name}`);
      }
      assert.ok(model.rows.some(({ state }) => state === 'merged' || state === 'sent'));
    });
  }
}

async function refusalOf(run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof WrongState) return error.message;
    throw error;
  }
}

/** Returns a copy without the undefined fields. */
const plain = (rows: readonly Delivery[]) => JSON.parse(JSON.stringify(rows)) as unknown;
