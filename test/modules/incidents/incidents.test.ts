import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoreUnavailable } from '../../../src/domain/errors.ts';
import { createIncidentLog, decide } from '../../../src/modules/incidents/incidents.ts';
import type { Claimed } from '../../../src/ports/outbox-store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';
import { alert, notification, resolved } from './notifications.ts';

async function setUp(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const open = async () => {
    const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
    t.after(() => store.close());
    return store;
  };
  const store = await open();
  const counted: string[] = [];
  const logOver = (over: Store) =>
    createIncidentLog({
      store: over,
      clock,
      newId: randomUUID,
      team: () => 'T1',
      ttlMs: 3_600_000,
      channel: () => '#alerts',
      publicUrl: '',
      count: (status) => counted.push(status),
    });
  const cards = async () => (await store.deliveries({}, null, 50)).items.reverse();
  async function claim(): Promise<Claimed> {
    const [claimed] = await store.claim(clock.now(), 30_000, 10);
    assert.ok(claimed, 'something is due');
    return claimed;
  }
  async function send(): Promise<void> {
    const { delivery, tat } = await claim();
    const now = clock.now();
    const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
    const how =
      delivery.pending === null ? ({ to: 'sent', slack, uploaded: 0 } as const) : ({ to: 'changed' } as const);
    await store.settle(delivery, { ...how, readyAt: now, tat }, now);
  }
  async function fail(): Promise<void> {
    const { delivery, tat } = await claim();
    const now = clock.now();
    await store.settle(delivery, { to: 'failed', error: 'channel_not_found', readyAt: now, tat }, now);
  }
  return { clock, store, open, logOver, take: logOver(store), cards, claim, send, fail, counted };
}

const firing = notification([alert()]);

test('what is decided, by what is remembered and what became of the card', () => {
  const known = { delivery: 'd', status: 'firing', digest: 'a', since: null } as const;
  const over = { ...known, status: 'resolved' } as const;
  const fires = { status: 'firing', digest: 'b' } as const;
  const again = { status: 'firing', digest: 'a' } as const;
  const ends = { status: 'resolved', digest: 'b' } as const;
  const sent = { state: 'sent', pending: null, error: null } as const;
  const failed = { state: 'failed', pending: null, error: null } as const;
  const goes = { state: 'sent', pending: 'delete', error: null } as const;
  const cases: [...Parameters<typeof decide>, step: string][] = [
    [null, null, fires, 'post'],
    [null, null, ends, 'nothing'],
    [known, sent, again, 'nothing'],
    [known, sent, fires, 'edit'],
    [known, sent, ends, 'edit'],
    [known, { state: 'queued', pending: null, error: null }, fires, 'edit'],
    [known, { state: 'sending', pending: null, error: null }, fires, 'edit'],
    [known, failed, again, 'post'],
    [known, failed, ends, 'post'],
    [known, { state: 'expired', pending: null, error: null }, again, 'post'],
    [known, null, again, 'post'],
    [known, goes, again, 'nothing'],
    [known, goes, fires, 'post'],
    [known, { state: 'withdrawn', pending: null, error: null }, ends, 'nothing'],
    [known, { ...sent, error: 'message_not_found' }, again, 'post'],
    [known, { ...sent, pending: 'update', error: 'HTTP 500' }, again, 'nothing'],
    [over, sent, fires, 'post'],
    [over, sent, again, 'post'],
    [over, sent, { status: 'resolved', digest: 'a' }, 'nothing'],
    [over, failed, { status: 'resolved', digest: 'a' }, 'nothing'],
    [over, sent, ends, 'edit'],
  ];
  for (const [before, card, now, step] of cases) {
    assert.equal(decide(before, card, now), step, JSON.stringify([before, card, now]));
  }
});

test('from the first alert to the last: one message, edited; then a new one', async (t) => {
  const { take, cards, send, counted, clock } = await setUp(t);
  const first = await take(firing);
  assert.equal(first.msg, 'A new card is on its way.');
  await send();
  assert.deepEqual(await take(firing), { msg: 'Nothing has changed.', id: first.id });
  assert.equal((await cards())[0]?.pending, null);

  const more = notification([...firing.alerts, alert({ labels: { instance: 'db-2' } })]);
  assert.deepEqual(await take(more), { msg: 'The card is edited.', id: first.id });
  assert.equal((await cards())[0]?.pending, 'update');
  await clock.advance(2_000);
  await send();
  assert.match((await cards())[0]?.text ?? '', /2 firing/);

  // Alertmanager tells of those only that were resolved since the last time; the duration is that of the whole.
  const late = alert({ labels: { instance: 'db-2' }, startsAt: '2026-01-02T05:00:00Z' });
  assert.equal((await take(resolved(notification([late])))).id, first.id);
  await clock.advance(2_000);
  await send();
  assert.match((await cards())[0]?.text ?? '', /^:white_check_mark: .* resolved after 2h 4m/);
  assert.equal((await take(resolved(notification([late])))).msg, 'Nothing has changed.');

  const again = await take(firing);
  assert.notEqual(again.id, first.id);
  assert.deepEqual(
    (await cards()).map(({ id, channel, source, similarKey }) => [id, channel, source, similarKey]),
    [first.id, again.id].map((id) => [id, '#alerts', 'incident', null]),
  );
  assert.deepEqual(counted, ['firing', 'resolved', 'firing']);
});

