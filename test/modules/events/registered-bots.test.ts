import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { Redis } from 'iovalkey';
import { startFakeSlack } from '../../fakes/slack/index.ts';
import { type Api, startApi } from '../../http/support.ts';
import { sealKey } from '../../support/installations.ts';
import { lacks } from '../../support/lacks.ts';
import { openTestDatabase } from '../../support/postgres.ts';
import { eventually, slackEnv } from '../../support/program.ts';
import { redisServer, startRedis } from '../../support/redis.ts';
import { tempDir } from '../../support/temp.ts';

const options = { timeout: 120_000, skip: lacks(redisServer === null, 'needs redis-server or valkey-server') };
const database = redisServer === null ? null : await openTestDatabase('bots');
after(() => database?.close());

const entryOf = (team: string, namespace = '', token = `xoxb-test-${team.slice(1)}`) =>
  JSON.stringify({ team_id: team, token, namespace, provider: 'slack' });

/** Two programs on one store, with one Redis; home is T1. */
async function setUp(t: TestContext, more: Record<string, string> = {}) {
  const server = await startRedis();
  const client = new Redis(server.url);
  client.on('error', () => {});
  const teams = ['T1', 'T2', 'T3'].map((id) => ({ id }));
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000], teams });
  t.after(async () => {
    client.disconnect();
    await server.stop();
    await slack.stop();
  });
  const env = {
    ...slackEnv(slack),
    ...{ REDIS_URL: server.url, RELAX_EVENTS_QUEUE: 'relax', RELAX_BOTS_KEY: 'bots', RELAX_BOTS_PUBSUB: 'commands' },
    ...{ TOKEN_KEYS: sealKey('k1'), REPLIES: 'off' },
    ...more,
  };
  const start = async (): Promise<Api> => startApi(t, { ...env, DATA_DIR: tempDir(t) });
  const publish = (type: string, team_id: string, namespace = '', rest: object = {}) =>
    client.publish('commands', JSON.stringify({ type, team_id, namespace, ...rest }));
  const list = async (api: Api) => (await api.call('GET', '/workspaces')).body;
  const has = async (api: Api, ...ids: string[]) => {
    const { workspaces } = await list(api);
    return workspaces.map(({ team }: { team: string }) => team).join() === ids.join();
  };
  /** Events of the list that are about a text, until there are `count`. */
  const taken: Record<string, string>[] = [];
  const eventsWith = (text: string, count: number) =>
    eventually(`${count} events with "${text}"`, async () => {
      for (let body = await client.lpop('relax'); body !== null; body = await client.lpop('relax')) {
        taken.push(JSON.parse(body));
      }
      const found = taken.filter((event) => event.text === text);
      return found.length >= count && found;
    });
  return { server, client, slack, env, start, publish, list, has, eventsWith };
}

