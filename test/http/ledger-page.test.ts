import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { ledgerPage } from '../../src/http/ledger-page.ts';
import type { DeliveryFilter } from '../../src/ports/ledger-store.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp.ts';

async function filled(t: import('node:test').TestContext, count: number) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: 'o', clock, coalesceMs: 0, onError: assert.ifError });
  t.after(() => store.close());
  for (let done = 0; done < count; done += 10_000) {
    const deliveries = Array.from({ length: Math.min(10_000, count - done) }, (_, index) =>
      newDelivery(clock.now(), {
        text: `line ${done + index} of a log`,
        destination: inSlack(`#c${(done + index) % 5}`),
      }),
    );
    await store.accept({ deliveries });
  }
  return store;
}

test('a search through a long ledger is done in slices: none of them holds up the event loop', async (t) => {
  const store = await filled(t, 60_000);
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const page = await ledgerPage({ store, clock: systemClock }, { search: 'LINE 3 OF' }, null, 50);
  counting = false;
  assert.deepEqual(
    page.items.map(({ text }) => text),
    ['line 3 of a log'],
  );
  assert.equal(page.next, null);
  assert.ok(turns >= 4, `${turns} turns of the event loop in between`);
});

test('one call of the store looks at a bounded number of deliveries, and says where to go on', async (t) => {
  const store = await filled(t, 12_000);
  const filters: DeliveryFilter[] = [{ search: 'line 3 of' }, { state: 'failed' }, { channel: 'nowhere' }];
  for (const filter of filters) {
    let calls = 0;
    let found = 0;
    for (let cursor: string | null = null; calls === 0 || cursor !== null; calls += 1) {
      const page = await store.deliveries(filter, cursor, 50, 1_000);
      found += page.items.length;
      cursor = page.next;
    }
    assert.equal(calls, 12, JSON.stringify(filter));
    assert.equal(found, filter.search ? 1 : 0);
  }
});

test('pages that are filtered leave nothing out and repeat nothing', async (t) => {
  const store = await filled(t, 3_000);
  const seen: number[] = [];
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = await ledgerPage({ store, clock: systemClock }, { channel: '#c2' }, cursor, 70);
    seen.push(...page.items.map(({ seq }) => seq));
    cursor = page.next;
  }
  assert.equal(seen.length, 600);
  assert.deepEqual(
    seen,
    [...new Set(seen)].sort((a, b) => b - a),
  );
});

test('a search that takes too long returns what it found until then, and where to go on', async (t) => {
  const store = await filled(t, 3_000);
  let now = 0;
  const clock = { monotonic: () => (now += 2_000) };
  const page = await ledgerPage({ store, clock }, { search: 'line 3 of' }, null, 50);
  assert.deepEqual(page.items, []);
  assert.ok(Number(page.next) > 0);
});

test('a page of long messages ends at 1 MiB of text, with at least one message', async (t) => {
  const store = await filled(t, 0);
  const deliveries = Array.from({ length: 200 }, () => newDelivery(1, { text: 'x'.repeat(40_000) }));
  await store.accept({ deliveries });
  const page = await ledgerPage({ store, clock: systemClock }, {}, null, 200);
  assert.equal(page.items.length, 26);
  const rest = await ledgerPage({ store, clock: systemClock }, {}, page.next, 200);
  assert.equal(rest.items[0]?.seq, (page.items.at(-1)?.seq ?? 0) - 1);
});
