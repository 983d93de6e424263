import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { type TestContext, test } from 'node:test';
import { startFakeHeroku } from '../fakes/heroku/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, programFile } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

/**
 * A dyno with the environment of the monitor that this program replaces: the addresses of the fakes are all that is added.
 * The Slack app has the two scopes that its guide names.
 */
async function deploy(t: TestContext, more: Record<string, string> = {}) {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  heroku.world.addApp('my-app', { web: 2 });
  const channels = ['alerts', 'ops'].map((name, at) => ({ id: `C${at + 1}`, name }));
  const slack = await startFakeSlack({ teams: [{ id: 'T1', scopes: ['chat:write', 'commands'], channels }] });
  t.after(() => slack.stop());

  async function start() {
    const child = spawn(process.execPath, [programFile], {
      cwd: tempDir(t),
      env: {
        ...{ DYNO: 'web.1', PORT: '0', SLACK_API_URL: slack.apiUrl, HEROKU_API_URL: heroku.url },
        ...{ HEROKU_API_KEY: 'test-key', MONITORED_APP_NAME: 'my-app', SLACK_BOT_TOKEN: 'xoxb-test-1' },
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    const port = await eventually('the address', () => {
      assert.equal(child.exitCode, null, output.stderr + output.stdout);
      return /Ultronex is at http:\/\/[\d.]+:(\d+)\//.exec(output.stderr)?.[1];
    });
    return { url: `http://127.0.0.1:${port}`, output, child };
  }
  return { heroku, slack, start };
}

for (const [channel, more] of [
  ['#alerts', {}],
  ['#ops', { SLACK_CHANNEL: '#ops', CHECK_INTERVAL_MINUTES: '5' }],
] as const) {
  test(`the original quick start: with its environment and nothing else, a crash is a card in ${channel}`, async (t) => {
    const { heroku, slack, start } = await deploy(t, more);
    heroku.world.crash('my-app', 'web.2');
    const { url, output } = await start();

    const [card] = await slack.waitForPosts(1, 20_000, ({ text }) => text.includes('my-app'));
    assert.equal(`#${slack.team().channels.find(({ id }) => id === card?.channel)?.name}`, channel);
    assert.match(JSON.stringify(card), /web\.2/);
    assert.match(JSON.stringify(card), /crashed/);

    const origin = await (await fetch(url)).json();
    assert.equal((origin as { status: string }).status, 'ok');
    const { heroku: told, slack: where } = (await (await fetch(`${url}/health`)).json()) as Record<string, object>;
    assert.deepEqual(told, { configured: true, apps: ['my-app'], webhooks: false });
    assert.deepEqual(where, { configured: true, channel });

    assert.match(output.stdout, /neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set/);
    assert.doesNotMatch(output.stdout + output.stderr, /test-key|xoxb-test-1/);
    for (const login of ['ultronex:', 'ultronex:ultronex', 'admin:admin', 'ultronex:password']) {
      const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
      const { status } = await fetch(`${url}/ultronex/heroku`, { headers: { authorization } });
      assert.equal(status, 401, login);
    }
    assert.equal((await fetch(`${url}/slack/command`, { method: 'POST', body: 'a=b' })).status, 401);
  });
}

test('/heroku-status at its own address is answered with a signing secret; without users:read the answer names that scope', async (t) => {
  const { slack, start } = await deploy(t, { SLACK_SIGNING_SECRET: 'signing-secret' });
  const { url } = await start();
  let trigger = 0;
  async function ask(): Promise<string> {
    trigger += 1;
    const who = { team_id: 'T1', channel_id: 'C1', user_id: 'U1', trigger_id: `t.${trigger}` };
    const form = new URLSearchParams({ command: '/heroku-status', text: 'my-app', ...who }).toString();
    const at = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', 'signing-secret').update(`v0:${at}:${form}`).digest('hex')}`;
    const answer = await fetch(`${url}/slack/command`, {
      ...{ method: 'POST', body: form },
      headers: { 'x-slack-request-timestamp': at, 'x-slack-signature': signature },
    });
    assert.equal(answer.status, 200);
    return answer.text();
  }
  assert.match(await ask(), /users:read/);
  slack.team().scopes.push('users:read');
  await eventually('the status', async () => /\*my-app\*: owner ada@example\.com/.test(await ask()));
  assert.equal(slack.callsOf('apps.connections.open').length, 0);
});

test('a dyno serves the host names of herokuapp.com and no others', async (t) => {
  const { start } = await deploy(t);
  const { port } = new URL((await start()).url);
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
  assert.equal(await status('my-bot.herokuapp.com'), 200);
  assert.equal(await status('rebound.example.com'), 421);
});

test('after SIGTERM the next program looks at once; after kill -9 it says that it waits for the lease', async (t) => {
  const password = 'a-long-password';
  const { heroku, start } = await deploy(t, { DATA_DIR: tempDir(t), BASIC_AUTH_PASSWORD: password });
  const authorization = `Basic ${Buffer.from(`ultronex:${password}`).toString('base64')}`;
  const detailOf = async (url: string) => {
    const status = await (await fetch(`${url}/ultronex/status`, { headers: { authorization } })).json();
    return (status as { parts: { name: string; detail: string }[] }).parts.find(({ name }) => name === 'heroku')
      ?.detail;
  };
  const looks = (url: string) =>
    eventually('a look', async () => /^1 app, .* requests left$/.test((await detailOf(url)) ?? ''));

  const first = await start();
  await looks(first.url);
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  const asked = heroku.requests.length;
  const second = await start();
  await looks(second.url);
  assert.ok(heroku.requests.length > asked);
  second.child.kill('SIGKILL');
  await once(second.child, 'exit');
  const third = await start();
  await eventually('the reason', async () =>
    /^1 app; waits for its lease, .* 20 s at most\)$/.test((await detailOf(third.url)) ?? ''),
  );
});
