import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import pino from 'pino';
import { createReaders } from '../../../src/modules/events/readers.ts';
import { createTail } from '../../../src/modules/events/tail.ts';
import { readEvents, type Sent } from '../../http/sse.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { openStore, record } from './support.ts';

/** The stream of one program; `other` is a second program on the same store. */
async function setUp(t: TestContext) {
  const clock = manualClock();
  const { store, open } = await openStore(t, clock);
  const other = await open();
  const tail = createTail({ store, clock, onError: assert.ifError });
  const readers = createReaders({ store, tail, clock, log: pino({ level: 'silent' }) });
  const app = Fastify({ forceCloseConnections: true });
  app.get('/events', (request, reply) => {
    const after = request.headers['last-event-id'];
    const { team = null } = request.query as { team?: string };
    return readers.open(request, reply, after === undefined ? null : Number(after), team);
  });
  tail.start();
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    await app.close();
    await tail.stop();
  });
  const url = `http://127.0.0.1:${(app.server.address() as { port: number }).port}/events`;
  return { clock, store, other, open: (after?: string, query = '') => readEvents(`${url}${query}`, after) };
}

const told = ({ event, id, data }: Sent) => [
  event,
  id,
  event === 'lost' ? JSON.parse(data).events : JSON.parse(data).id,
];

test('a reader that resumes after events that were deleted is told how many, once, and goes on with the oldest one', async (t) => {
  const { store, open } = await setUp(t);
  await record(store, 1, 6);
  await store.pruneEvents(4, 0);
  const reader = await open('1');
  assert.deepEqual((await reader.take(3)).map(told), [
    ['lost', '4', 3],
    ['message', '5', 'e5'],
    ['message', '6', 'e6'],
  ]);
  reader.close();
  const again = await open('4');
  assert.deepEqual((await again.take(2)).map(told), [
    ['message', '5', 'e5'],
    ['message', '6', 'e6'],
  ]);
  again.close();
});

test('a reader of an empty log is told what was deleted; one that begins with new events is told nothing', async (t) => {
  const { clock, store, open } = await setUp(t);
  await record(store, 1, 3);
  await store.pruneEvents(3, 0);
  const [resumed, fresh] = [await open('1'), await open()];
  assert.deepEqual((await resumed.take(1)).map(told), [['lost', '3', 2]]);
  await record(store, 4, 4);
  await clock.advance(1_000);
  for (const reader of [resumed, fresh]) {
    assert.deepEqual((await reader.take(1)).map(told), [['message', '4', 'e4']]);
    reader.close();
  }
});

test('a reader that is connected is told of events that were deleted before it got them', async (t) => {
  const { clock, store, other, open } = await setUp(t);
  await record(store, 1, 1);
  const reader = await open('0');
  assert.deepEqual((await reader.take(1)).map(told), [['message', '1', 'e1']]);
  // Another program accepts and deletes them before this one looks.
  await record(other, 2, 5);
  await other.pruneEvents(4, 0);
  await clock.advance(1_000);
  assert.deepEqual((await reader.take(2)).map(told), [
    ['lost', '4', 3],
    ['message', '5', 'e5'],
  ]);
  reader.close();
});

test('a reader of one workspace gets its events, and resumes after those of others that it passed', async (t) => {
  const { clock, store, open } = await setUp(t);
  await record(store, 1, 2, 'T2');
  await record(store, 3, 500);
  const reader = await open('0', '?team=T2');
  assert.deepEqual((await reader.take(2)).map(told), [
    ['message', '1', 'e1'],
    ['message', '2', 'e2'],
  ]);
  await eventually('the ids of the others', () => reader.lastId() === '500');
  await record(store, 501, 502);
  await clock.advance(1_000);
  await eventually('the ids of new ones', () => reader.lastId() === '502');
  await record(store, 503, 503, 'T2');
  await clock.advance(1_000);
  assert.deepEqual((await reader.take(1)).map(told), [['message', '503', 'e503']]);
  reader.close();

  // They are not told as lost.
  await store.pruneEvents(502, 0);
  const again = await open('502', '?team=T2');
  assert.deepEqual((await again.take(1)).map(told), [['message', '503', 'e503']]);
  again.close();
});