async function twoPrograms(t: TestContext, more: Record<string, string>) {
  const { client, slack, env, publish, list, has, eventsWith } = await setUp(t, more);
  const one = await startApi(t, { ...env });
  await slack.waitForSockets(2);
  const two = await startApi(t, { ...env });
  await slack.waitForSockets(4);
  await eventually('both subscriptions', async () => (await client.publish('commands', '{}')) === 2);
  // Both know already that the workspace is not installed.
  for (const api of [one, two])
    await api.call('POST', '/slack?team=T2', { msg: { channel: 'C1T2', text: 'too early' } });

  await client.hset('bots', 'blue-T2', entryOf('T2', 'blue'));
  await publish('team_added', 'T2', 'blue');
  for (const api of [one, two]) await eventually('the bot', () => has(api, 'T2'));
  const [row] = (await list(two)).workspaces;
  assert.deepEqual([row.origin, row.namespace, row.trouble], ['hash', 'blue', null]);
  assert.ok(row.missingScopes.includes('reactions:read'), 'recorded events need more scopes');

  for (const [index, api] of [one, two].entries()) {
    slack.sockets.only([2 * index + 1, 2 * index + 2]);
    await eventually(`events at program ${index + 1}`, async () => {
      const text = `hello ${index}`;
      slack.say({ team: 'T2', channel: 'C1T2', user: 'U1T2', text });
      return (await eventsWith(text, 1)).length > 0;
    });
    const [event] = await eventsWith(`hello ${index}`, 1);
    assert.deepEqual([event?.namespace, event?.team_uid, event?.relax_bot_uid], ['blue', 'T2', 'UBOTT2']);
    slack.say({ team: 'T1', channel: 'C1', user: 'U1', text: `home ${index}` });
    assert.equal((await eventsWith(`home ${index}`, 1))[0]?.namespace, '');
    const posted = await api.call('POST', '/slack?team=T2', { msg: { channel: 'C1T2', text: `post ${index}` } });
    assert.equal(posted.status, 200, JSON.stringify(posted.body));
    await slack.waitForPosts(1, 10_000, ({ team, text }) => team === 'T2' && text === `post ${index}`);
  }
  slack.sockets.only(null);

  slack.team('T2').botToken = 'xoxb-rotated';
  await client.hset('bots', 'blue-T2', entryOf('T2', 'blue', 'xoxb-rotated'));
  await publish('team_added', 'T2', 'blue');
  const refusals = () => one.metric('ultronex_relax_commands_total\\{result="refused"\\}');
  const refusedBefore = await refusals();
  const elsewhere = { channel: 'C1T2', text: 'of another namespace' };
  await publish('message', 'T2', 'green', { id: 'm0', payload: elsewhere });
  await eventually('the refusal', async () => (await refusals()) === refusedBefore + 1);
  await publish('message', 'T2', 'blue', { id: 'm1b', payload: { ...elsewhere, text: 'of its namespace' } });
  await slack.waitForPosts(1, 10_000, ({ text }) => text === 'of its namespace');
  assert.equal(slack.callsOf('chat.postMessage').filter(({ args }) => args.text === elsewhere.text).length, 0);
  await publish('message', 'T2', '', { id: 'm1', payload: { channel: 'C1T2', text: 'with the new token' } });
  await slack.waitForPosts(1, 10_000, ({ text }) => text === 'with the new token');
  const calls = slack.callsOf('chat.postMessage').filter(({ args }) => args.text === 'with the new token');
  assert.deepEqual(
    calls.map(({ token }) => token),
    ['xoxb-rotated'],
  );

  await client.hdel('bots', 'blue-T2');
  await publish('team_removed', 'T2', 'blue');
  for (const api of [one, two]) await eventually('the removal', () => has(api));
  const refused = await eventually('a refusal', async () => {
    await publish('message', 'T2', '', { id: 'm2', payload: { channel: 'C1T2', text: 'too late' } });
    return (await refusals()) > refusedBefore + 1;
  });
  assert.ok(refused);
  const { entries } = (await one.call('GET', '/audit?action=workspace')).body;
  const actions = entries.map(
    ({ action, actor }: { action: string; actor: { name: string } }) => `${actor.name} ${action}`,
  );
  assert.ok(
    actions.includes('redis workspace register') && actions.includes('redis workspace unregister'),
    actions.join(),
  );
}

test(
  'a bot that is added at run time is served by both programs on a SQLite store, and leaves both',
  options,
  async (t) => {
    await twoPrograms(t, { DATA_DIR: tempDir(t) });
  },
);

test('a bot that is added at run time is served by both programs on PostgreSQL, and leaves both', {
  ...options,
  skip: options.skip || lacks(database === null, 'needs PostgreSQL'),
}, async (t) => {
  await twoPrograms(t, { DATABASE_URL: database?.url ?? '' });
});

test('kill -9 of Redis between HSET and PUBLISH: the connect after it compares the hash', options, async (t) => {
  const { server, client, start, has } = await setUp(t);
  await client.hset('bots', 'T2', entryOf('T2'));
  const api = await start();
  await eventually('the bot of before the start', () => has(api, 'T2'));
  await client.hset('bots', 'T3', entryOf('T3'));
  await client.hdel('bots', 'T2');
  await server.kill();
  await server.start();
  await eventually('the bots of the hash', () => has(api, 'T3'), 20_000);
});

test('a bot that is not served is told by page, health and metric, and never with its token', options, async (t) => {
  const { client, start, has, list } = await setUp(t);
  await client.hset('bots', {
    T1: entryOf('T1'),
    T2: entryOf('T2'),
    T3: entryOf('T3', '', 'xoxb-wrong'),
    T4: '{"team_id":"T4","token":"xoxb-junk',
  });
  const api = await start();
  await eventually('the bots', async () => (await has(api, 'T2')) && (await list(api)).unservedTotal === 2);
  const { unserved, installs } = await list(api);
  assert.deepEqual(unserved.map(({ field }: { field: string }) => field).sort(), ['T3', 'T4']);
  assert.equal(installs, false, 'without SLACK_CLIENT_ID');
  assert.equal((await fetch(`${api.origin}/slack/install`)).status, 404);
  const status = JSON.stringify((await api.call('GET', '/status')).body);
  assert.match(status, /a bot of the Redis hash is not served: T[34]: [^"]+, and 1 more/);
  assert.doesNotMatch(JSON.stringify(unserved) + status, /xoxb-(wrong|junk)/);
  const gauge = (fault: string) => api.metric(`ultronex_relax_bots_unserved\\{fault="${fault}"\\}`);
  assert.deepEqual([await gauge('token'), await gauge('entry'), await gauge('keys')], [1, 1, 0]);
});
