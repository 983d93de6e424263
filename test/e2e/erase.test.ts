import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { readEvents } from '../http/sse.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const database = await openTestDatabase('erasing a workspace that several instances serve');
after(() => database?.close());

/** Home is T1; T2 installs the app. The events of T2 go to the last of the programs. */
async function setUp(t: TestContext, count: number, env: Record<string, string>) {
  const oauth = { clientId, clientSecret };
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500], teams: [{ id: 'T1' }, { id: 'T2' }], oauth });
  t.after(() => slack.stop());
  const programs: Program[] = [];
  for (let index = 0; index < count; index += 1) {
    const port = String(await freePort());
    const program = await startProgram(t, {
      dataDir: tempDir(t),
      env: {
        ...{
          ...slackEnv(slack),
          ...env,
          BASIC_AUTH_PASSWORD: 'a long password',
          PUBLIC_URL: `http://127.0.0.1:${port}`,
          PORT: port,
        },
        ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
      },
    });
    programs.push(program);
    await slack.waitForSockets(2 * (index + 1));
  }
  slack.sockets.only([2 * count - 1, 2 * count]);
  const [first, last] = [programs[0] as Program, programs.at(-1) as Program];
  return {
    ...{ slack, programs, first, last },
    async install(): Promise<void> {
      slack.oauth.decide({ team: 'T2' });
      const done = await jarBrowser().open(`${first.url}/slack/install?start=true`);
      assert.equal(done.status, 200, done.text);
    },
    say: (text: string, user = 'U1T2') => slack.say({ team: 'T2', channel: 'C1T2', user, text }),
    /** The texts of the live feed, up to one that is like `last`. */
    async feedOf({ url, user, password }: Program, last: RegExp): Promise<string[]> {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      const reader = await readEvents(`${url}/ultronex/events?team=T2`, undefined, { authorization });
      const texts: string[] = [];
      while (!last.test(texts.at(-1) ?? '')) {
        const [card] = await reader.take(1);
        texts.push(JSON.parse(card?.data ?? '').text);
      }
      reader.close();
      return texts;
    },
  };
}

const nothing = { msg: 'No pattern set for match' };
const trackedAt = async (program: Program) => (await program.api('GET', '/ultronex/track?team=T2')).body;

async function eraseAndReturn(t: TestContext, count: number, env: Record<string, string> = {}) {
  const { slack, programs, first, last, install, say, feedOf } = await setUp(t, count, env);
  const forwards = () => slack.botPosts.filter(({ channel }) => channel === 'DU1T2').map(({ text }) => text);
  await install();
  say('<@UBOTT2> forward gone');
  for (const each of programs) await eventually('it is tracked', async () => (await trackedAt(each)).gone === 'U1T2');
  say('it is gone', 'U2T2');
  await slack.until(() => forwards().find((text) => /it is .?gone/.test(text)));

  const body = { confirm: 'T2' };
  const erased = await first.api('DELETE', '/ultronex/workspaces/T2?erase=true', body);
  assert.equal(erased.status, 200);
  for (const each of programs) {
    const { status } = await each.api('GET', '/ultronex/track?team=T2');
    assert.equal(status, 404, 'no instance serves it');
  }
  await install();
  assert.deepEqual(await trackedAt(first), nothing, 'at once where it was erased');
  for (const each of programs) {
    await eventually('it is served, without patterns', async () => (await trackedAt(each)).msg === nothing.msg);
  }

  say('gone once more', 'U2T2');
  say('<@UBOTT2> forward later');
  await eventually('it is tracked', async () => (await trackedAt(last)).later === 'U1T2');
  say('it is later', 'U2T2');
  await slack.until(() => forwards().find((text) => /it is .?later/.test(text)));
  assert.equal(forwards().filter((text) => /gone/.test(text)).length, 1, 'what was erased forwards nothing');
  for (const each of programs) {
    assert.deepEqual(await trackedAt(each), { later: 'U1T2' });
    const feed = await feedOf(each, /it is .?later/);
    assert.ok(!feed.some((text) => /gone/.test(text)), feed.join('\n'));
  }
}

describe('a workspace that is erased and installs the bot again begins without patterns and live events', () => {
  it('with SQLite', (t) => eraseAndReturn(t as TestContext, 1));
  if (database !== null) {
    it('with two instances on PostgreSQL', async (t) =>
      eraseAndReturn(t as TestContext, 2, { DATABASE_URL: await database.newDatabase() }));
  }
});
