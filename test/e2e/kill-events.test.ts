import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lacks } from '../support/lacks.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { redisServer, startRedis } from '../support/redis.ts';
import { tempDir } from '../support/temp.ts';

const rounds = Number(process.env.KILLS ?? 4);
/** Between two kills; after 30 s the lease of a killed program ends and the next one relays. Milliseconds. */
const pauseMs = Number(process.env.PAUSE_MS ?? 700);
const channels = ['C4', 'C5', 'C6'];
type Line = [id: string, channel: string, text: string];

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
  const [dataDir, folder] = [tempDir(t), tempDir(t)];
  const env = { REDIS_URL: redis.url, RELAX_EVENTS_QUEUE: 'relax', REPLIES: 'off' };
  const fileOf = (kind: string) => join(folder, `${kind}.jsonl`);
  for (const kind of ['list', 'group']) writeFileSync(fileOf(kind), '');
  const consumers = new Map<string, ChildProcess>();
  function consume(kind: 'list' | 'group'): void {
    const script = join(import.meta.dirname, '../support/events-consumer.mjs');
    const key = kind === 'list' ? 'relax' : 'ultronex:events';
    consumers.set(kind, spawn(process.execPath, [script, kind, redis.url, key, fileOf(kind)], { stdio: 'ignore' }));
  }
  const end = async (kind: string) => {
    const child = consumers.get(kind);
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  t.after(() => Promise.all([...consumers.keys()].map(end)));
  consume('list');
  consume('group');

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
    await end('group');
    consume('group');
    await end('list');
    takes += 2;
    consume('list');
  }
  isOver = true;
  await producing;
  const linesOf = (kind: string) =>
    readFileSync(fileOf(kind), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  const missing = (kind: string) => {
    const had = new Set(linesOf(kind).map(([, , text]) => text));
    return accepted.filter((text) => !had.has(text));
  };
  // A program that was killed has its lease for up to 30 s.
  const isComplete = () => missing('group').length === 0 && missing('list').length <= takes;
  await eventually('all events', isComplete, 90_000).catch((error) => {
    const state = ['list', 'group'].map(
      (kind) => `${kind}: ${linesOf(kind).length} lines, missing ${missing(kind).length}`,
    );
    const logs = program
      ?.logs()
      .slice(-5)
      .map((line) => JSON.stringify(line));
    throw new Error([`${accepted.length} accepted`, ...state, ...(logs ?? [])].join('\n'), { cause: error });
  });

  for (const kind of ['list', 'group']) {
    const lines = linesOf(kind);
    const ids = new Map<string, string>();
    const first = new Map<string, string[]>();
    for (const [id, channel, text] of lines) {
      assert.equal(ids.get(id) ?? text, text, 'an id is of one event');
      if (!ids.has(id)) first.set(channel, [...(first.get(channel) ?? []), text]);
      ids.set(id, text);
    }
    assert.equal(new Set(ids.values()).size, ids.size, 'an event has one id');
    for (const texts of first.values()) assert.deepEqual(texts, [...texts].sort());
    const again = lines.length - ids.size;
    t.diagnostic(`${kind}: ${accepted.length} accepted, ${missing(kind).length} lost, ${again} arrived again`);
  }
});
