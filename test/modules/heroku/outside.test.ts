import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ultronex } from '../../cli/support.ts';
import { type FakeHeroku, startFakeHeroku } from '../../fakes/heroku/index.ts';
import { type Api, authorization, password, said, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';

let heroku: FakeHeroku;
let api: Api;
const closing: (() => Promise<void> | void)[] = [];

before(async () => {
  heroku = await startFakeHeroku();
  heroku.world.addApp('shop', { web: 2 });
  heroku.world.addApp('blog');
  heroku.world.addAddon('shop', 'postgresql-flat-1');
  api = await startApi(
    { after: (run) => void closing.push(run) },
    {
      ...{ HEROKU_API_KEY: 'test-key', HEROKU_API_URL: heroku.url, MONITORED_APP_NAME: 'shop' },
      ...{ CHECK_INTERVAL_MINUTES: '7', HEROKU_WEBHOOK_SECRET: 'webhook-secret' },
    },
  );
});
after(async () => {
  for (const close of closing) await close();
  await heroku.close();
});

test('GET /ultronex/heroku/{app} reads an app now, watched or not', async () => {
  heroku.world.crash('shop', 'web.2');
  const { status, body } = await api.call('GET', '/heroku/shop');
  assert.equal(status, 200);
  assert.deepEqual(
    [body.app, body.owner, body.stack, body.problem, body.addons[0].name, body.releases[0].version],
    ['shop', 'ada@example.com', 'heroku-24', null, 'postgresql-flat-1', 1],
  );
  assert.deepEqual(body.dynos.map(({ name, state }: Record<string, string>) => `${name} ${state}`).sort(), [
    'web.1 up',
    'web.2 crashed',
  ]);
  assert.equal((await api.call('GET', '/heroku/blog')).body.problem, null);
  const unknown = await api.call('GET', '/heroku/nowhere');
  assert.equal(unknown.status, 200);
  assert.equal(unknown.body.readAt, null);
  assert.match(unknown.body.problem, /nowhere|app/);
});

test('GET /ultronex/heroku lists the watched apps; a wrong name is refused, and so is a caller without a login', async () => {
  const { body } = await api.call('GET', '/heroku');
  assert.deepEqual(
    body.apps.map(({ app }: { app: string }) => app),
    ['shop'],
  );
  assert.ok(body.requestsLeft === null || body.requestsLeft > 0);
  assert.equal((await api.call('GET', '/heroku/No_App')).status, 422);
  for (const path of ['/heroku', '/heroku/shop']) assert.equal((await fetch(api.base + path)).status, 401);
});

test('GET /health tells what is configured, without a login and without secrets', async () => {
  const response = await fetch(`${api.origin}/health`);
  const { timestamp, ...rest } = (await response.json()) as { timestamp: string };
  assert.equal(response.status, 200);
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  assert.deepEqual(rest, {
    status: 'ok',
    heroku: { configured: true, apps: ['shop'], webhooks: true },
    slack: { configured: false, channel: '#alerts' },
    checkIntervalMinutes: 7,
  });
});

test('a signed webhook needs no login, and any other needs one', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${api.base}/hooks/heroku`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    });
  assert.equal((await post({})).status, 401);
  assert.equal((await post({ 'heroku-webhook-hmac-sha256': 'wrong' })).status, 401);
  assert.equal((await post({ authorization })).status, 204);
});

test('the command heroku in the simulator lists the apps, and reads one', async () => {
  const say = (text: string) => api.call('POST', '/simulator/messages', { channel: 'general', user: 'U1', text });
  const sentence = async (pattern: RegExp) =>
    eventually(String(pattern), async () => (await said(api)).some(({ text }) => pattern.test(text)));
  assert.ok((await say('<@U0BOT> heroku')).status < 300);
  await sentence(/\*shop\*: 1 of 2 up, web\.2 crashed; v1/);
  await say('<@U0BOT> heroku blog');
  await sentence(/\*blog\*: owner ada@example\.com, region us, stack heroku-24/);
  const slash = { channel: 'general', user: 'U1', text: '/heroku-status blog' };
  assert.match((await api.call('POST', '/simulator/commands', slash)).body.reply, /\*blog\*: owner ada@example/);
});

test('ultronex heroku status prints the apps, or one; the exit code tells that it could not be read', async () => {
  const env = { DATA_DIR: '/nowhere', BASIC_AUTH_PASSWORD: password, PORT: new URL(api.origin).port };
  const all = await ultronex(['heroku', 'status'], env);
  assert.deepEqual([all.code, all.out], [0, 'shop: 1 of 2 up, web.2 crashed; v1']);
  const one = await ultronex(['heroku', 'status', 'blog'], env);
  assert.equal(one.code, 0, one.err);
  assert.match(one.out, /^blog: owner ada@example\.com, .*\nDynos: 1 of 1 up: web\.1 up\n/);
  const json = await ultronex(['heroku', 'status', 'shop', '--json'], env);
  assert.equal(JSON.parse(json.out).app, 'shop');
  assert.equal((await ultronex(['heroku', 'status', 'nowhere'], env)).code, 1);
  assert.match((await ultronex(['heroku', 'status', 'No_App'], env)).err, /app/);
});
