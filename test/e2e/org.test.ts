import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { readEvents } from '../http/sse.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const org = {
  id: 'E1',
  workspaces: ['TA', 'TB'],
  channels: [
    { id: 'CA', name: 'general', workspace: 'TA' },
    { id: 'CB', name: 'plans', workspace: 'TB' },
  ],
};

test('one installation serves the workspaces of an organisation: patterns, channels by name, people, recorded events', async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1' }, org], oauth: { clientId, clientSecret } });
  t.after(() => slack.stop());
  const port = await freePort();
  const program = await startProgram(t, {
    dataDir: tempDir(t),
    env: {
      ...{ ...slackEnv(slack), EVENTS: 'on', PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
    },
  });
  await slack.waitForSockets(2);
  slack.oauth.decide({ team: 'E1' });
  const done = await jarBrowser().open(`${program.url}/slack/install?start=true`);
  assert.equal(done.status, 200, done.text);

  const command = { team: 'E1', channel: 'CA', user: 'U1E1', text: 'forward outage' };
  assert.match((await slack.slashCommand(command)).text ?? '', /outage/);
  await slack.say({ team: 'E1', channel: 'CB', user: 'U2E1', text: 'an outage' }).delivered;
  await slack.waitForPosts(1, 10_000, ({ channel, text }) => channel === 'DU1E1' && text.includes('an *outage*'));

  for (const channel of ['#plans', '@grace']) {
    const { status, body } = await program.api('POST', '/ultronex/slack?team=E1', { msg: { channel, text: channel } });
    assert.equal(status, 200, JSON.stringify(body));
  }
  await slack.waitForPosts(1, 10_000, ({ channel, text }) => channel === 'CB' && text === '#plans');
  await slack.waitForPosts(1, 10_000, ({ channel, text }) => channel === 'DU2E1' && text === '@grace');
  assert.equal(slack.calls.filter(({ error }) => error === 'missing_argument').length, 0);

  const authorization = `Basic ${Buffer.from(`${program.user}:${program.password}`).toString('base64')}`;
  const reader = await readEvents(`${program.url}/ultronex/events?all`, '0', { authorization });
  const [recorded] = await reader.take(1);
  reader.close();
  const { type, text, channel_uid, team_uid, relax_bot_uid } = JSON.parse(recorded?.data ?? '{}');
  assert.deepEqual(
    [type, text, channel_uid, team_uid, relax_bot_uid],
    ['message_new', 'an outage', 'CB', 'TB', 'UBOTE1'],
  );
});
