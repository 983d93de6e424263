import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { slackManifest } from '../../src/slack/manifest.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { clientId, clientSecret, installationOf, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { nowhere, startProgram, ultronex } from './support.ts';

async function setUp(t: TestContext, keys: string, env: Record<string, string> = {}) {
  const slack = await startFakeSlack({ oauth: { clientId, clientSecret }, teams: [{ id: 'T1' }, { id: 'T2' }] });
  t.after(() => slack.stop());
  const PORT = String(await freePort());
  const rig = await startProgram({
    ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test-1', PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}` },
    ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: keys },
    ...env,
  });
  t.after(() => rig.stop());
  const options = { owner: 'test', clock: systemClock, onError: assert.ifError };
  const store = await createSqliteStore({ file: join(rig.dir, 'ultronex.db'), ...options });
  t.after(() => store.close());
  const doctor = async () => {
    const { out } = await ultronex(['doctor', '--url', await nowhere()], rig.env);
    return out.split('\n').filter((line) => line.includes('workspaces'));
  };
  return { slack, rig, store, doctor };
}

test('workspaces are listed page by page, rekeyed in steps, and removed', async (t) => {
  const { slack, rig, store, doctor } = await setUp(t, `${sealKey('k2')},${sealKey('k1')}`);
  assert.match((await ultronex(['workspaces', 'list'], rig.env)).err, /No workspace installed the bot/);
  assert.deepEqual(await doctor(), ['ok    workspaces    no other workspace has the bot']);
  assert.match((await ultronex(['doctor', '--help'])).out, /workspaces, Redis/);
  for (let at = 0; at < 450; at += 1) {
    await store.saveWorkspace(installationOf({ team: `T${1_000 + at}`, name: `Team ${at}` }));
  }
  const { code, out } = await ultronex(['workspaces', 'list'], rig.env);
  const lines = out.split('\n');
  assert.deepEqual([code, lines.length], [0, 450]);
  assert.match(lines[0] ?? '', /^T1000 +Team 0 +1970-01-01 {2}k1 +lacks app_mentions:read channels:read/);
  assert.equal(JSON.parse((await ultronex(['workspaces', 'list', '--json'], rig.env)).out).length, 450);
  assert.match(
    (await doctor()).join(),
    /450 installed, the tokens of 450 open.*the tokens of 450 need an older key; run ultronex workspaces rekey/s,
  );

  const rekeyed = await ultronex(['workspaces', 'rekey'], rig.env);
  assert.deepEqual(
    [rekeyed.code, rekeyed.out],
    [0, '450 encrypted anew with the key "k2" of the running program.\nIts keys other than "k2" are no longer needed.'],
  );
  assert.match((await ultronex(['workspaces', 'rekey'], rig.env)).out, /^0 encrypted anew/);
  assert.doesNotMatch((await doctor()).join(), /older key/);

  await store.saveWorkspace(installationOf({ team: 'T2' }, { botToken: 'xoxb-test-2', keys: sealKey('k2') }));
  await ultronex(['token', 'create', 'acme', '--scope', 'read', '--team', 'T2'], rig.env);
  assert.match((await ultronex(['token', 'list'], rig.env)).out, /^acme .* {2}read {2}of workspace T2$/);
  for (const scope of ['admin', 'events', 'beat:backup']) {
    const refused = await ultronex(
      ['token', 'create', 'x', '--scope', 'read', '--scope', scope, '--team', 'T2'],
      rig.env,
    );
    assert.deepEqual([refused.code, refused.out], [1, ''], scope);
    assert.match(
      refused.err,
      new RegExp(`scope "${scope}" has no effect for a token of workspace T2; such .* read, post, track`),
    );
  }
  assert.equal((await ultronex(['workspaces', 'remove', 'T2', '--erase'], rig.env)).out, 'Removed.\nErased 1 rows.');
  assert.equal(slack.team('T2').tokenState, 'account_inactive');
  const gone = await ultronex(['workspaces', 'remove', 'T2'], rig.env);
  assert.deepEqual([gone.code, /There is no workspace "T2"/.test(gone.err)], [1, true]);
});

test('a rekey fails while a token is sealed with a former key of the newest name', async (t) => {
  const { rig, store } = await setUp(t, `k2:${Buffer.alloc(32, 7).toString('base64')}`);
  await store.saveWorkspace(installationOf({ team: 'T2' }, { keys: sealKey('k2') }));
  const { code, out, err } = await ultronex(['workspaces', 'rekey'], rig.env);
  assert.deepEqual([code, out], [1, '0 encrypted anew with the key "k2" of the running program.']);
  assert.match(err, /decrypts the tokens of 1: T2/);
});

test('a key that is missing is named by the rekey and by doctor', async (t) => {
  const { rig, store, doctor } = await setUp(t, sealKey('k2'));
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  await store.saveWorkspace(installationOf({ team: 'T3', trouble: 'account_inactive' }, { keys: sealKey('k2') }));
  const { code, err } = await ultronex(['workspaces', 'rekey'], rig.env);
  assert.equal(code, 1);
  assert.match(err, /No key of the program's TOKEN_KEYS decrypts the tokens of 1: T2\. Add the missing key/);
  const listed = (await ultronex(['workspaces', 'list'], rig.env)).out.split('\n');
  assert.match(listed[0] ?? '', /^T2 .* k1 +trouble: key_missing/);
  assert.match(listed[1] ?? '', /^T3 .* k2 +trouble: account_inactive/);
  const [opened = '', trouble = ''] = await doctor();
  assert.match(
    opened,
    /^fail {2}workspaces {4}2 installed, the tokens of 1 open.* the key "k1", which TOKEN_KEYS does not have/,
  );
  assert.match(trouble, /^warn .*Slack refuses the token of 1; ultronex workspaces list shows why/);
});

test('list and doctor name the same scopes, also those of events that are recorded', async (t) => {
  const scopes = [...slackManifest({ mode: 'socket' }).oauth_config.scopes.bot];
  const { rig, store, doctor } = await setUp(t, sealKey('k1'), { REDIS_URL: 'redis://127.0.0.1:9' });
  const without = scopes.filter((scope) => scope !== 'files:read');
  await store.saveWorkspace(installationOf({ team: 'T2', scopes: without }));
  await store.saveWorkspace(installationOf({ team: 'T3', scopes: [...scopes, 'reactions:read', 'im:read'] }));
  const lacking = async () => (await doctor()).find((line) => line.includes('scopes'));
  const listed = (await ultronex(['workspaces', 'list'], rig.env)).out;
  assert.match(listed, /^T2 .* lacks files:read reactions:read im:read$/m);
  assert.match((await lacking()) ?? '', / 1 lacks scopes \(files:read, im:read, reactions:read\);/);
  await store.saveWorkspace(installationOf({ team: 'T3', scopes }));
  assert.match((await lacking()) ?? '', / 2 lack scopes /);
});
