import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDelivery } from '../support/deliveries.ts';
import { installationOf, sealKey } from '../support/installations.ts';
import { eventually } from '../support/program.ts';
import { hourMs, setUp } from './install-support.ts';

test('an event removes an installation that is older than it, and none that came after it', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(hourMs);
  await installer.ended('T2', 'app_uninstalled', clock.now() - 2 * hourMs);
  assert.ok(await store.workspace('T2'), 'the event is about an installation before');
  await installer.ended('T2', 'app_uninstalled', clock.now());
  assert.equal(await store.workspace('T2'), null);
  await installer.ended('T2', 'tokens_revoked', clock.now());
  assert.equal(
    slack.callsOf('auth.test').filter(({ token }) => token === 'xoxb-test-2').length,
    1,
    'at its arrival alone',
  );
});

test('close to the event Slack tells which installation it is about', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  await installer.ended('T2', 'app_uninstalled', clock.now() + 5_000);
  assert.ok(await store.workspace('T2'), 'its token works: the clocks differ, and it was installed anew');
  slack.setTokenState('account_inactive', 'T2');
  // Slack tells whole seconds: an installation of the same second has a later time.
  await installer.ended('T2', 'app_uninstalled', clock.now() - 700);
  assert.equal(await store.workspace('T2'), null);
});

test('when Slack does not answer, the times decide', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  const installer = open(store);
  slack.faults.add({ method: 'auth.test', kind: 'drop', times: Number.POSITIVE_INFINITY });
  await store.saveWorkspace(installationOf({ team: 'T2', installedAt: clock.now() }));
  await installer.ended('T2', 'app_uninstalled', clock.now() - 1);
  assert.ok(await store.workspace('T2'));
  await installer.ended('T2', 'app_uninstalled', clock.now() + 1);
  assert.equal(await store.workspace('T2'), null);
});

test('revoked tokens end an installation whose own token works no more, however old it is', async (t) => {
  const { store, open, clock, slack } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  await clock.advance(hourMs);
  await installer.ended('T2', 'tokens_revoked', clock.now());
  assert.ok(await store.workspace('T2'), 'its token works: another one was revoked');
  const away = slack.faults.add({ method: 'auth.test', kind: 'drop' });
  await assert.rejects(
    installer.ended('T2', 'tokens_revoked', clock.now()),
    /not known whether the token of T2 still works/,
  );
  assert.equal(away.hits, 1);
  assert.ok(await store.workspace('T2'), 'Slack sends the event again');
  slack.setTokenState('token_revoked', 'T2');
  await installer.ended('T2', 'tokens_revoked', clock.now());
  assert.equal(await store.workspace('T2'), null);
});

test('a removal that Slack does not answer removes nothing, and one that it refuses is told', async (t) => {
  const { store, open, slack } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  slack.faults.add({ method: 'apps.uninstall', kind: 'status', status: 500 });
  await assert.rejects(
    installer.remove('T2', { erase: true }),
    /Slack did not answer .* Nothing was removed; try again/,
  );
  assert.ok(await store.workspace('T2'));
  slack.faults.add({ method: 'apps.uninstall', kind: 'error', error: 'client_id_token_mismatch' });
  const removal = await installer.remove('T2', { erase: false });
  assert.deepEqual(removal, {
    ...{ wasInstalled: true, isRevoked: false, rows: 0 },
    why: 'Slack refused to remove the app: client_id_token_mismatch',
  });
  assert.equal(await store.workspace('T2'), null);
});

test('a workspace whose token does not open, or works no more, can be removed', async (t) => {
  const { store, open, slack } = await setUp(t);
  const installer = open(store);
  await store.saveWorkspace(installationOf({ team: 'T2' }, { keys: sealKey('k2') }));
  const { isRevoked, why } = await installer.remove('T2', { erase: false });
  assert.equal(isRevoked, false);
  assert.match(why, /the key "k2", which TOKEN_KEYS does not have/);
  await installer.arriveAt('T3');
  slack.setTokenState('token_revoked', 'T3');
  assert.equal((await installer.remove('T3', { erase: false })).isRevoked, true);
});

test('the data of a workspace that left before can be erased; that of the own workspace cannot', async (t) => {
  const { store, open, clock } = await setUp(t);
  const installer = open(store);
  await store.install('T2');
  await assert.rejects(installer.remove('T2', { erase: false }), /There is no workspace "T2"/);
  const removal = await installer.remove('T2', { erase: true });
  assert.deepEqual([removal.wasInstalled, removal.rows], [false, 1]);
  await assert.rejects(installer.remove('T1', { erase: true }), /T1 is the workspace of SLACK_BOT_TOKEN/);
  assert.ok(clock.now() > 0);
});

test('an erase waits until what is under way for the workspace is written, and spares an installation of meanwhile', async (t) => {
  const { store, open, clock } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  const erasing = installer.remove('T2', { erase: true });
  await eventually('the workspace is removed', async () => (await store.workspace('T2')) === null);
  await store.accept({ key: 'T2:C1:1.1', deliveries: [newDelivery(clock.now(), { team: 'T2' })] });
  await clock.advance(1_000);
  assert.ok((await erasing).rows >= 2);
  assert.equal((await store.accept({ key: 'T2:C1:1.1' })).duplicate, false);

  await installer.arriveAt('T3');
  const refused = assert.rejects(installer.remove('T3', { erase: true }), /T3 has installed the app again meanwhile/);
  await eventually('the workspace is removed', async () => (await store.workspace('T3')) === null);
  await store.saveWorkspace(installationOf({ team: 'T3' }));
  await clock.advance(1_000);
  await refused;
  assert.ok(await store.workspace('T3'));
});
