import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/program.ts';
import type { Stack } from './stack.ts';

export function metricTests(stack: () => Stack): void {
  const query = async (promql: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
    const { json } = await stack().inside(`http://prometheus:9090/api/v1/query?query=${encodeURIComponent(promql)}`);
    assert.equal(json.status, 'success', `${promql}: ${json.error}`);
    return json.data.result;
  };

  test('Prometheus reaches everything but Grafana, which is not here', { timeout: 120_000 }, async () => {
    const jobs = [
      'ultronex',
      'haproxy',
      'node-exporter',
      'node-network',
      'loki',
      'otelcol',
      'alertmanager',
      'prometheus',
    ];
    await eventually(
      `all of ${jobs}`,
      async () => {
        const up = (await query('up == 1')).map(({ metric }) => metric.job ?? '');
        return jobs.every((job) => up.includes(job));
      },
      90_000,
    );
  });

  test('containers have their metrics under cAdvisor’s names', { timeout: 60_000 }, async () => {
    for (const service of ['ultronex', 'haproxy', 'loki']) {
      const named = `{name="ultronex-test-${service}-1"}`;
      await eventually(
        `memory and CPU of ${service}`,
        async () => {
          const memory = await query(`container_memory_working_set_bytes${named}`);
          const cpu = await query(`container_cpu_usage_seconds_total${named}`);
          return memory.length === 1 && cpu.length === 1;
        },
        45_000,
      );
    }
  });

  test('what each container takes when nothing happens', { timeout: 60_000 }, async (t) => {
    await wait(5_000);
    const lines = (await stack().docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}'))
      .trim()
      .split('\n');
    const mine = lines.filter((line) => /^ultronex-test-(?!pebble|fake-slack)/.test(line));
    let sum = 0;
    for (const line of mine) {
      const [name = '', used = ''] = line.split(' ');
      const mebibytes = Number.parseFloat(used) * (used.endsWith('GiB') ? 1_024 : 1);
      sum += mebibytes;
      t.diagnostic(`${name.replace('ultronex-test-', '')}: ${used}`);
    }
    t.diagnostic(`together ${Math.round(sum)} MiB, without Grafana`);
    assert.ok(mine.length >= 10);
  });
}
