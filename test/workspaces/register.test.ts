import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokens } from '../../src/domain/installation-tokens.ts';
import { askPage } from '../../src/modules/workspaces/install-pages.ts';
import type { Registration } from '../../src/ports/bot-registry.ts';
import { settled } from '../support/clock.ts';
import { installationOf, sealKey } from '../support/installations.ts';
import { setUp } from './install-support.ts';

const bot = { team: 'T2', token: 'xoxb-test-2', namespace: 'blue' };
const always = async () => true;
const problemOf = (done: Registration) => (done.kind === 'unserved' ? `${done.fault}: ${done.problem}` : done.kind);

test('a bot is stored with what Slack tells of it, its token sealed, and is then served like an installed one', async (t) => {
  const { store, open, slack, logged } = await setUp(t);
  const installer = open(store);
  assert.equal(await installer.find('T2', null), null);
  assert.deepEqual(await installer.register(bot, always), { kind: 'registered' });
  const row = await store.workspace('T2');
  assert.ok(row);
  const { name, botUser, botId, origin, namespace, scopes, installedBy, trouble } = row;
  assert.deepEqual([name, botUser, botId, origin, namespace], ['Team T2', 'UBOTT2', 'BBOTT2', 'hash', 'blue']);
  assert.deepEqual([scopes, installedBy, trouble], [slack.team('T2').scopes, '', null]);
  assert.doesNotMatch(JSON.stringify(row), /xoxb-test-2/);
  assert.equal(createTokens(sealKey('k1')).bot(row), 'xoxb-test-2');
  const installed = await installer.find('T2', null);
  assert.deepEqual([installed?.token(), installed?.namespace], ['xoxb-test-2', 'blue']);
  assert.equal(await installer.registeredAs('T2'), 'blue');

  const asked = slack.callsOf('auth.test').length;
  assert.deepEqual(await installer.register(bot, always), { kind: 'served' });
  assert.equal(slack.callsOf('auth.test').length, asked, 'Slack is not asked about a token that is stored');
  assert.doesNotMatch(JSON.stringify(logged), /xoxb-/);
});

test('another token or namespace replaces the stored one, also when the clock went back', async (t) => {
  const { store, open, slack, clock } = await setUp(t);
  const installer = open(store);
  await installer.register(bot, always);
  clock.jump(-60_000);
  slack.team('T2').botToken = 'xoxb-newer';
  assert.deepEqual(await installer.register({ ...bot, token: 'xoxb-newer' }, always), { kind: 'replaced' });
  assert.equal((await installer.find('T2', null))?.token(), 'xoxb-newer');
  const green = { ...bot, token: 'xoxb-newer', namespace: 'green' };
  assert.deepEqual(await installer.register(green, always), { kind: 'replaced' });
  assert.equal((await installer.find('T2', null))?.namespace, 'green');
});

test('a token that Slack refused is checked again, and serves again when it works', async (t) => {
  const { store, open } = await setUp(t);
  const installer = open(store);
  await installer.register(bot, always);
  const row = await store.workspace('T2');
  await store.changeWorkspace('T2', row?.installedAt ?? 0, { trouble: 'account_inactive' });
  assert.deepEqual(await installer.register(bot, always), { kind: 'replaced' });
  assert.equal((await store.workspace('T2'))?.trouble, null);
});

test('a token sealed with a key that is gone is sealed anew', async (t) => {
  const { store, open } = await setUp(t);
  await open(store).register(bot, always);
  const installer = open(store, sealKey('k2'));
  assert.deepEqual(await installer.register(bot, always), { kind: 'replaced' });
  assert.equal((await installer.find('T2', null))?.token(), 'xoxb-test-2');
});

test('a token that is sealed anew, or removed, is no longer counted as unopened at once, in each program that hears of it', async (t) => {
  const { store, newStore, open } = await setUp(t);
  const before = open(store);
  for (const team of ['T2', 'T3']) await before.register({ ...bot, team, token: `xoxb-test-${team.slice(1)}` }, always);
  const [one, two] = [open(store, sealKey('k2')), open(await newStore(), sealKey('k2'))];
  for (const installer of [one, two]) await installer.upkeep();
  const unopened = () => [one.counts()?.unopened, two.counts()?.unopened];
  assert.deepEqual(unopened(), [2, 2]);
  await one.register(bot, always);
  await two.register(bot, always);
  await settled();
  assert.deepEqual(unopened(), [1, 1]);
  assert.match(one.health().detail, /the tokens of 1 do not open/);
  await one.unregister('T3', 'blue');
  await two.unregister('T3', 'blue');
  await settled();
  assert.deepEqual([...unopened(), one.health().state], [0, 0, 'ok']);
});

test('a token that is sealed anew while the tokens are counted is not counted as unopened', async (t) => {
  const { store, open } = await setUp(t);
  await open(store).register(bot, always);
  const installer = open(store, sealKey('k2'));
  const { workspaces } = store;
  store.workspaces = async (...page) => {
    const read = await workspaces(...page);
    await installer.register(bot, always);
    await settled();
    return read;
  };
  await installer.upkeep();
  assert.equal(installer.counts()?.unopened, 0);
});

