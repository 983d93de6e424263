import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { settled } from '../support/clock.ts';
import { installationOf, sealKey } from '../support/installations.ts';
import { setUp } from './install-support.ts';

test('an installation is found by its team, else by its organisation, and read once', async (t) => {
  const { store, open } = await setUp(t);
  const installer = open(store);
  await store.saveWorkspace(installationOf({ team: 'T2', enterprise: 'E1' }, { botToken: 'xoxb-own' }));
  await store.saveWorkspace(installationOf({ team: 'E1', enterprise: 'E1', isOrg: true }, { botToken: 'xoxb-org' }));
  await store.saveWorkspace(installationOf({ team: 'E2', isOrg: false }));
  let reads = 0;
  const { workspace } = store;
  store.workspace = (team) => {
    reads += 1;
    return workspace(team);
  };
  const tokenOf = async (team: string, enterprise: string | null) =>
    (await installer.find(team, enterprise))?.token() ?? null;
  assert.equal(await tokenOf('T2', 'E1'), 'xoxb-own');
  assert.equal(await tokenOf('T9', 'E1'), 'xoxb-org');
  assert.equal(await tokenOf('T9', null), null);
  assert.equal(await tokenOf('T9', 'E2'), null, 'a workspace is no organisation');
  assert.equal(await tokenOf('E1', 'E1'), 'xoxb-org');
  const before = reads;
  for (let again = 0; again < 100; again += 1) await tokenOf('T9', 'E1');
  assert.equal(reads, before);
  const both = await Promise.all([installer.find('T5', null), installer.find('T5', null)]);
  assert.deepEqual([both, reads], [[null, null], before + 1]);
});

test('whoever holds an installation sees its new token; a new installation is another object', async (t) => {
  const { store, open, slack, clock } = await setUp(t);
  const installer = open(store);
  const told: string[] = [];
  installer.onChange((team) => told.push(team));
  await installer.arriveAt('T2');
  const held = await installer.find('T2', null);
  assert.equal(held?.token(), 'xoxb-test-2');
  const sealed = installationOf({ team: 'T2' }, { botToken: 'xoxb-rotated' });
  await store.changeWorkspace('T2', held?.installedAt ?? 0, { botToken: sealed.botToken });
  await settled();
  assert.equal(held?.token(), 'xoxb-rotated');
  assert.equal(await installer.find('T2', null), held);
  await clock.advance(5_000);
  slack.team('T2').botToken = 'xoxb-anew';
  await installer.arriveAt('T2');
  await settled();
  const anew = await installer.find('T2', null);
  assert.notEqual(anew, held);
  assert.equal(anew?.token(), 'xoxb-anew');
  await store.removeWorkspace('T2', clock.now() + 1);
  await settled();
  assert.equal(await installer.find('T2', null), null);
  assert.deepEqual(told, ['T2', 'T2', 'T2', 'T2']);
});

test('while the store is away an installation in memory is used, and another one is an error', async (t) => {
  const { store, open, clock } = await setUp(t);
  const installer = open(store);
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  await installer.find('T2', null);
  store.workspace = () => Promise.reject(new StoreUnavailable('away'));
  await clock.advance(120_000);
  assert.equal((await installer.find('T2', null))?.token(), 'xoxb-1');
  await assert.rejects(installer.find('T3', null), StoreUnavailable);
});

test('an installation whose key is not there has no token, which is logged once', async (t) => {
  const { store, open, clock, logged } = await setUp(t);
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  await store.saveWorkspace(installationOf({ team: 'T3' }, { keys: sealKey('k2') }));
  const installer = open(store, sealKey('k2'));
  for (let again = 0; again < 3; again += 1) {
    const found = await installer.find('T2', null);
    assert.deepEqual([found?.team, found?.token()], ['T2', null]);
    await clock.advance(61_000);
  }
  assert.deepEqual(
    logged.map(({ team, reason }) => [team, /the key "k1", which TOKEN_KEYS does not have/.test(String(reason))]),
    [['T2', true]],
  );
  assert.equal((await installer.find('T3', null))?.token(), 'xoxb-1');
  await installer.upkeep();
  assert.equal(installer.health().state, 'degraded');
  assert.deepEqual(installer.counts(), { all: 2, troubled: 0, unopened: 1 });
  const { items } = await installer.list(null, 10);
  assert.deepEqual(
    items.map(({ team, trouble }) => `${team} ${trouble}`),
    ['T2 key_missing', 'T3 null'],
  );
});

test('a program without the newest key goes on with the token that it has in memory', async (t) => {
  const { store, open, clock } = await setUp(t);
  const installer = open(store);
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  const held = await installer.find('T2', null);
  const { botToken } = installationOf({ team: 'T2' }, { keys: sealKey('k2') });
  await store.changeWorkspace('T2', 1_000, { botToken });
  await settled();
  await clock.advance(61_000);
  assert.equal(await installer.find('T2', null), held);
  assert.equal(held?.token(), 'xoxb-1');
});

test('memory holds 2,000 installations and no more', async (t) => {
  const { store, open } = await setUp(t);
  const installer = open(store);
  let reads = 0;
  store.workspace = async (team) => {
    reads += 1;
    return installationOf({ team });
  };
  for (let at = 0; at < 2_500; at += 1) await installer.find(`T${at}`, null);
  assert.equal(reads, 2_500);
  for (let at = 2_499; at >= 500; at -= 1) await installer.find(`T${at}`, null);
  assert.equal(reads, 2_500, 'the newest are in memory');
  await installer.find('T0', null);
  assert.equal(reads, 2_501);
});

test('a refused token becomes trouble, once, and one that works again ends it', async (t) => {
  const { store, open, clock } = await setUp(t);
  const installer = open(store);
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  const one = await installer.find('T2', null);
  assert.ok(one);
  let writes = 0;
  store.onWorkspace(() => {
    writes += 1;
  });
  const trouble = async () => (await store.workspace('T2'))?.trouble;
  installer.refused(one, null);
  for (let at = 0; at < 50; at += 1) installer.refused(one, 'account_inactive');
  await settled();
  assert.deepEqual([await trouble(), writes], ['account_inactive', 1]);
  await clock.advance(11_000);
  installer.refused(one, null);
  await settled();
  assert.deepEqual([await trouble(), writes], [null, 2]);
  await store.changeWorkspace('T2', 1_000, { trouble: 'invalid_refresh_token' });
  await settled();
  await clock.advance(11_000);
  installer.refused(one, null);
  await settled();
  assert.equal(await trouble(), 'invalid_refresh_token', 'a token that still works does not end that');
});
