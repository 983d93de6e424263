import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Redis } from 'iovalkey';
import pino from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import { createRedis } from '../../../src/modules/events/redis/client.ts';
import { readGroups } from '../../../src/modules/events/redis/groups.ts';
import { createQueue, createStream } from '../../../src/modules/events/redis/sinks.ts';
import type { LoggedEvent } from '../../../src/ports/event-log-store.ts';
import { startFakeServer } from '../../fakes/http-server.ts';
import { settled, startApi } from '../../http/support.ts';
import { lacks } from '../../support/lacks.ts';
import { eventually } from '../../support/program.ts';
import { type RedisServer, redisServer, startRedis } from '../../support/redis.ts';
import { openStore, record, startRelay } from './support.ts';

const options = { skip: lacks(redisServer === null, 'needs redis-server or valkey-server') };
const events = (count: number, text = ''): LoggedEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const id = `e${n + 1}`;
    return { position: n + 1, at: 1, id, team: 'T1', body: JSON.stringify({ id, text }) };
  });

async function setUp(t: TestContext, password?: string) {
  const server = await startRedis(password);
  const log: string[] = [];
  const connection = await createRedis({
    ...{ url: server.url, password, timer: systemClock },
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
  });
  const client = new Redis(server.url, { password });
  client.on('error', () => {});
  t.after(async () => {
    connection.close();
    client.disconnect();
    await server.stop();
  });
  connection.open();
  await eventually('a connection', () => connection.redis.status === 'ready');
  return { server, connection, client, log };
}

test('events are entries of a stream with `id` and `event`, cut to about EVENTS_MAXLEN', options, async (t) => {
  const { connection, client } = await setUp(t);
  const stream = createStream(connection, 's', 1_000);
  for (let n = 0; n < 10; n += 1) assert.equal(await stream.send(events(500)), 500);
  assert.ok((await client.xlen('s')) < 1_200);
  const [entry] = await client.xrevrange('s', '+', '-', 'COUNT', 1);
  assert.deepEqual(entry?.[1], ['id', 'e500', 'event', JSON.stringify({ id: 'e500', text: '' })]);
});

test('groups of consumers are told with what they were not given and did not acknowledge', options, async (t) => {
  const { connection, client } = await setUp(t);
  assert.deepEqual(await readGroups(connection, 's'), [], 'there is no stream yet');
  await createStream(connection, 's', 1_000).send(events(10));
  await client.xgroup('CREATE', 's', 'workers', '0');
  await client.xgroup('CREATE', 's', 'late', '$');
  await client.xreadgroup('GROUP', 'workers', 'me', 'COUNT', 4, 'STREAMS', 's', '>');
  assert.deepEqual(await readGroups(connection, 's'), [
    { name: 'late', lag: 0, pending: 0 },
    { name: 'workers', lag: 6, pending: 4 },
  ]);
});

test('very long events are sent in smaller batches', options, async (t) => {
  const { connection } = await setUp(t);
  const stream = createStream(connection, 's', 1_000);
  const had = await stream.send(events(50, 'x'.repeat(200_000)));
  assert.ok(had > 10 && had < 30, String(had));
});

test('a list that is full gets nothing more until events are taken', options, async (t) => {
  const { connection, client } = await setUp(t);
  const queue = createQueue(connection, 'q', 10);
  assert.equal(await queue.send(events(25)), 10);
  await assert.rejects(queue.send(events(15)), /the list has 10 events that no consumer took/);
  await client.lpop('q', 4);
  assert.equal(await queue.send(events(15)), 4);
  assert.equal(await client.llen('q'), 10);
});

test('a key of another type is told, and nothing is written', options, async (t) => {
  const { connection, client } = await setUp(t);
  await client.set('s', 'text');
  await assert.rejects(createStream(connection, 's', 100).send(events(3)), /WRONGTYPE/);
});

/** Sets `maxmemory` below what the server uses. */
async function fill(client: Redis): Promise<void> {
  const [, used] = /used_memory:(\d+)/.exec(await client.info('memory')) ?? [];
  await client.config('SET', 'maxmemory', Number(used) - 500_000);
}

test('a full Redis takes events again if its stream is longer than EVENTS_MAXLEN', options, async (t) => {
  const { connection, client } = await setUp(t);
  for (let n = 0; n < 4; n += 1) await createStream(connection, 's', 100_000).send(events(500, 'x'.repeat(2_000)));
  await fill(client);
  await assert.rejects(client.rpush('other', 'x'), /OOM/);
  assert.equal(await createStream(connection, 's', 100).send(events(500)), 500);
  assert.ok((await client.xlen('s')) < 700);
});

test(
  'a full Redis whose stream has no more than EVENTS_MAXLEN entries refuses events, and keeps those entries',
  options,
  async (t) => {
    const { connection, client } = await setUp(t);
    const stream = createStream(connection, 's', 500);
    await stream.send(events(500, 'x'.repeat(2_000)));
    await fill(client);
    await assert.rejects(stream.send(events(1)), /^Error: Redis: OOM command not allowed/);
    assert.equal(await client.xlen('s'), 500);
  },
);

