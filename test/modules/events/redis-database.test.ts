import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Redis } from 'iovalkey';
import { examineEvents } from '../../../src/modules/events/examine.ts';
import { startApi } from '../../http/support.ts';
import { lacks } from '../../support/lacks.ts';
import { eventually } from '../../support/program.ts';
import { redisServer, startRedis } from '../../support/redis.ts';

const options = { skip: lacks(redisServer === null, 'needs redis-server or valkey-server') };

async function setUp(t: TestContext) {
  const server = await startRedis();
  const client = new Redis(server.url);
  t.after(async () => {
    client.disconnect();
    await server.stop();
  });
  return { client, url: (rest: string) => `redis://${rest.replace('HOST', new URL(server.url).host)}` };
}

async function started(t: TestContext, REDIS_URL: string) {
  const relax = { RELAX_EVENTS_QUEUE: 'relax', RELAX_BOTS_KEY: 'bots', RELAX_BOTS_PUBSUB: 'commands' };
  const api = await startApi(t, { REDIS_URL, ...relax });
  const health = async () => {
    const { parts } = (await api.call('GET', '/status')).body;
    const { state, detail } = parts.find(({ name }: { name: string }) => name === 'events');
    return `${state}: ${detail}`;
  };
  return {
    api,
    health,
    say: () => api.call('POST', '/simulator/messages', { channel: '#ops', user: 'U1', text: 'hi' }),
  };
}

async function doctor(REDIS_URL: string): Promise<string> {
  const settings = { EVENTS_MAXLEN: 1_000, EVENTS_STREAM: 's', REDIS_URL };
  const found = await examineEvents(settings as Parameters<typeof examineEvents>[0], null);
  return found.map(({ level, text }) => `${level}: ${text}`).join('\n');
}

test(
  'a database that Redis does not have gets nothing, nor does database 0; status and doctor name it with the remedy',
  options,
  async (t) => {
    const { client, url } = await setUp(t);
    const { health, say } = await started(t, url('HOST/99'));
    const reason = /database 99: ERR DB index is out of range/;
    const remedy = /Write the number of a database that it has into REDIS_URL, or leave it out/;
    const before = await eventually('the reason', async () => reason.test(await health()) && (await health()));
    assert.match(before, /^degraded: /, 'without an event, too');
    await say();
    const after = await eventually('the wait', async () => /stream: 1 behind/.test(await health()) && (await health()));
    assert.match(after, /^degraded: /);
    assert.match(after, remedy);
    assert.deepEqual(await client.keys('*'), []);
    assert.equal(await client.publish('commands', '{}'), 0, 'commands are not heard either');
    const said = await doctor(url('HOST/99'));
    assert.match(said, /^fail: .* cannot be used \(database 99: ERR DB index is out of range\)\. [^\n]+$/);
    assert.match(said, remedy);
  },
);

test('a user who may not SELECT writes nothing, until the ACL allows it', options, async (t) => {
  const { client, url } = await setUp(t);
  await client.acl('SETUSER', 'writer', 'on', '>secret', '~*', '&*', '+@all', '-select');
  const address = url('writer:secret@HOST/3');
  const { health, say } = await started(t, address);
  await say();
  const problem = await eventually('the reason', async () => /NOPERM/.test(await health()) && (await health()));
  assert.match(problem, /^degraded: .*Allow the user SELECT in its ACL \(\+select\)/);
  assert.match(await doctor(address), /^fail: .*NOPERM.*\. Allow the user SELECT [^\n]+$/);
  assert.deepEqual(await client.keys('*'), []);

  await client.acl('SETUSER', 'writer', '+select');
  await client.select(3);
  await eventually('the event', async () => (await client.xlen('ultronex:events')) === 1, 20_000);
  await eventually('health', async () => /^ok: /.test(await health()), 20_000);
  await client.select(0);
  assert.deepEqual(await client.keys('*'), []);
});
