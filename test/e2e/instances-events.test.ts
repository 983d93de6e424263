import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents } from '../http/sse.ts';
import { kinds, startConsumers } from '../support/events-consumers.ts';
import { lacks } from '../support/lacks.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { redisServer, startRedis } from '../support/redis.ts';
import { tempDir } from '../support/temp.ts';

const rounds = Number(process.env.KILLS ?? 2);
const takenOverMs = 30_000;
const channels = ['C4', 'C5', 'C6', 'C7'];
const names = [0, 1] as const;
type Name = (typeof names)[number];

const database = await openTestDatabase('events of several instances');
if (database !== null) {
  after(() => database.close());

  /** Two programs on one database, which can be killed and started again. */
  async function startTwo(t: TestContext, more: Record<string, string>) {
    const env = { DATABASE_URL: await database?.newDatabase(), BASIC_AUTH_PASSWORD: 'a long password', REPLIES: 'off' };
    const home = tempDir(t);
    const programs: [Program | null, Program | null] = [null, null];
    async function start(name: Name): Promise<Program> {
      const dataDir = join(home, String(name));
      mkdirSync(dataDir, { recursive: true });
      const program = await startProgram(t, { dataDir, env: { ...env, ...more } as Record<string, string> });
      programs[name] = program;
      return program;
    }
    async function kill(name: Name): Promise<void> {
      const program = programs[name];
      programs[name] = null;
      await program?.kill('SIGKILL');
    }
    for (const name of names) await start(name);
    /** Resolves with whether it was accepted. */
    async function say(name: Name, channel: string, text: string): Promise<boolean> {
      const answer = await programs[name]
        ?.api('POST', '/ultronex/simulator/messages', { channel, user: 'U1', text })
        .catch(() => null);
      return answer?.status === 201;
    }
    return { programs, start, kill, say };
  }

  test('a reader of all events goes on with another program after the last one that it had', async (t) => {
    const { programs, say } = await startTwo(t, { EVENTS: 'on' });
    const open = (name: Name, after?: string) => {
      const { url = '', user, password } = programs[name] ?? {};
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      return readEvents(`${url}/ultronex/events?all`, after, { authorization });
    };
    const first = await open(0);
    assert.ok((await say(0, 'C4', 'one')) && (await say(1, 'C5', 'two')) && (await say(0, 'C4', 'three')));
    const texts = (sent: readonly { data: string }[]) => sent.map(({ data }) => JSON.parse(data).text);
    const had = await first.take(3);
    assert.deepEqual(texts(had), ['one', 'two', 'three']);
    first.close();
    assert.ok(await say(0, 'C4', 'four'));
    const second = await open(1, had[0]?.id ?? '');
    const rest = await second.take(3);
    assert.deepEqual(texts(rest), ['two', 'three', 'four']);
    assert.deepEqual(
      rest.slice(0, 2).map(({ id }) => id),
      had.slice(1).map(({ id }) => id),
    );
    assert.ok(await say(1, 'C5', 'five'));
    assert.deepEqual(texts(await second.take(1)), ['five']);
    second.close();
  });

  /** The relay goes on with the other program; a consumer on a group gets every event that one of the two accepted. */
  test('kill -9 of the program that sends the events, and of Redis: the other one takes over within 30 s, and none is lost', {
    timeout: 280_000,
    skip: lacks(redisServer === null, 'needs redis-server or valkey-server'),
  }, async (t) => {
    const redis = await startRedis();
    t.after(() => redis.stop());
    const consumers = startConsumers(t, redis.url);
    const { programs, start, kill, say } = await startTwo(t, { REDIS_URL: redis.url, RELAX_EVENTS_QUEUE: 'relax' });
    let isOver = false;
    const accepted: string[] = [];
    /** Goes on with the other program when one does not answer. */
    async function produce(channel: string, index: number): Promise<void> {
      let name = (index % 2) as Name;
      for (let n = 0; !isOver; n += 1) {
        const text = `${channel} ${String(n).padStart(6, '0')}`;
        const isAccepted = await say(name, channel, text);
        if (isAccepted) accepted.push(text);
        else name = (1 - name) as Name;
        // The database ends what the killed program began before the other one gets the next event.
        await sleep(isAccepted ? 15 : 300);
      }
    }
    const producing = Promise.all(channels.map(produce));

    const sentBy = async (name: Name) => {
      const text = String((await programs[name]?.api('GET', '/metrics'))?.body);
      return Number(/^ultronex_events_sent_total\{receiver="stream"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    /** Resolves with the program that sends. */
    const sender = async (): Promise<Name> => {
      const before = await Promise.all(names.map(sentBy));
      return eventually('one program sends', async () => {
        const grown = await Promise.all(names.map(async (name) => (await sentBy(name)) > (before[name] ?? 0)));
        assert.ok(!(grown[0] && grown[1]), 'one program sends at a time');
        return grown.some(Boolean) && ([grown.indexOf(true)] as [Name]);
      }).then(([name]) => name);
    };
    const senders: Name[] = [];
    const takeOvers: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const name = await sender();
      senders.push(name);
      await kill(name);
      const [killedAt, had] = [Date.now(), consumers.linesOf('group').length];
      // The killed one may have written some that the consumer had not read.
      const known = new Set(accepted);
      await eventually(
        'the other one sends what was accepted since',
        () =>
          consumers
            .linesOf('group')
            .slice(had)
            .some(([, , text]) => !known.has(text)),
        takenOverMs,
      );
      takeOvers.push(Date.now() - killedAt);
      await start(name);
      await redis.kill();
      await sleep(300);
      await redis.start();
      await sleep(700);
    }
    assert.equal(new Set(senders).size, Math.min(rounds, 2), 'each of the two sent, and was killed');
    isOver = true;
    await producing;
    const missing = (kind: (typeof kinds)[number]) => consumers.missing(kind, accepted).length;
    // One may be on its way from the list to its consumer when Redis is killed.
    await eventually('all events', () => missing('group') === 0 && missing('list') <= rounds, 60_000).catch((error) => {
      throw new Error(`${accepted.length} accepted, ${missing('group')} and ${missing('list')} missing`, {
        cause: error,
      });
    });
    for (const kind of kinds) {
      const again = consumers.assertOrder(kind);
      t.diagnostic(`${kind}: ${accepted.length} accepted, ${missing(kind)} lost, ${again} arrived again`);
    }
    t.diagnostic(`milliseconds from the kill to the take-over: ${takeOvers.join(', ')}`);
    assert.ok(accepted.length > 500, `${accepted.length} accepted`);
  });
}
