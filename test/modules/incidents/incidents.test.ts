import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoreUnavailable, WrongState } from '../../../src/domain/errors.ts';
import { noNames } from '../../../src/domain/visible-text.ts';
import { createIncidentLog } from '../../../src/modules/incidents/incidents.ts';
import { createWrite } from '../../../src/modules/incidents/write.ts';
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
  store.onIncident(({ history }) => {
    for (const { kind } of history) if (kind === 'opened' || kind === 'resolved') counted.push(kind);
  });
  const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: 3_600_000 });
  const options = { publicUrl: '', names: noNames, canRestart: () => false, canRun: () => false, canReadLogs: false };
  const write = createWrite({ stamp, options, copiesOf: () => [], hasAlertmanager: false });
  const logOver = (over: Store) =>
    createIncidentLog({
      ...{ store: over, stamp, write, team: () => 'T1', channel: () => '#alerts', channelOf: (written) => written },
      ...{ publicUrl: '', contextAfterMs: null, inMaintenance: async () => false },
    }).take;
  const all = async () => (await store.deliveries({}, null, 50)).items.reverse();
  const cards = async () => (await all()).filter(({ replyTo }) => replyTo === undefined);
  const replies = async () => (await all()).filter(({ replyTo }) => replyTo !== undefined);
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
  return { clock, store, open, logOver, take: logOver(store), cards, replies, claim, send, fail, counted };
}

const firing = notification([alert()]);

test('a group has one message that is edited until it is resolved, and then a new one', async (t) => {
  const { take, cards, replies, send, counted, clock } = await setUp(t);
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
    (await cards()).map(({ id, destination, source, similarKey }) => [id, destination.address, source, similarKey]),
    [first.id, again.id].map((id) => [id, '#alerts', 'incident', null]),
  );
  assert.deepEqual(
    (await replies()).map(({ text, replyTo }) => [text, replyTo]),
    [['Resolved after 2h 4m.', first.id]],
    'the thread has the end once',
  );
  assert.deepEqual(counted, ['opened', 'resolved', 'opened']);
});

test('a card that is still queued is changed in the store', async (t) => {
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
  assert.deepEqual(counted, ['opened'], 'the same incident');
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

test('each group has its own card, and a group without a card is resolved without one', async (t) => {
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

test('concurrent notifications of a group make one card, also in two programs', async (t) => {
  const { take, cards, open, logOver } = await setUp(t);
  const other = logOver(await open());
  const told = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? take : other)(firing)));
  assert.equal(new Set(told.map(({ id }) => id)).size, 1);
  assert.equal((await cards()).length, 1);
});

test('a decision is repeated when the card ends before the commit', async (t) => {
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

test('if the store cannot write, nothing is stored, and the next notification makes the card', async (t) => {
  const { store, take, logOver, cards, counted } = await setUp(t);
  const full = logOver({ ...store, accept: () => Promise.reject(new StoreUnavailable('full')) });
  await assert.rejects(() => full(firing), StoreUnavailable);
  assert.deepEqual([(await cards()).length, counted], [0, []]);
  await take(firing);
  assert.equal((await cards()).length, 1);
  const late = logOver({ ...store, accept: () => Promise.reject(new WrongState('meanwhile')) });
  await assert.rejects(() => late(resolved(firing)), StoreUnavailable, 'no end of others who are faster');
});

test('the card of an open incident stays in the ledger, however old it is', async (t) => {
  const { store, clock, take, send, cards } = await setUp(t);
  await take(firing);
  await send();
  await take({ ...firing, groupKey: 'another' });
  await send();
  clock.skip(3 * 86_400_000);
  await store.prune(clock.now() - 2 * 86_400_000);
  assert.equal((await take(firing)).msg, 'Nothing has changed.');
  assert.equal((await cards()).length, 2);
});
