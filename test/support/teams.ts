import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { hashOfSecret, newSecret } from '../../src/domain/token.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from './browser-jar.ts';
import { clientId, clientSecret, sealKey } from './installations.ts';
import { freePort } from './port.ts';
import { slackEnv, startProgram } from './program.ts';
import { tempDir } from './temp.ts';
import { tokenOf as tokenRow } from './tokens.ts';

/** The program with the workspaces T1, which is home, and T2 and T3, which install the app. */
export async function startTeams(t: TestContext, env: Record<string, string> = {}) {
  const teams = [{ id: 'T1' }, { id: 'T2' }, { id: 'T3' }];
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000], teams, oauth: { clientId, clientSecret } });
  t.after(() => slack.stop());
  const port = await freePort();
  const dataDir = tempDir(t);
  const program = await startProgram(t, {
    dataDir,
    env: {
      ...slackEnv(slack),
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
      ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
      ...env,
    },
  });
  await slack.waitForSockets(2);
  for (const team of ['T2', 'T3']) {
    slack.oauth.decide({ team });
    const done = await jarBrowser().open(`${program.url}/slack/install?start=true`);
    assert.equal(done.status, 200, done.text);
  }

  /** Makes a token of a workspace with every scope, which the API refuses. Resolves with the headers that send it. */
  async function tokenOf(team: string): Promise<Record<string, string>> {
    const scopes = ['read', 'post', 'track', 'incidents', 'jobs', 'control', 'admin', 'events', 'hook', 'beat'];
    const secret = newSecret();
    const token = tokenRow({ id: team, name: team, hash: hashOfSecret(secret), scopes, team });
    const options = { owner: 'test', clock: systemClock, onError: assert.ifError };
    const store = await createSqliteStore({ file: join(dataDir, 'ultronex.db'), ...options });
    await store.createToken(token, Date.now()).finally(() => store.close());
    return { authorization: `Bearer ${secret}` };
  }
  return { slack, program, tokenOf };
}
