import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { settled } from '../support/clock.ts';
import { sealKey } from '../support/installations.ts';
import { hourMs, setUp } from './install-support.ts';

const lifeMs = 12 * hourMs;
const minuteMs = 60_000;

test('a token is refreshed two hours before its end, also of a team that only gets posts, and not before', async (t) => {
  const { store, open, clock, slack, refreshCalls } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  const held = await installer.find('T2', null);
  const first = held?.token();
  assert.match(first ?? '', /^xoxe\.xoxb-/);
  await clock.advance(lifeMs - 2.5 * hourMs);
  await installer.upkeep();
  assert.equal(refreshCalls().length, 0);
  await clock.advance(0.5 * hourMs);
  await installer.upkeep();
  await settled();
  assert.deepEqual([installer.refreshes, refreshCalls().length], [['done'], 1]);
  assert.equal(held?.token(), slack.team('T2').botToken);
  assert.notEqual(held?.token(), first);
  await installer.upkeep();
  assert.equal(refreshCalls().length, 1, 'once');
  const row = await store.workspace('T2');
  assert.equal(row?.tokenExpiresAt, clock.now() + lifeMs);
  assert.doesNotMatch(JSON.stringify(row), /xoxe/, 'nothing is stored in the clear');
});

test('the refreshes of many teams are spread over twenty minutes', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  const one = await store.workspace('T2');
  assert.ok(one);
  const due: number[] = [];
  const seen = new Set<string>();
  const { workspace } = store;
  for (let at = 0; at < 200; at += 1) await store.saveWorkspace({ ...one, team: `T${1_000 + at}` });
  await clock.advance(lifeMs - 2 * hourMs - 21 * minuteMs);
  for (let minute = 0; minute < 22; minute += 1) {
    const before = seen.size;
    store.workspace = (team) => {
      seen.add(team);
      return workspace(team);
    };
    await installer.upkeep();
    due.push(seen.size - before);
    await clock.advance(minuteMs);
  }
  assert.equal(due[0], 0);
  assert.ok(Math.max(...due) < 25, due.join(' '));
  assert.equal(seen.size, 201);
});

test('a refresh that Slack does not answer is tried again, and becomes trouble when the token has ended', async (t) => {
  const { store, open, clock, slack, refreshCalls } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(lifeMs - 2 * hourMs);
  const away = slack.faults.add({
    ...{ method: 'oauth.v2.access', kind: 'status', status: 503, times: Number.POSITIVE_INFINITY },
  } as never);
  const trouble = async () => (await store.workspace('T2'))?.trouble ?? null;
  for (let minute = 0; minute < 10; minute += 1) {
    await installer.upkeep();
    await clock.advance(minuteMs);
  }
  assert.deepEqual([refreshCalls().length, await trouble()], [2, null], 'every five minutes');
  await clock.advance(2 * hourMs);
  await installer.upkeep();
  assert.match((await trouble()) ?? '', /^token_expired: HTTP 503|^token_expired: internal_error/);
  assert.equal(installer.counts()?.troubled, 1);
  away.remove();
  await clock.advance(6 * minuteMs);
  await installer.upkeep();
  assert.deepEqual([await trouble(), installer.refreshes.at(-1)], [null, 'done']);
});

test('a refresh token that Slack refuses is trouble that only a new installation ends', async (t) => {
  const { store, open, clock, slack, refreshCalls } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(lifeMs - 2 * hourMs);
  // The answer is lost: Slack has used the token up.
  slack.faults.add({ method: 'oauth.v2.access', kind: 'drop-after' });
  await installer.upkeep();
  await clock.advance(6 * minuteMs);
  await installer.upkeep();
  assert.deepEqual(installer.refreshes, ['failed', 'refused']);
  const row = await store.workspace('T2');
  assert.deepEqual([row?.trouble, row?.refreshToken], ['invalid_refresh_token', null]);
  await clock.advance(hourMs);
  await installer.upkeep();
  assert.equal(refreshCalls().length, 2, 'it is not tried again');
  await installer.arriveAt('T2');
  assert.equal((await store.workspace('T2'))?.trouble, null);
});

test('wrong settings of the app are no trouble of a workspace', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(lifeMs - 2 * hourMs);
  slack.faults.add({ method: 'oauth.v2.access', kind: 'error', error: 'bad_client_secret' });
  await installer.upkeep();
  const row = await store.workspace('T2');
  assert.deepEqual([row?.trouble, row?.refreshToken === null, installer.refreshes], [null, false, ['failed']]);
});

test('a new token that the store does not take is kept and written later', async (t) => {
  const { store, open, clock, slack, refreshCalls } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(lifeMs - 2 * hourMs);
  const { changeWorkspace } = store;
  store.changeWorkspace = () => Promise.reject(new StoreUnavailable('away'));
  await installer.upkeep();
  assert.deepEqual(installer.refreshes, ['failed']);
  store.changeWorkspace = changeWorkspace;
  await clock.advance(minuteMs);
  await installer.upkeep();
  await settled();
  assert.equal((await installer.find('T2', null))?.token(), slack.team('T2').botToken);
  await clock.advance(minuteMs * 10);
  await installer.upkeep();
  assert.equal(refreshCalls().length, 1);
});

test('a token that Slack refuses as ended is refreshed at once', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  const one = await installer.find('T2', null);
  assert.ok(one);
  await clock.advance(lifeMs + hourMs);
  const refreshed = new Promise((resolve) => installer.onRefresh(resolve));
  installer.refused(one, 'token_expired');
  installer.refused(one, 'token_expired');
  assert.equal(await refreshed, 'done');
  await installer.stop();
  await settled();
  assert.equal(one.token(), slack.team('T2').botToken);
});

test('a rekey during a refresh leaves that token alone, and the next one changes it', async (t) => {
  const { store, open, clock, slack, newStore } = await setUp(t);
  slack.oauth.rotate(lifeMs / 1_000);
  const installer = open(store);
  await installer.arriveAt('T2');
  const other = await newStore();
  assert.equal(await other.lease('token:T2', clock.now(), 30_000), true, 'another program refreshes it');
  const rekeying = open(store, `${sealKey('k2')},${sealKey('k1')}`);
  assert.deepEqual(await rekeying.rekey(null), { key: 'k2', changed: 0, busy: 1, unopened: [], next: null });
  await clock.advance(31_000);
  assert.deepEqual(await rekeying.rekey(null), { key: 'k2', changed: 1, busy: 0, unopened: [], next: null });
  const row = await store.workspace('T2');
  assert.deepEqual([row?.botToken.slice(0, 3), row?.refreshToken?.slice(0, 3)], ['k2.', 'k2.']);
});
