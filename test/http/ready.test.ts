import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { freePort } from '../support/port.ts';
import { eventually, slackEnv } from '../support/program.ts';
import { type Api, startApi } from './support.ts';

interface Readiness {
  status: number;
  body: { ready: boolean; reasons: string[] };
}

async function readiness(api: Api, query = ''): Promise<Readiness> {
  const response = await fetch(`${api.origin}/readyz${query}`);
  return { status: response.status, body: (await response.json()) as Readiness['body'] };
}

/** API, status and pages work; `/readyz` alone says that Slack is down. */
async function servesWithoutSlack(api: Api, reason: RegExp): Promise<void> {
  const whole = await eventually('the reason', async () => {
    const answer = await readiness(api);
    return reason.test(answer.body.reasons.join()) && answer;
  });
  assert.equal(whole.status, 503);
  assert.equal(whole.body.ready, false);
  assert.deepEqual(await readiness(api, '?for=proxy'), { status: 200, body: { ready: true, reasons: [] } });
  assert.equal((await fetch(`${api.base}/heartbeat`)).status, 200);
  assert.equal((await fetch(`${api.base}/`)).status, 200);
  const { parts } = (await (await fetch(`${api.base}/status`)).json()) as { parts: { name: string; state: string }[] };
  assert.equal(parts.find(({ name }) => name === 'slack')?.state, 'down');
  const posted = await api.call('POST', '/slack', { msg: { channel: '#general', text: 'waits for Slack' } });
  assert.equal(posted.status, 200, 'a message is accepted and waits');
}

for (const code of ['invalid_auth', 'account_inactive', 'token_revoked']) {
  test(`a bot token that Slack refuses with ${code} does not remove the program from a proxy`, async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    // Every method refuses the bot token, since a successful call would make it valid again.
    slack.faults.add({ method: 'apps.connections.open', kind: 'delay', ms: 0, times: Number.POSITIVE_INFINITY });
    slack.faults.add({ kind: 'error', error: code, times: Number.POSITIVE_INFINITY });
    const api = await startApi(t, slackEnv(slack));
    await servesWithoutSlack(api, new RegExp(`^slack: Slack refuses the bot token \\(${code}\\)`));
  });
}

test('an unreachable Slack does not remove the program from a proxy', async (t) => {
  const api = await startApi(t, {
    SLACK_API_URL: `http://127.0.0.1:${await freePort()}/api/`,
    SLACK_BOT_TOKEN: 'xoxb-test-1',
    SLACK_APP_TOKEN: 'xapp-test-1',
  });
  await servesWithoutSlack(api, /^slack: Slack was not reached yet/);
});

test('the parameter for of readyz is proxy or absent', async (t) => {
  const api = await startApi(t);
  assert.equal((await readiness(api)).status, 200);
  assert.equal((await readiness(api, '?for=proxy')).status, 200);
  const wrong = await fetch(`${api.origin}/readyz?for=everything`);
  assert.ok(wrong.status >= 400 && wrong.status < 500, `${wrong.status}`);
  assert.match(await wrong.text(), /for must be proxy/);
});
