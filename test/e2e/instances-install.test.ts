import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import { isPostgresInstalled, startPostgres } from '../support/postgres.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('an installation that comes back from Slack while PostgreSQL is away ends when it is there again', {
  skip: isPostgresInstalled() ? false : 'needs PostgreSQL: npm run test:postgres',
}, async (t) => {
  const server = await startPostgres({ fsync: true });
  t.after(() => server.stop());
  const slack = await startFakeSlack({ oauth: { clientId, clientSecret }, teams: [{ id: 'T1' }, { id: 'T2' }] });
  t.after(() => slack.stop());
  const port = await freePort();
  const program = await startProgram(t, {
    dataDir: tempDir(t),
    env: {
      ...{ ...slackEnv(slack), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: server.url },
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
    },
  });
  slack.oauth.decide({ team: 'T2' });
  const browser = jarBrowser();
  const toSlack = await browser.get(`${program.url}/slack/install?start=true`);
  const back = (await browser.get(toSlack.location)).location;

  await server.kill();
  for (let load = 1; load <= 2; load += 1) {
    const { status, text } = await browser.open(back);
    assert.equal(status, 503, text);
    assert.match(text, /<meta http-equiv="refresh" content="10">/);
    assert.doesNotMatch(text, /DATABASE_URL|ECONNREFUSED/);
  }
  assert.equal(slack.callsOf('oauth.v2.access').length, 0, 'the code was not used');

  await server.start();
  const done = await eventually('the page leads on', async () => {
    const page = await browser.open(back);
    return page.status === 503 ? null : page;
  });
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /<h1>Ultronex is in /);
  const { body } = await program.api('GET', '/ultronex/workspaces');
  assert.deepEqual(
    body.workspaces.map(({ team }: { team: string }) => team),
    ['T2'],
  );
});