test('what is still queued is changed in place', async (t) => {
  const { take, cards } = await setUp(t);
  await take(firing);
  await take(resolved(firing));
  assert.equal((await cards()).length, 1);
  assert.deepEqual([(await cards())[0]?.state, (await cards())[0]?.pending], ['queued', null]);
  assert.match((await cards())[0]?.text ?? '', /resolved/);
});

test('a card that failed is posted again by the next notification', async (t) => {
  const { take, cards, fail, counted } = await setUp(t);
  await take(firing);
  await fail();
  assert.equal((await take(firing)).msg, 'A new card is on its way.');
  assert.deepEqual(
    (await cards()).map(({ state }) => state),
    ['failed', 'queued'],
  );
  assert.deepEqual(counted, ['firing'], 'the same incident');
});

test('a card that somebody deleted in Slack is posted again', async (t) => {
  const { store, take, send, claim, cards, clock } = await setUp(t);
  await take(firing);
  await send();
  const more = notification([...firing.alerts, alert({ labels: { instance: 'db-2' } })]);
  await take(more);
  await clock.advance(2_000);
  const { delivery, tat } = await claim();
  await store.settle(delivery, { to: 'changed', error: 'message_not_found', readyAt: 0, tat }, clock.now());
  assert.equal((await take(more)).msg, 'A new card is on its way.');
  assert.match((await cards())[1]?.text ?? '', /2 firing/);
});

test('groups have cards of their own; a group that was never told of ends unseen', async (t) => {
  const { take, cards } = await setUp(t);
  const other = { ...firing, groupKey: 'x'.repeat(100_000) };
  assert.deepEqual(await take(resolved(other)), { msg: 'There is no card to resolve.', id: null });
  const [one, two] = [await take(firing), await take(other)];
  assert.notEqual(one.id, two.id);
  assert.equal((await cards()).length, 2);
  assert.deepEqual(await take(notification([alert({ labels: { alertname: 'Watchdog' } })])), {
    msg: 'A Watchdog is not posted.',
    id: null,
  });
});

test('the same at the same time, in one program or in two: one card', async (t) => {
  const { take, cards, open, logOver } = await setUp(t);
  const other = logOver(await open());
  const told = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? take : other)(firing)));
  assert.equal(new Set(told.map(({ id }) => id)).size, 1);
  assert.equal((await cards()).length, 1);
});

test('a card that ends between decision and commit is decided anew', async (t) => {
  const { store, take, fail, logOver, cards } = await setUp(t);
  await take(firing);
  let meanwhile: (() => Promise<unknown>) | null = fail;
  const slow = logOver({
    ...store,
    async accept(work) {
      const before = meanwhile;
      meanwhile = null;
      await before?.();
      return store.accept(work);
    },
  });
  await slow(resolved(firing));
  assert.deepEqual(
    (await cards()).map(({ state }) => state),
    ['failed', 'queued'],
  );
  assert.match((await cards())[1]?.text ?? '', /resolved/);
});

test('a store that cannot write: nothing is remembered, and the next try does all', async (t) => {
  const { store, take, logOver, cards, counted } = await setUp(t);
  const full = logOver({ ...store, accept: () => Promise.reject(new StoreUnavailable('full')) });
  await assert.rejects(() => full(firing), StoreUnavailable);
  assert.deepEqual([(await cards()).length, counted], [0, []]);
  await take(firing);
  assert.equal((await cards()).length, 1);
  const late = logOver({ ...store, accept: async () => ({ duplicate: true, fingerprint: null, deliveryId: null }) });
  await assert.rejects(() => late(resolved(firing)), StoreUnavailable, 'no end of others who are faster');
});

test('after as long as the ledger keeps messages it is told anew', async (t) => {
  const { store, clock, take, send, cards } = await setUp(t);
  await take(firing);
  await send();
  clock.skip(3 * 86_400_000);
  await store.prune(clock.now() - 2 * 86_400_000);
  assert.equal((await take(firing)).msg, 'A new card is on its way.');
  assert.deepEqual(
    (await cards()).map(({ state }) => state),
    ['sent', 'queued'],
  );
});
