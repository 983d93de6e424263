import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { defineContainerMetrics } from '../../../src/modules/containers/metrics.ts';
import { startApi } from '../../http/support.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { startSite } from './support.ts';

const scrape = async (origin: string) => (await fetch(`${origin}/metrics`)).text();

describe('metrics of containers', () => {
  it('have cAdvisor’s names and labels', async (t) => {
    const { api, docker } = await startSite(t);
    const [loki] = docker.containers;
    const text = await scrape(api.origin);
    const shared = `id="/docker/${loki?.id}",image="stack-loki-1:1",name="stack-loki-1",container_label_com_docker_compose_service="loki"`;
    for (const sample of [
      `container_cpu_usage_seconds_total{${shared},cpu="total"} 1`,
      `container_memory_usage_bytes{${shared}} 100000000`,
      `container_memory_working_set_bytes{${shared}} 60000000`,
      `container_memory_rss{${shared}} 30000000`,
      `container_spec_memory_limit_bytes{${shared}} 335544320`,
      `container_network_receive_bytes_total{${shared},interface="eth0"} 1000`,
      `container_network_transmit_bytes_total{${shared},interface="eth0"} 2000`,
      `container_fs_reads_bytes_total{${shared},device="8:0"} 4096`,
      `container_fs_writes_bytes_total{${shared},device="8:0"} 8192`,
      `container_start_time_seconds{${shared}} 1767323045.123`,
      'ultronex_container_restarts_total{name="stack-haproxy-1"} 2',
      'ultronex_container_health{name="stack-loki-1",health="healthy"} 1',
      'ultronex_container_health{name="stack-loki-1",health="unhealthy"} 0',
      'ultronex_container_health{name="agent",health="none"} 1',
    ]) {
      assert.ok(text.split('\n').includes(sample), sample);
    }
    assert.match(text, /^container_last_seen\{.*name="stack-loki-1".*\} \d/m);
    assert.match(text, /^# TYPE container_cpu_usage_seconds_total counter$/m);
  });

  it('have no use of resources for a container that does not run', async (t) => {
    const { api } = await startSite(t);
    const text = await scrape(api.origin);
    assert.match(text, /^container_spec_memory_limit_bytes\{.*name="job".*\} 0$/m);
    for (const name of ['container_memory_usage_bytes', 'container_cpu_usage_seconds_total', 'container_last_seen']) {
      assert.doesNotMatch(text, new RegExp(`^${name}\\{.*name="job"`, 'm'), name);
    }
  });

  it('have no series of a removed container', async (t) => {
    const { api, docker } = await startSite(t);
    assert.match(await scrape(api.origin), /name="stack-loki-1"/);
    const loki = docker.containers.shift();
    await docker.tell({ Action: 'destroy', Actor: { ID: loki?.id, Attributes: { name: loki?.name } } });
    await eventually(
      'the container to be gone',
      async () => !(await scrape(api.origin)).includes('stack-loki-1'),
      2_000,
    );
  });

  it('are missing without Docker, while other metrics stay', async (t) => {
    const { origin } = await startApi(t, { DOCKER_READ_URL: 'http://127.0.0.1:9' });
    const text = await scrape(origin);
    assert.match(text, /^ultronex_patterns 0$/m);
    assert.doesNotMatch(text, /^(ultronex_)?container_\w+\{/m);
  });

  it('do not delay other metrics when Docker hangs', async () => {
    const registry = new Registry();
    const clock = manualClock();
    defineContainerMetrics(registry, { read: () => new Promise(() => {}) }, clock);
    const text = registry.metrics();
    await clock.advance(4_000);
    assert.doesNotMatch(await text, /^container_\w+\{/m);
  });
});
