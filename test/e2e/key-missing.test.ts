import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('a workspace whose key is gone keeps its data, takes events and messages, and is told so', async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1' }, { id: 'T2' }], oauth: { clientId, clientSecret } });
  t.after(() => slack.stop());
  const [dataDir, port] = [tempDir(t), await freePort()];
  const startWith = async (...keys: string[]) => {
    const program = await startProgram(t, {
      dataDir,
      env: {
        ...slackEnv(slack),
        ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: keys.join(',') },
        ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
      },
    });
    await slack.waitForSockets(2);
    return program;
  };
  const before = await startWith(sealKey('k2'));
  slack.oauth.decide({ team: 'T2' });
  assert.equal((await jarBrowser().open(`${before.url}/slack/install?start=true`)).status, 200);
  const made = { name: 'acme', scopes: ['read', 'post', 'track'], team: 'T2' };
  const { body: created } = await before.api('POST', '/ultronex/tokens', made);
  await before.kill('SIGTERM');

  const program = await startWith(sealKey('k1'));
  const own = { authorization: `Bearer ${created.token}` };
  const call = (method: string, path: string, body?: unknown) =>
    program.api(method, `/ultronex${path}`, body, own).then((got) => ({ ...got, said: JSON.stringify(got.body) }));

  for (const path of ['/stats', '/messages', '/track', '/external', '/stats?team=T2']) {
    assert.equal((await call('GET', path)).status, 200, path);
  }
  assert.equal((await program.api('GET', '/ultronex/stats?team=T2')).status, 200, 'the operator');
  assert.equal((await call('POST', '/track', { pattern: 'deploy', user: 'U1T2' })).status, 201);
  assert.equal((await call('POST', '/track/test', { pattern: 'x', sample: 'x <@U1T2>' })).status, 200);
  assert.equal((await call('POST', '/slack/general', 'from the API')).status, 200);
  assert.equal((await call('POST', '/webhook/general', { text: 'from a webhook' })).status, 200);

  for (const [method, path, body] of [
    ['GET', '/names?ids=C1T2,U1T2'],
    ['GET', '/names?kind=user&q=a'],
    ['POST', '/slack', { msg: { channel: '@ada', text: 'x' } }],
    ['POST', '/webhook/@ada', { text: 'x' }],
    ['POST', '/track', { pattern: 'x', user: '@ada' }],
    ['POST', '/track', { pattern: 'x', user: 'U1T2', channel: '#general' }],
  ] as const) {
    const { status, said } = await call(method, path, body);
    assert.equal(status, 503, `${method} ${path}: ${said}`);
    assert.match(said, /This workspace is not served at the moment: the operator of this server has to/);
    assert.doesNotMatch(said, /k1|k2|TOKEN_KEYS/);
  }
  const asOperator = await program.api('GET', '/ultronex/names?ids=U1T2&team=T2');
  assert.equal(asOperator.status, 503);
  assert.match(asOperator.body.msg, /^The token of the workspace T2 does not open: TOKEN_KEYS lacks its key/);

  for (const text of ['deploy of <@U2T2>', 'another deploy']) {
    const said = slack.say({ team: 'T2', channel: 'C1T2', user: 'U2T2', text });
    for (const { acked, attempts } of await said.delivered) assert.deepEqual([acked, attempts], [true, 1], text);
  }
  const command = await slack.slashCommand({ team: 'T2', channel: 'C1T2', user: 'U1T2', text: 'help' });
  assert.match(JSON.stringify(command), /nothing was done. Please try again/, 'who gave it may be a guest');
  const { body: waiting } = await call('GET', '/messages');
  assert.deepEqual(
    waiting.messages.map(({ state, channel }: Record<string, string>) => `${channel} ${state}`).sort(),
    ['#general queued', '#general queued', 'U1T2 queued', 'U1T2 queued'],
    'two posts and two matches',
  );
  assert.doesNotMatch(JSON.stringify(waiting), /TOKEN_KEYS|k2/);
  const loud = program.logs().filter(({ level }) => level === 'error' || Number(level) >= 50);
  assert.deepEqual(
    loud.map(({ msg, team }) => [msg, team]),
    [['nothing is sent to a workspace: its token does not open; its events are taken', 'T2']],
  );
  assert.equal(slack.botPosts.filter(({ team }) => team === 'T2').length, 0);
});
