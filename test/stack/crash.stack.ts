import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/program.ts';
import { unmergeable } from './messages.ts';
import { containerOf, killProcess, type Stack, services } from './stack.ts';

/** Every container's process is killed while messages come in; each comes back, and nothing acknowledged is lost. */
export function crashTests(stack: () => Stack): void {
  test('while the program is away scripts get words and browsers a page', { timeout: 90_000 }, async () => {
    const { compose, ask } = stack();
    await compose('stop', 'ultronex');
    try {
      // In the first seconds HAProxy has not seen it yet: then everybody gets the page.
      const script = await eventually('503 in words', async () => {
        const answer = await ask('/ultronex/heartbeat');
        assert.ok([200, 503].includes(answer.status), `${answer.status}`);
        return answer.status === 503 && answer.json && answer;
      });
      assert.match(script.json.msg, /being restarted/);
      assert.equal(script.headers['retry-after'], '10');
      const browser = await ask('/ultronex/', { headers: { accept: 'text/html' } });
      assert.match(browser.text, /<!doctype html>/);
    } finally {
      await compose('start', 'ultronex');
    }
    await eventually('200', async () => (await ask('/ultronex/heartbeat')).status === 200, 30_000);
  });

  test('kill -9 of each container: back by itself, no acknowledged message lost', { timeout: 420_000 }, async (t) => {
    const acknowledged: string[] = [];
    let done = false;
    let refused = 0;
    async function write(): Promise<void> {
      for (let n = 1; !done; n++) {
        const text = `crash run, message ${n} word${n}`;
        const answer = await stack()
          .ask('/ultronex/slack', { method: 'POST', body: unmergeable(text, n) })
          .catch(() => null);
        if (answer?.status === 200) acknowledged.push(text);
        else refused += 1;
        await wait(100);
      }
    }
    const writing = write();
    for (const service of services) {
      const seconds = await killAndAwait(stack(), service);
      t.diagnostic(`${service} is back after ${seconds.toFixed(1)} s`);
    }
    done = true;
    await writing;
    const counts = await eventually(
      'every acknowledged message in Slack',
      async () => {
        const posts = (await stack().slack('posts')) as { text: string }[];
        const texts = posts.map(({ text }) => text);
        const counted = acknowledged.map((text) => texts.filter((each) => each === text).length);
        return counted.every((count) => count > 0) && counted;
      },
      60_000,
    );
    const twice = counts.filter((count) => count > 1).length;
    t.diagnostic(`${acknowledged.length} acknowledged, ${refused} refused, 0 lost, ${twice} twice`);
    assert.ok(acknowledged.length > 100, 'there was load');
    assert.equal(twice, 0);
  });
}

async function killAndAwait(stack: Stack, service: string): Promise<number> {
  const name = containerOf(service);
  const state = async () => JSON.parse(await stack.docker('inspect', '-f', '{{json .}}', name));
  const before = await state();
  await killProcess(stack, service);
  const killedAt = Date.now();
  await eventually(
    `${service} is back and healthy`,
    async () => {
      const { State, RestartCount } = await state();
      return RestartCount > before.RestartCount && State.Health?.Status === 'healthy';
    },
    90_000,
  );
  return (Date.now() - killedAt) / 1_000;
}
