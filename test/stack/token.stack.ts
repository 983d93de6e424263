import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/program.ts';
import { runCommand } from './server-command.ts';
import type { Stack } from './stack.ts';

/** A token that Slack refuses, in a program that runs and in one that starts with it. */
export function tokenTests(stack: () => Stack): void {
  test('with a token that Slack refuses the API, the status and the pages are still served; deploy and ready say so', {
    timeout: 240_000,
  }, async () => {
    const { slack, ask } = stack();
    await slack('faults', { kind: 'error', error: 'invalid_auth', times: 'always' });
    const post = { msg: { channel: '#general', text: 'waits for another token' } };
    try {
      const { json } = await ask('/ultronex/slack', { method: 'POST', body: post });
      await eventually('the program knows it', async () =>
        (await slackPart()).detail.includes('refuses the bot token'),
      );
      // HAProxy takes a server away after two failed checks, 2 s apart.
      for (let second = 0; second < 8; second++) {
        await wait(1_000);
        for (const path of ['/ultronex/heartbeat', '/ultronex/status', '/ultronex/', '/ultronex/stats']) {
          assert.equal((await ask(path)).status, 200, `${path} after ${second} s`);
        }
      }
      assert.equal((await ask(`/ultronex/messages/${json.id}`)).json.state, 'queued');
      const ready = await runCommand(stack(), 'ready');
      assert.equal(ready.code, 1);
      assert.match(ready.stdout, /^slack: Slack refuses the bot token \(invalid_auth\)/m);
      const deployed = await runCommand(stack(), 'deploy', ['latest']);
      assert.equal(deployed.code, 0, deployed.stderr);
      assert.match(deployed.stderr, /SLACK_BOT_TOKEN is wrong: Slack refuses the bot token/);
    } finally {
      await stack().inside('http://fake-slack:9000/_ctl/faults', { method: 'DELETE' });
    }
    await eventually('Slack is back', async () => (await slackPart()).state === 'ok', 90_000);
  });

  /** Waits between two looks: HAProxy lets 300 requests of one address through in 10 s. */
  async function slackPart(): Promise<{ state: string; detail: string }> {
    await wait(100);
    const { json } = await stack().ask('/ultronex/status');
    return json.parts.find(({ name }: { name: string }) => name === 'slack');
  }
}
