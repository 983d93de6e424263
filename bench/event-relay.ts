/**
 * How many recorded events a second the relays bring from the store to Redis, and at what CPU time:
 * `node --import tsx bench/event-relay.ts [EVENTS]`. Needs redis-server or valkey-server.
 */
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '../src/domain/clock.ts';
import { recordedEvent } from '../src/domain/record-event.ts';
import { createRedis } from '../src/modules/events/redis/client.ts';
import { createQueue, createStream } from '../src/modules/events/redis/sinks.ts';
import { createRelay, type Sink } from '../src/modules/events/relay.ts';
import { createTail } from '../src/modules/events/tail.ts';
import { createSqliteStore } from '../src/stores/sqlite/store.ts';
import { startRedis } from '../test/support/redis.ts';
import { machine, tempDir } from './support.ts';

const total = Number(process.argv[2] ?? 50_000);
const keep = 10_000_000;
const data = tempDir();
const log = pino({ level: 'warn' });
const store = await createSqliteStore({
  ...{ file: join(data.path, 'u.db'), owner: 'bench', clock: systemClock },
  onError: (error) => log.error({ err: error }),
});
for (let n = 0; n < total; n += 500) {
  const units = Array.from({ length: 500 }, (_, k) => {
    const of = { team_uid: 'T1', relax_bot_uid: 'UBOT', channel_uid: `C${(n + k) % 100}`, timestamp: `1.${n + k}` };
    return recordedEvent({ type: 'message_new', user_uid: 'U1', text: 'x'.repeat(150), ...of });
  });
  await Promise.all(units.map((event) => store.accept({ key: event.id, events: [event] })));
}

const server = await startRedis();
const redis = await createRedis({ url: server.url, password: undefined, timer: systemClock, log });
redis.open();
while (redis.redis.status !== 'ready') await new Promise((resolve) => setTimeout(resolve, 10));
console.log(`${machine()}, Node ${process.version}, Redis with appendfsync always; ${total} events of some 450 bytes`);

async function relay(title: string, sinks: readonly Sink[]): Promise<void> {
  let sent = 0;
  const tail = createTail({ store, clock: systemClock, onError: (error) => log.error({ err: error }) });
  const relays = sinks.map((sink) =>
    createRelay({
      ...{ sink, store, tail, clock: systemClock, random: Math.random, log },
      signals: { signal: async () => ({ msg: '', id: null }) },
      onSent: (count) => {
        sent += count;
      },
    }),
  );
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  for (const each of relays) each.start();
  while (sent < total * sinks.length) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const micros = (user + system) / total;
  console.log(`${title}: ${Math.round(total / seconds)} events/s, ${micros.toFixed(0)} µs CPU an event`);
  for (const each of relays) await each.stop();
}

await relay('stream', [createStream(redis, 's1', keep)]);
await relay('list', [createQueue(redis, 'q1', keep)]);
const named = (sink: Sink, name: string): Sink => ({ ...sink, name });
await relay('both', [
  named(createStream(redis, 's2', keep), 'stream 2'),
  named(createQueue(redis, 'q2', keep), 'queue 2'),
]);
redis.close();
await server.stop();
await store.close();
data.remove();
process.exit(0);