test('an address of something else is told as such, not as a fault to report', async (t) => {
  const web = await startFakeServer(() => ({ status: 200 }));
  const connection = await createRedis({
    ...{ url: web.url.replace('http:', 'redis:'), password: undefined, timer: systemClock },
    log: pino({ level: 'silent' }),
  });
  t.after(async () => {
    connection.close();
    await web.close();
  });
  connection.open();
  const said = () => connection.run(async () => '').catch((error: Error) => error.message);
  await eventually('the reason', async () => (await said()) === 'Redis: it does not answer as a Redis');
});

test('while Redis is away nothing is sent or kept in memory; it is reached again by itself', options, async (t) => {
  const { server, connection, client, log } = await setUp(t, 'a secret password');
  await server.kill();
  await eventually('the loss', () => connection.redis.status !== 'ready');
  const stream = createStream(connection, 's', 100);
  await assert.rejects(stream.send(events(2)), /^Error: Redis: /);
  await server.start();
  await eventually('a connection', () => connection.redis.status === 'ready');
  assert.equal(await stream.send(events(2)), 2);
  await eventually('the other client', () => client.status === 'ready');
  assert.equal(await client.xlen('s'), 2);
  assert.doesNotMatch(log.join(''), /a secret password/);
});

test('events that came while Redis was away reach it in their order, each once', options, async (t) => {
  const { server, connection, client } = await setUp(t);
  const { store } = await openStore(t, systemClock);
  await server.kill();
  await record(store, 1, 700);
  const { relay } = startRelay(t, store, systemClock, createQueue(connection, 'q', 10_000));
  await eventually('a problem', () => relay.problem() !== null);
  await server.start();
  await eventually('all events', async () => client.status === 'ready' && (await client.llen('q')) === 700, 20_000);
  const ids = (await client.lrange('q', 0, -1)).map((body) => JSON.parse(body).id);
  assert.deepEqual(
    ids,
    Array.from({ length: 700 }, (_, n) => `e${n + 1}`),
  );
});

test('the program relays to a stream and a list, and obeys commands of Relax', options, async (t) => {
  const server: RedisServer = await startRedis();
  const client = new Redis(server.url);
  t.after(async () => {
    client.disconnect();
    await server.stop();
  });
  await client.hset('bots', 'TSIM', JSON.stringify({ team_id: 'TSIM', token: 'xoxb-secret', namespace: '' }));
  const relax = {
    RELAX_EVENTS_QUEUE: 'relax',
    RELAX_BOTS_KEY: 'bots',
    RELAX_BOTS_PUBSUB: 'commands',
    RELAX_MUTEX_KEY: 'm',
  };
  const api = await startApi(t, { REDIS_URL: server.url, ...relax });
  await api.call('POST', '/simulator/messages', { channel: '#ops', user: 'U1', text: 'hello' });
  // As Relax's clients read.
  const [, taken = ''] = (await client.blpop('relax', 10)) ?? [];
  const { type, text, team_uid, user_uid, provider, im } = JSON.parse(taken);
  assert.deepEqual(
    [type, text, team_uid, user_uid, provider, im],
    ['message_new', 'hello', 'TSIM', 'U1', 'slack', false],
  );
  await client.xgroup('CREATE', 'ultronex:events', 'g', '0');
  const read = (await client.xreadgroup('GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', 'ultronex:events', '>')) as [
    string,
    [string, string[]][],
  ][];
  assert.equal(read[0]?.[1][0]?.[1][3], taken);

  await eventually('the subscription', async () => (await client.publish('commands', 'no json')) === 1);
  const payload = JSON.stringify({ type: 'message', channel: '#ops', text: 'from Relax' });
  const message = { type: 'message', id: '1', team_id: 'TSIM', namespace: '', payload };
  for (const command of [message, message, { ...message, id: undefined }, { ...message, id: '2', team_id: 'TOTHER' }]) {
    await client.publish('commands', JSON.stringify(command));
  }
  await client.publish('commands', JSON.stringify({ type: 'team_added', team_id: 'TSIM' }));
  const count = (result: string) =>
    api.metric(`ultronex_relax_commands_total{result="${result}"}`.replace(/[{}"]/g, '\\$&'));
  await eventually('all commands', async () => (await count('refused')) >= 3 && (await count('done')) >= 2);
  const { messages: items } = (await api.call('GET', '/messages')).body;
  const sent = items.filter(({ source }: { source: string }) => source === 'relax');
  assert.deepEqual(
    sent.map(({ text: said }: { text: string }) => said),
    ['from Relax'],
  );
  assert.equal((await settled(api, sent[0].id)).state, 'sent');
  assert.equal(await count('duplicate'), 1);
});
