import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { loadConfig } from '../../../src/app/index.ts';
import { startFakeGrafana } from '../../fakes/grafana/index.ts';
import { startFakeHeroku } from '../../fakes/heroku/index.ts';
import { type Api, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';

async function start(t: TestContext, more: Record<string, string> = {}) {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  const dataDir = tempDir(t);
  const env = {
    HEROKU_API_KEY: 'test-key',
    HEROKU_API_URL: heroku.url,
    DATA_DIR: dataDir,
    WATCH_DIR: dataDir,
    ...more,
  };
  /** Starts the program on the same store. Its last line stops it. */
  async function program(): Promise<{ api: Api; stop(): Promise<void> }> {
    const stops: (() => unknown)[] = [];
    const api = await startApi({ after: (run) => void stops.push(run) }, env);
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) for (const run of stops) await run();
      isStopped = true;
    };
    t.after(stop);
    return { api, stop };
  }
  return { heroku, world: heroku.world, dataDir, program };
}

const messagesOf = async (
  api: Api,
): Promise<{ text: string; source: string; destination: unknown; channel: string }[]> =>
  (await api.call('GET', '/messages?limit=100')).body.messages;
const metricsOf = async (api: Api): Promise<string> => (await fetch(`${api.origin}/metrics`)).text();

describe('the module heroku in the program', () => {
  it('opens a card, and ends it and tells what was released after a restart; the release becomes an annotation', async (t) => {
    const grafana = await startFakeGrafana();
    t.after(() => grafana.close());
    const { world, program } = await start(t, {
      ...{ MONITORED_APP_NAME: 'shop, blog', SLACK_CHANNEL: '#random' },
      ...{ GRAFANA_URL: grafana.url, GRAFANA_TOKEN: 'test-token' },
    });
    for (const app of ['shop', 'blog']) world.addApp(app, { web: 2 });
    world.crash('shop', 'web.1');
    const first = await program();
    const card = await eventually('the card', async () =>
      (await messagesOf(first.api)).find(({ source }) => source === 'incident'),
    );
    assert.match(card.text, /\*shop: 1 of 2 web dynos crashed\* · critical · firing/);
    await eventually('both apps', async () =>
      /^ultronex_heroku_requests_remaining 4488$/m.test(await metricsOf(first.api)),
    );
    const text = await metricsOf(first.api);
    assert.match(text, /^ultronex_heroku_dynos\{app="shop",state="crashed"\} 1$/m);
    assert.match(text, /^ultronex_heroku_dynos\{app="blog",state="up"\} 2$/m);
    const { body } = await first.api.call('GET', '/status');
    assert.match(JSON.stringify(body), /2 apps, 4,488 requests left/);
    await first.stop();

    world.setDyno('shop', 'web.1', 'up');
    world.release('shop', { description: 'Deploy abc' });
    const second = await program();
    await eventually('the release', async () =>
      (await messagesOf(second.api)).some(({ source, text }) => source === 'heroku' && /v2 deployed by/.test(text)),
    );
    await eventually('the end of the incident', async () =>
      (await messagesOf(second.api)).some(({ source, text }) => source === 'incident' && /· resolved after/.test(text)),
    );
    await eventually('the annotation', () => grafana.annotations.length === 1);
    await second.stop();
    assert.equal(grafana.annotations.length, 1);
  });

  it('secrets and invisible characters in texts of Heroku reach no card, no annotation, no audit entry and no status', async (t) => {
    const grafana = await startFakeGrafana();
    t.after(() => grafana.close());
    const { world, program } = await start(t, {
      ...{ MONITORED_APP_NAME: 'shop', CHECK_INTERVAL_MINUTES: '1' },
      ...{ GRAFANA_URL: grafana.url, GRAFANA_TOKEN: 'test-token', HEROKU_WEBHOOK_SECRET: 'test-secret' },
    });
    world.addApp('shop', { web: 1 });
    const first = await program();
    await eventually('the first look', async () =>
      /^ultronex_heroku_requests_remaining 4494$/m.test(await metricsOf(first.api)),
    );
    await first.stop();
    world.setConfig('shop', { 'A\u202eB': '1' });
    world.addAddon('shop', 'redis\u200b-1', 'plan token=hunter2');
    world.release('shop', {
      description: 'Deploy pass\u200bword=hunter2\u202e of https://ada:hunter2@example.com/x\u0007\ntoken: hunter2',
      user: { id: '1', email: 'ada\u2066@example.com' },
    });
    const { api } = await program();
    const card = await eventually('the card', async () =>
      (await messagesOf(api)).find(({ text }) => /v3 deployed/.test(text)),
    );
    assert.match(
      card.text,
      /by ada@example.com: Deploy password=\[redacted\] of https:\/\/ada:\[redacted\]@example.com\/x token: \[redacted\] ·/,
    );
    assert.match(card.text, /`redis-1` \(`plan token=\[redacted\]`\)/);
    await eventually('the annotation', () => grafana.annotations.length === 2);
    const said = [
      ...[await messagesOf(api), grafana.annotations],
      ...(await Promise.all(
        ['/audit', '/heroku', '/heroku/shop', '/status'].map(async (path) => (await api.call('GET', path)).body),
      )),
    ];
    for (const each of said) assert.doesNotMatch(JSON.stringify(each), /hunter2|[\u200b\u202e\u2066]|\\u00/);
    assert.match(JSON.stringify(said), /redis-1/);
  });

  it('takes apps of WATCH_DIR while it runs, and one that is wrong in MONITORED_APP_NAME stops the start', async (t) => {
    const { world, dataDir, program } = await start(t);
    world.addApp('late', { web: 1 });
    const { api } = await program();
    assert.match(JSON.stringify((await api.call('GET', '/status')).body), /no app is watched: set MONITORED_APP_NAME/);
    writeFileSync(join(dataDir, 'apps.yaml'), 'heroku: [{ app: late, every: 1m }]');
    await eventually('the app of the file', async () => (await metricsOf(api)).includes('app="late"'));
    assert.throws(() => loadConfig({ HEROKU_API_KEY: 'test-key', MONITORED_APP_NAME: 'My App' }), /MONITORED_APP_NAME/);
    assert.throws(
      () => loadConfig({ HEROKU_API_KEY: 'test-key', HEROKU_API_URL: 'http://api.example.com' }),
      /HEROKU_API_URL/,
    );
  });

  it('with a refused key the program works, and its status and /readyz say so', async (t) => {
    const { heroku, world, program } = await start(t, { MONITORED_APP_NAME: 'shop' });
    world.addApp('shop');
    heroku.keys.clear();
    const { api } = await program();
    const card = await eventually('the card', async () =>
      (await messagesOf(api)).find(({ source }) => source === 'incident'),
    );
    assert.match(card.text, /\*Heroku refuses the key\*/);
    const { body } = await api.call('GET', '/status');
    assert.match(JSON.stringify(body), /Heroku refuses the key in HEROKU_API_KEY \(401\)/);
    assert.equal((await fetch(`${api.origin}/readyz`)).status, 200);
    assert.doesNotMatch(JSON.stringify(body) + (await metricsOf(api)) + card.text, /test-key/);
  });

  it('without a key nothing of it is loaded, and the home page says how to turn it on', async (t) => {
    const api = await startApi(t, { MONITORED_APP_NAME: 'shop' });
    assert.doesNotMatch(await metricsOf(api), /ultronex_heroku/);
    const { body } = await api.call('GET', '/status');
    assert.match(JSON.stringify(body.off), /HEROKU_API_KEY/);
  });
});
