import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { startFakeTarget } from '../fakes/target/index.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

// At the same time: each has a program of its own, which waits for most of the time.
describe('canaries', { concurrency: 2 }, () => {
  test('a canary goes around and is deleted; silent sockets become an incident, are replaced, and the next canary resolves it', {
    timeout: 250_000,
  }, async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    const outside = await startFakeTarget();
    t.after(() => outside.close());
    const env = {
      ...slackEnv(slack),
      ...{
        CANARY_MINUTES: '1',
        CANARY_CHANNEL: 'C1',
        CANARY_URL: `${outside.url}/ping/secret-id`,
        ALERT_CHANNEL: 'C2',
      },
    };
    const program = await startProgram(t, { dataDir: tempDir(t), env });
    const canaries = () => slack.posts.filter(({ channel }) => channel === 'C1');
    const cards = () => slack.botPosts.filter(({ channel, thread_ts }) => channel === 'C2' && thread_ts === undefined);
    const metric = async (line: string) => {
      const { body } = await program.api('GET', '/metrics');
      return Number(new RegExp(`^${line} (.*)$`, 'm').exec(body)?.[1]);
    };

    await eventually('the first canary to come back', () => outside.requests.length === 1, 30_000);
    const [request] = outside.requests;
    assert.deepEqual([request?.method, request?.path], ['GET', '/ping/secret-id']);
    await eventually('it to be deleted', () => canaries().length === 1 && canaries()[0]?.deleted);
    assert.equal(await metric('ultronex_canary_runs_total{result="ok"}'), 1);
    assert.ok((await metric('ultronex_canary_seconds{leg="whole"}')) < 10);
    assert.deepEqual(cards(), []);

    slack.sockets.silence();
    await eventually('an incident', () => cards().length === 1, 140_000);
    const { body: listed } = await program.api('GET', '/ultronex/incidents');
    const [incident] = listed.incidents;
    assert.match(JSON.stringify(incident), /A test message through Slack does not come back/);
    const card = JSON.stringify(cards()[0]);
    assert.match(card, /but its event did not come back within 60 s\. The sockets are replaced\./);
    assert.equal(outside.requests.length, 1, 'the outside switch is called by success only');
    assert.equal(await metric('ultronex_slack_silent_sockets_total'), 1);
    const { body: status } = await program.api('GET', '/ultronex/status');
    const details = JSON.stringify(status.parts);
    assert.match(details, /2 of 2 sockets connected; silent sockets were replaced once, last at/);

    await eventually('the next canary to come back', () => outside.requests.length === 2, 30_000);
    await eventually('the incident to be resolved', async () => {
      const { body } = await program.api('GET', '/ultronex/incidents');
      return body.incidents[0]?.state === 'resolved';
    });
    assert.equal(cards().length, 1, 'one card');
    await program.kill('SIGTERM');
    assert.ok(canaries().length >= 3 && canaries().every(({ deleted }) => deleted), 'nothing is left in the channel');
    assert.ok(!JSON.stringify(program.logs()).includes('secret-id'));
  });

  test('a canary that was under way at a kill is deleted after the restart', { timeout: 240_000 }, async (t) => {
    const slack = await startFakeSlack({ echo: false });
    t.after(() => slack.stop());
    const env = { ...slackEnv(slack), CANARY_MINUTES: '60', CANARY_CHANNEL: 'C1' };
    const dataDir = tempDir(t);
    const first = await startProgram(t, { dataDir, env });
    await slack.waitForPosts(1, 30_000);
    await first.kill('SIGKILL');
    assert.equal(slack.botPosts.length, 1);
    await startProgram(t, { dataDir, env });
    await eventually('the left one to be deleted', () => slack.posts[0]?.deleted, 90_000);
  });
});
