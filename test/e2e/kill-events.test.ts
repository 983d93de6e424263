import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kinds, startConsumers } from '../support/events-consumers.ts';
import { lacks } from '../support/lacks.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { redisServer, startRedis } from '../support/redis.ts';
import { tempDir } from '../support/temp.ts';

const rounds = Number(process.env.KILLS ?? 4);
/** Between two kills; after 30 s the lease of a killed program ends and the next one relays. Milliseconds. */
const pauseMs = Number(process.env.PAUSE_MS ?? 700);
const channels = ['C4', 'C5', 'C6'];

/**
 * The program, Redis and the consumers are killed with SIGKILL in turn. A consumer on a group gets every event that was accepted; one
 * that takes from the list as the clients of Relax do (BLPOP) loses at most the one on its way when it, or Redis, is killed.
 */
test('kill -9 of program, Redis and consumers: every event arrives, again only with the same id, the first ones in order', {
  timeout: 300_000 + rounds * 4 * pauseMs,
  skip: lacks(redisServer === null, 'needs redis-server or valkey-server'),
}, async (t) => {
  const redis = await startRedis();
  t.after(() => redis.stop());
  const dataDir = tempDir(t);
  const env = { REDIS_URL: redis.url, RELAX_EVENTS_QUEUE: 'relax', REPLIES: 'off' };
  const consumers = startConsumers(t, redis.url);

  let program: Program | null = await startProgram(t, { dataDir, env });
  let isOver = false;
  const accepted: string[] = [];
  async function produce(channel: string): Promise<void> {
    for (let n = 0; !isOver; n += 1) {
      const text = `${channel} ${String(n).padStart(6, '0')}`;
      const answer = await program
        ?.api('POST', '/ultronex/simulator/messages', { channel, user: 'U1', text })
        .catch(() => null);
      if (answer?.status === 201) accepted.push(text);
      await sleep(answer?.status === 201 ? 10 : 30);
    }
  }
  const producing = Promise.all(channels.map(produce));

  /** Kills at which an event may be on its way from the list to its consumer. */
  let takes = 0;
  for (let round = 0; round < rounds; round += 1) {
    await sleep(pauseMs);
    const killed: Program | null = program;
    program = null;
    await killed?.kill('SIGKILL');
    program = await startProgram(t, { dataDir, env });
    await sleep(pauseMs);
    await redis.kill();
    await sleep(300);
    await redis.start();
    await sleep(pauseMs);
    await consumers.replace('group');
    await consumers.replace('list');
    takes += 2;
  }
  isOver = true;
  await producing;
  const missing = (kind: (typeof kinds)[number]) => consumers.missing(kind, accepted);
  // A program that was killed has its lease for up to 30 s.
  const isComplete = () => missing('group').length === 0 && missing('list').length <= takes;
  await eventually('all events', isComplete, 90_000).catch((error) => {
    const state = kinds.map(
      (kind) => `${kind}: ${consumers.linesOf(kind).length} lines, missing ${missing(kind).length}`,
    );
    const logs = program
      ?.logs()
      .slice(-5)
      .map((line) => JSON.stringify(line));
    throw new Error([`${accepted.length} accepted`, ...state, ...(logs ?? [])].join('\n'), { cause: error });
  });

  for (const kind of kinds) {
    const again = consumers.assertOrder(kind);
    t.diagnostic(`${kind}: ${accepted.length} accepted, ${missing(kind).length} lost, ${again} arrived again`);
  }
});
