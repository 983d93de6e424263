import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/program.ts';
import { killProcess, type Stack } from './stack.ts';

export function logTests(stack: () => Stack): void {
  const query = async (logql: string): Promise<number> => {
    const path = `/loki/api/v1/query?query=${encodeURIComponent(logql)}`;
    const { json, text } = await stack().inside(`http://loki:3100${path}`);
    if (json === undefined) throw new Error(text);
    return Number(json.data.result[0]?.value[1] ?? 0);
  };

  test('every line is found, with the collector and Loki killed and Loki away meanwhile', {
    timeout: 900_000,
  }, async (t) => {
    const { docker, compose } = stack();
    // The measurement in docs/stack.md was made with 300.
    const awaySeconds = Number(process.env.LOKI_AWAY_SECONDS ?? 20);
    const lines = (awaySeconds + 20) * 1_000;
    const script = `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 100; i++) console.log('line', ++n); if (n >= ${lines}) clearInterval(timer); }, 100)`;
    const options = ['--label', 'com.docker.compose.service=writer', '--log-opt', 'labels=com.docker.compose.service'];
    const rotation = ['--log-opt', 'max-size=10m', '--log-opt', 'max-file=3'];
    const program = ['node:24-trixie-slim', 'node', '-e', script];
    await docker('run', '-d', '--name', 'ultronex-test-writer', ...options, ...rotation, ...program);
    try {
      for (const service of ['otelcol', 'loki']) {
        await wait(4_000);
        await killProcess(stack(), service);
      }
      await wait(4_000);
      await compose('stop', 'loki');
      await wait(awaySeconds * 1_000);
      await compose('start', 'loki');
      const found = await eventually(
        `${lines} lines in Loki`,
        async () => {
          const count = await query('sum(count_over_time({service_name="writer"}[1h]))').catch(() => 0);
          return count >= lines && count;
        },
        240_000,
      );
      t.diagnostic(`${lines} lines written, Loki away for ${awaySeconds} s, ${found} found`);
      assert.equal(found, lines);
    } finally {
      await docker('rm', '-f', 'ultronex-test-writer');
    }
  });

  test('labels are service_name, level and environment; the program’s lines are found by their trace', async () => {
    const { json } = await stack().inside('http://loki:3100/loki/api/v1/labels');
    assert.deepEqual(json.data.filter((name: string) => !name.startsWith('__')).sort(), [
      'environment',
      'level',
      'service_name',
    ]);
    const posted = await stack().ask('/ultronex/slack', {
      method: 'POST',
      body: { msg: { channel: '#general', text: 'to be traced' } },
    });
    const trace = String(posted.json.id).slice(0, 8);
    const search = `sum(count_over_time({service_name="ultronex"} | trace="${trace}" [10m]))`;
    await eventually(`a line of trace ${trace}`, async () => (await query(search)) > 0, 60_000);
    await eventually(
      'HAProxy’s lines by their status',
      async () => (await query('sum(count_over_time({service_name="haproxy"} | status="200" [10m]))')) > 0,
      30_000,
    );
  });
}