test('a bot that cannot be served is told with the remedy, without its token, and nothing is stored', async (t) => {
  const { store, open, slack, logged } = await setUp(t);
  const installer = open(store);
  const refused = async (more: Partial<typeof bot>) => problemOf(await installer.register({ ...bot, ...more }, always));
  const told = [
    await refused({ token: 'xoxb-wrong' }),
    await refused({ token: 'xoxb-test-3' }),
    await refused({ token: 'xoxp-a-user' }),
  ];
  slack.team('T2').appId = 'A2';
  told.push(await refused({}));
  slack.faults.add({ method: 'auth.test', kind: 'status', status: 503 });
  told.push(await refused({}));
  assert.match(told[0] ?? '', /^token: Slack refuses its token: invalid_auth\. Write one that works/);
  assert.match(told[1] ?? '', /^team: its token is of the workspace T3, not T2\. Write the token of T2$/);
  assert.match(told[2] ?? '', /^token: its token is not that of a bot/);
  assert.match(told[3] ?? '', /^app: its token is of the Slack app A2, .*no event would arrive/);
  assert.match(told[4] ?? '', /^slack: Slack did not answer \(internal_error\)\. It is tried again$/);
  assert.doesNotMatch(JSON.stringify([told, logged]), /xox[bp]-(wrong|test|a)/);
  assert.equal(await store.countWorkspaces(), 0);
});

test('a bot that was changed or removed meanwhile is not stored', async (t) => {
  const { store, open } = await setUp(t);
  assert.deepEqual(await open(store).register(bot, async () => false), { kind: 'served' });
  assert.equal(await store.workspace('T2'), null);
});

test('the workspace of SLACK_BOT_TOKEN and those that installed the app are neither replaced nor removed', async (t) => {
  const { store, open } = await setUp(t);
  const installer = open(store);
  await installer.arriveAt('T2');
  await installer.register({ ...bot, team: 'T1', token: 'xoxb-test-1' }, always);
  assert.equal(await store.workspace('T1'), null);
  assert.deepEqual(await installer.register(bot, always), { kind: 'served' });
  assert.deepEqual(await installer.register({ ...bot, token: 'xoxb-other' }, always), { kind: 'installed' });
  assert.deepEqual([(await store.workspace('T2'))?.origin, (await store.workspace('T2'))?.namespace], ['install', '']);
  assert.equal(await installer.unregister('T2', ''), 'installed');
  assert.ok(await store.workspace('T2'));
});

test('a registered bot is removed by its namespace alone, without ending the app in Slack', async (t) => {
  const { store, open, slack } = await setUp(t);
  const installer = open(store);
  await installer.register(bot, always);
  assert.equal(await installer.unregister('T2', ''), 'absent');
  assert.equal(await installer.unregister('T2', 'blue'), 'removed');
  assert.equal(await installer.unregister('T2', 'blue'), 'absent');
  assert.equal(await store.workspace('T2'), null);
  assert.equal(await installer.find('T2', null), null);
  assert.equal(slack.callsOf('apps.uninstall').length + slack.callsOf('auth.revoke').length, 0);
});

test('another program on a SQLite store, which tells no news, knows a bot once it hears of it, too', async (t) => {
  const { store, newStore, open } = await setUp(t);
  const [one, two] = [open(store), open(await newStore())];
  assert.equal(await two.find('T2', null), null);
  await one.register(bot, always);
  assert.deepEqual(await two.register(bot, always), { kind: 'served' });
  assert.equal((await two.find('T2', null))?.token(), 'xoxb-test-2');
  await one.unregister('T2', 'blue');
  assert.equal(await two.unregister('T2', 'blue'), 'absent');
  assert.equal(await two.find('T2', null), null);
});

test('a bot that another program on a SQLite store removes at the same moment is forgotten', async (t) => {
  const { store, newStore, open } = await setUp(t);
  const other = await newStore();
  const [one, two] = [open(store), open(other)];
  await one.register(bot, always);
  assert.ok(await two.find('T2', null));
  const { removeWorkspace } = other;
  other.removeWorkspace = async (...given) => {
    await one.unregister('T2', 'blue');
    return removeWorkspace(...given);
  };
  assert.equal(await two.unregister('T2', 'blue'), 'absent');
  assert.equal(await two.find('T2', null), null);
});

test('all registered bots are listed, and those that installed the app are not', async (t) => {
  const { store, open } = await setUp(t);
  const rows = Array.from({ length: 1_200 }, (_, at) =>
    installationOf({ team: `T${1_000 + at}`, origin: at % 2 === 0 ? 'hash' : 'install', namespace: 'n' }),
  );
  await Promise.all(rows.map(store.saveWorkspace));
  let count = 0;
  for await (const { namespace } of open(store).registered()) count += namespace === 'n' ? 1 : 0;
  assert.equal(count, 600);
});

test('bots that are not served are told by the health of the workspaces', async (t) => {
  const { store, open } = await setUp(t);
  const installer = open(store);
  await installer.upkeep();
  installer.tellUnserved([{ field: 'blue-T9', fault: 'token', problem: 'Slack refuses its token' }]);
  const { state, detail } = installer.health();
  assert.equal(state, 'degraded');
  assert.match(detail, /^0 installed; a bot of the Redis hash is not served: blue-T9: Slack refuses its token$/);
  installer.tellUnserved([]);
  assert.equal(installer.health().state, 'ok');
});

test('where events are recorded, their scopes are asked for, explained, and missed where they were not granted', async (t) => {
  const { store, open } = await setUp(t);
  await store.saveWorkspace(installationOf({ team: 'T2' }));
  for (const records of [true, false]) {
    const installer = open(store, sealKey('k1'), records);
    const asked = new URL(installer.authorizeUrl('s')).searchParams.get('scope')?.split(',') ?? [];
    const page = askPage(installer.scopes);
    const [row] = (await installer.list(null, 1)).items;
    for (const [scope, words] of [
      ['reactions:read', 'see reactions to messages'],
      ['im:read', 'see when somebody begins direct messages'],
    ] as const) {
      assert.equal(asked.includes(scope), records, scope);
      assert.equal(page.includes(words), records, scope);
      assert.equal(row?.missingScopes.includes(scope), records, scope);
    }
  }
});
