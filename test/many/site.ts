import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakePost, FakeSlack } from '../fakes/slack/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type Program, slackEnv, startProgram } from '../support/program.ts';
import type { Random } from '../support/random.ts';
import { tempDir } from '../support/temp.ts';

/** A channel paces its messages to one a second, so many lanes are needed for many messages. */
export const channels = 160;
/** Each channel has this many patterns, each of another person: a pattern and its person are one lane. */
export const patternsAChannel = 5;

export const channelId = (channel: number) => `C${String(channel).padStart(4, '0')}`;
const holderOf = (channel: number, pattern: number) =>
  `U${String(channel * patternsAChannel + pattern).padStart(5, '0')}`;
/** The words that one pattern of a channel finds, and no other one. */
export const wordsOf = (channel: number, pattern: number) => `alarm ${'abcdefgh'[pattern]}${channel} of disk`;

export interface Site {
  slack: FakeSlack;
  database: PostgresServer;
  /** Null while it is started again. */
  instances: (Program | null)[];
  /** Starts an instance in place of one that was killed. Tries again while the database is away. */
  restart(index: number): Promise<void>;
  /** Stops all. */
  close(): Promise<void>;
}

export interface SiteOptions {
  count: number;
  random: Random;
  onBotPost(post: FakePost): void;
}

const password = 'a long password';

/** Programs on one PostgreSQL with a fake Slack that gives each event to a random socket. Patterns are tracked through the API. */
export async function openSite({ count, random, onBotPost }: SiteOptions): Promise<Site> {
  const closing: (() => unknown)[] = [];
  const suite = { after: (close: () => unknown) => void closing.push(close) };
  const home = tempDir(suite as never);
  mkdirSync(join(home, 'watch'));
  writeFileSync(join(home, 'watch/all.yaml'), `channel: '#c0'\nbeats: [{ name: nightly, every: 1d, grace: 2h }]\n`);
  // A commit is on disk before it is answered, else kill -9 of the server would prove nothing.
  const database = await startPostgres({ fsync: true });
  closing.push(() => database.stop());
  const numbers = Array.from({ length: channels }, (_, channel) => channel);
  const people = numbers.flatMap((channel) =>
    Array.from({ length: patternsAChannel }, (_, at) => holderOf(channel, at)),
  );
  const slack = await startFakeSlack({
    teams: [
      {
        id: 'T1',
        users: ['U1', 'U2', 'U3', ...people].map((id) => ({ id, name: id.toLowerCase() })),
        channels: numbers.map((channel) => ({ id: channelId(channel), name: `c${channel}` })),
      },
    ],
    // Slack's own, faster: an event is given up after the last one.
    retryDelaysMs: [200, 2_000, 6_000, 15_000],
    ...{ spread: 'random', random: () => random.next(), echo: false, keep: 200, onBotPost },
  });
  closing.push(() => slack.stop());
  const env = {
    ...slackEnv(slack),
    ...{ DATABASE_URL: database.url, BASIC_AUTH_PASSWORD: password, LOG_LEVEL: 'error', MERGE: 'off' },
    ...{ WATCH_DIR: join(home, 'watch'), MESSAGE_TTL_SECONDS: '86400' },
  };

  async function start(index: number): Promise<Program> {
    const dataDir = join(home, `data-${index}`);
    mkdirSync(dataDir, { recursive: true });
    const program = await startProgram(suite, { dataDir, env });
    children.add(program.child);
    program.child.once('exit', () => children.delete(program.child));
    return program;
  }

  const children = new Set<Program['child']>();
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
  });
  const instances: (Program | null)[] = [];
  const site: Site = {
    ...{ slack, database, instances },
    async restart(index) {
      for (let left = 20; ; left -= 1) {
        try {
          instances[index] = await start(index);
          return;
        } catch (error) {
          if (left === 0) throw error;
          console.log(`instance ${index + 1} did not start: ${String(error).slice(0, 300)}`);
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
  try {
    for (let index = 0; index < count; index += 1) instances.push(await start(index));
    await slack.waitForSockets(2 * count, 30_000);
    await track(instances as Program[]);
  } catch (error) {
    await site.close();
    throw error;
  }
  return site;
}

async function track(instances: readonly Program[]): Promise<void> {
  const first = instances[0] as Program;
  async function trackIn(channel: number): Promise<void> {
    for (let at = 0; at < patternsAChannel; at += 1) {
      const body = { pattern: wordsOf(channel, at), user: holderOf(channel, at), channel: channelId(channel) };
      const { status, body: answer } = await first.api('POST', '/ultronex/track', body);
      if (status !== 201) throw new Error(`track: ${status} ${JSON.stringify(answer)}`);
    }
  }
  let next = 0;
  const trackNext = async () => {
    while (next < channels) {
      next += 1;
      await trackIn(next - 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, trackNext));
  for (const each of instances) {
    for (;;) {
      const { body } = await each.api('GET', '/ultronex/track?view=list');
      if (body.subscriptions.length === channels * patternsAChannel) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
