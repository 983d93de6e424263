import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

type Document = { paths: Record<string, Record<string, { parameters?: { name: string }[]; security?: unknown[] }>> };

/** Home is T1; T2 and T3 install the app. Every module is on. */
async function setUp(t: TestContext) {
  const teams = [{ id: 'T1' }, { id: 'T2' }, { id: 'T3' }];
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000], teams, oauth: { clientId, clientSecret } });
  t.after(() => slack.stop());
  const dataDir = tempDir(t);
  const port = await freePort();
  const program = await startProgram(t, {
    dataDir,
    env: {
      ...slackEnv(slack),
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
      ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    },
  });
  await slack.waitForSockets(2);
  for (const team of ['T2', 'T3']) {
    slack.oauth.decide({ team });
    const done = await jarBrowser().open(`${program.url}/slack/install?start=true`);
    assert.equal(done.status, 200, done.text);
  }

  async function tokenOf(team: string): Promise<Record<string, string>> {
    const scopes = ['read', 'post', 'track', 'incidents', 'jobs', 'control', 'admin', 'events'];
    const { status, body } = await program.api('POST', '/ultronex/tokens', { name: team, scopes, team });
    assert.equal(status, 201, JSON.stringify(body));
    return { authorization: `Bearer ${body.token}` };
  }
  return { slack, program, tokenOf };
}

test('workspaces that installed the app track, match and post for themselves, and see nothing of one another', async (t) => {
  const { slack, program, tokenOf } = await setUp(t);
  for (const team of ['T2', 'T3']) {
    slack.say({ team, channel: `C1${team}`, user: `U1${team}`, text: `<@UBOT${team}> forward secret of ${team}` });
  }
  await slack.waitForPosts(2);
  for (const team of ['T1', 'T2', 'T3']) {
    const tail = team === 'T1' ? '' : team;
    slack.say({ team, channel: `C1${tail}`, user: `U2${tail}`, text: 'the secret of T2, the secret of T3' });
  }
  await slack.waitForPosts(4);
  const forwards = slack.botPosts.filter(({ channel }) => channel.startsWith('D'));
  assert.deepEqual(forwards.map(({ team, channel }) => [team, channel]).sort(), [
    ['T2', 'DU1T2'],
    ['T3', 'DU1T3'],
  ]);

  const own = await tokenOf('T2');
  const get = async (path: string, headers = own) => (await program.api('GET', path, undefined, headers)).body;
  assert.deepEqual(await get('/ultronex/track'), { 'secret of T2': 'U1T2' });
  const posted = await program.api('POST', '/ultronex/slack', { msg: { channel: 'C1T2', text: 'from the API' } }, own);
  assert.equal(posted.status, 200);
  await slack.waitForPosts(1, 5_000, ({ team, text }) => team === 'T2' && text === 'from the API');
  const { messages } = await get('/ultronex/messages');
  assert.ok(messages.length >= 3);
  assert.ok(
    messages.every((each: { channel: string }) => /T2$/.test(each.channel)),
    JSON.stringify(messages),
  );
  const home = await get('/ultronex/messages', {});
  assert.deepEqual(home.messages, [], 'without ?team= the operator reads the messages of their own workspace');
  assert.equal((await get('/ultronex/stats?team=T3', {})).forwarded_msg_count, 1);
  assert.equal((await get('/ultronex/stats', {})).forwarded_msg_count, 0);
});

test('every route and every command of the operator is closed to other workspaces', async (t) => {
  const { slack, program, tokenOf } = await setUp(t);
  const headers = await tokenOf('T2');
  const { body: document } = await program.api('GET', '/ultronex/openapi.json');
  let closed = 0;
  let ofTeams = 0;
  for (const [path, methods] of Object.entries((document as Document).paths)) {
    for (const [method, { parameters = [], security }] of Object.entries(methods)) {
      if (security?.length === 0 || !path.startsWith('/ultronex/')) continue;
      if (parameters.some(({ name }) => name === 'team')) {
        ofTeams += 1;
        const other = await program.api(
          method.toUpperCase(),
          `${path.replaceAll(/\{\w+\}/g, 'x')}?team=T3`,
          undefined,
          headers,
        );
        assert.equal(other.status, 403, `${method} ${path} of another workspace`);
        continue;
      }
      closed += 1;
      const withBody = ['post', 'put', 'patch'].includes(method) ? {} : undefined;
      const answer = await program.api(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), withBody, headers);
      assert.equal(answer.status, 403, `${method} ${path}: ${JSON.stringify(answer.body).slice(0, 200)}`);
    }
  }
  assert.ok(closed > 30 && ofTeams > 10, `${closed} closed, ${ofTeams} of one workspace`);

  const ask = async (text: string, team: string) => {
    const tail = team === 'T1' ? '' : team;
    const reply = await slack.slashCommand({ team, channel: `C1${tail}`, user: `U1${tail}`, text });
    return JSON.stringify(reply);
  };
  const help = await ask('help', 'T1');
  const names = [...help.matchAll(/• `([a-z]+)/g)].map(([, name = '']) => name);
  const others = await ask('help', 'T2');
  const core = ['forward', 'track', 'stop', 'mute', 'talk', 'quote', 'xkcd', 'gif', 'help'];
  const ofTheOperator = [...new Set(names)].filter((name) => !core.includes(name));
  assert.ok(ofTheOperator.includes('status') && ofTheOperator.length > 3, ofTheOperator.join());
  for (const name of ofTheOperator) {
    assert.doesNotMatch(others, new RegExp(`\`${name}\\b`), `help names ${name}`);
    assert.match(await ask(`${name} x`, 'T2'), /I do not know/, name);
  }
});

test('an erased workspace leaves nothing behind, and the others go on', async (t) => {
  const { slack, program } = await setUp(t);
  await slack.slashCommand({ team: 'T2', channel: 'C1T2', user: 'U1T2', text: 'forward gone' });
  const removed = await program.api('DELETE', '/ultronex/workspaces/T2?erase=true', { confirm: 'T2' });
  assert.ok(removed.status < 300, JSON.stringify(removed.body));
  assert.equal((await program.api('GET', '/ultronex/track?team=T2')).status, 404);
  slack.say({ team: 'T2', channel: 'C1T2', user: 'U2T2', text: 'gone?' });
  slack.say({ team: 'T3', channel: 'C1T3', user: 'U1T3', text: '<@UBOTT3> help' });
  await slack.waitForPosts(1, 5_000, ({ team }) => team === 'T3');
  assert.equal(slack.botPosts.filter(({ team }) => team === 'T2').length, 0);
});
