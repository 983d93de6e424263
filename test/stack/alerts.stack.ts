import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/program.ts';
import { containerOf, type Stack } from './stack.ts';

interface Post {
  text: string;
  ts: string;
  edited?: unknown;
  attachments?: unknown;
}

export function alertTests(stack: () => Stack): void {
  const fire = (labels: Record<string, string>, endsAt?: string) =>
    stack().inside('http://alertmanager:9093/api/v2/alerts', {
      method: 'POST',
      body: [{ labels, annotations: { summary: 'The queue waits', description: 'For 400 s.' }, endsAt }],
    });
  const posts = async () => (await stack().slack('posts')) as Post[];

  test('an alert becomes one card in Slack, which says so when it is over', { timeout: 180_000 }, async () => {
    const labels = { alertname: 'TestQueueOld', severity: 'warning', service: 'ultronex' };
    assert.equal((await fire(labels)).status, 200);
    const about = async () => (await posts()).filter(({ text }) => text.includes('TestQueueOld'));
    const [card] = await eventually('a card', async () => (await about()).length > 0 && (await about()), 60_000);
    await fire(labels, new Date().toISOString());
    const edited = await eventually(
      'the card says that it is over',
      async () => (await about()).find(({ text }) => /resolved/i.test(text)),
      120_000,
    );
    assert.equal(edited.ts, card?.ts, 'the same message');
    assert.equal((await about()).length, 1);
  });

  test('a container that restarts again and again: from the rule to Slack', { timeout: 240_000 }, async (t) => {
    const name = containerOf('node-exporter');
    const startedAt = Date.now();
    const about = async () => (await posts()).some(({ text }) => text.includes('ContainerRestarting'));
    for (let starts = 0; starts < 4; starts += 1) {
      await stack().docker('restart', '-t', '1', name);
      // Prometheus has to see each start.
      await wait(17_000);
    }
    await eventually('its card', about, 120_000);
    t.diagnostic(`card in Slack ${Math.round((Date.now() - startedAt) / 1_000)} s after the first restart`);
    const [card] = (await posts()).filter(({ text }) => text.includes('ContainerRestarting'));
    const shown = JSON.stringify(card?.attachments ?? '');
    assert.match(shown, /https:\/\/ultronex\.test:18443\/ultronex\/runbook#containerrestarting\|Runbook/);
  });

  test('its silence is one in Alertmanager, and its thread gets the container’s lines from Loki', {
    timeout: 240_000,
  }, async () => {
    const { json } = await stack().ask('/ultronex/incidents?state=open&search=ContainerRestarting');
    const [{ number }] = json.incidents;
    const silence = (length: string) =>
      stack().ask(`/ultronex/incidents/${number}/silence`, { method: 'POST', body: { for: length } });
    assert.equal((await silence('1h')).status, 200);
    const active = async () => {
      const { json: all } = await stack().inside('http://alertmanager:9093/api/v2/silences');
      return all.filter(
        ({ comment, status }: { comment: string; status: { state: string } }) =>
          comment.startsWith(`Ultronex #${number}: `) && status.state === 'active',
      ).length;
    };
    await eventually('a silence in Alertmanager', async () => (await active()) === 1, 30_000);
    assert.equal((await silence('off')).status, 200);
    await eventually('its end', async () => (await active()) === 0, 30_000);
    const context = async () => {
      // HAProxy lets 300 requests in 10 s.
      await wait(2_000);
      const { status, json: incident } = await stack().ask(`/ultronex/incidents/${number}`);
      return status === 200 && incident.history.find(({ kind }: { kind: string }) => kind === 'context')?.text;
    };
    const text = await eventually('what the thread gets', context, 120_000);
    assert.match(text, /Log lines of \*node-exporter\* around [\s\S]*```/);
  });

  test('that the program is down reaches Slack without the program', { timeout: 90_000 }, async () => {
    await fire({ alertname: 'UltronexDown', severity: 'critical', service: 'ultronex' });
    await eventually(
      'a call of the webhook',
      async () => (await stack().inside('http://fake-slack:9001/')).text.includes('UltronexDown'),
      60_000,
    );
    await fire({ alertname: 'UltronexDown', severity: 'critical', service: 'ultronex' }, new Date().toISOString());
  });

  test('Prometheus has the rules, and the dead man’s switch has reached Alertmanager', async () => {
    const { json } = await stack().inside('http://prometheus:9090/api/v1/rules');
    const rules = json.data.groups.flatMap((group: { rules: { health: string; name: string }[] }) => group.rules);
    assert.ok(rules.length > 10, `${rules.length} rules`);
    const bad = rules.filter(({ health }: { health: string }) => health === 'err');
    assert.deepEqual(bad, []);
    await eventually(
      'Watchdog in Alertmanager',
      async () => (await stack().inside('http://alertmanager:9093/api/v2/alerts')).text.includes('Watchdog'),
      120_000,
    );
  });
}
