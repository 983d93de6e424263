import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createLoki, LokiFailed, selectorOf } from '../../../src/modules/incidents/loki.ts';
import type { Fault } from '../../fakes/http-server.ts';
import { startFakeLoki } from '../../fakes/loki/index.ts';
import { freePort } from '../../support/port.ts';

const at = Date.parse('2026-01-02T03:04:05.123Z');
const bounds = { timeoutMs: 10_000, mostBytes: 1_000_000 };
const labels = { service_name: 'haproxy', level: 'error' };
const selector = '{service_name="haproxy"}';

async function start(t: { after(run: () => unknown): void }, path = '') {
  const fake = await startFakeLoki();
  t.after(() => fake.close());
  return { fake, loki: createLoki(`${fake.url}${path}`, bounds) };
}

test('lines before and after a time come from both sides, in order over all streams, without those of others', async (t) => {
  const { fake, loki } = await start(t);
  fake.push({ ...labels, level: 'info' }, at + 2_000, 'after 2 s');
  fake.push(labels, at - 61_000, 'too early');
  fake.push(labels, at + 1_000, 'after 1 s');
  fake.push(labels, at, 'at the time');
  fake.push({ ...labels, level: 'info' }, at - 1_000, 'before 1 s');
  fake.push(labels, at - 59_000, 'before 59 s');
  fake.push(labels, at + 60_000, 'too late');
  fake.push({ service_name: 'loki' }, at, 'of another service');
  assert.deepEqual(
    (await loki.around(selector, at)).map((line) => `${line.at - at} ${line.text}`),
    ['-59000 before 59 s', '-1000 before 1 s', '0 at the time', '1000 after 1 s', '2000 after 2 s'],
  );
  assert.equal(fake.requests.length, 2);
});

test('a flood on one side leaves room for the other: the 10 nearest lines of each', async (t) => {
  const { fake, loki } = await start(t);
  for (let n = 0; n < 2_000; n += 1) fake.push({ ...labels, pod: String(n % 3) }, at + 1 + n * 0.001, `flood ${n}`);
  for (let n = 20; n > 0; n -= 1) fake.push(labels, at - n * 1_000, `before ${n}`);
  const texts = (await loki.around(selector, at)).map(({ text }) => text);
  assert.deepEqual(
    texts.slice(0, 10),
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `before ${n}`),
  );
  assert.deepEqual(
    texts.slice(10),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `flood ${n}`),
  );
});

test('an address may have a path; without lines the list is empty', async (t) => {
  const { fake, loki } = await start(t, '/');
  assert.deepEqual(await loki.around(selector, at), []);
  assert.equal(fake.requests[0]?.url.pathname, '/loki/api/v1/query_range');
  await assert.rejects(createLoki(`${fake.url}/proxy`).around(selector, at), {
    message: 'Loki returned 404: 404 page not found.',
  });
  assert.equal(fake.requests.at(-1)?.url.pathname, '/proxy/loki/api/v1/query_range');
});

test('whatever Loki returns, the reason is one sentence, without the text of a web page', async (t) => {
  const { fake, loki } = await start(t);
  const wrong: [Fault, RegExp][] = [
    [{ kind: 'html' }, /^Loki returned something else than log lines\. Is its address right\?$/],
    [{ kind: 'garbage' }, /^Loki returned something else than log lines/],
    [{ kind: 'reply', status: 200, body: 'null' }, /^Loki returned something else than log lines/],
    [{ kind: 'oversized', bytes: 1_000_001 }, /^Loki returned more than 1000 kB\.$/],
    [{ kind: 'reply', status: 500, body: '<html>broken' }, /^Loki returned 500\.$/],
    [{ kind: 'reply', status: 429, body: 'too\nmany xoxb-1-secret' }, /^Loki returned 429: too many \[redacted\]\.$/],
    [{ kind: 'reply', status: 400, body: 'x'.repeat(100_000) }, /^Loki returned 400: x{199}…\.$/],
    [{ kind: 'reply', status: 302, headers: { location: 'http://169.254.169.254/' } }, /^Loki returned 302\.$/],
    [{ kind: 'hang up' }, /^Loki was not reached \(UND_ERR_SOCKET\)\.$/],
  ];
  for (const [fault, message] of wrong) {
    fake.fault = fault;
    await assert.rejects(
      loki.around(selector, at),
      (error) => error instanceof LokiFailed && message.test(error.message),
      JSON.stringify(fault).slice(0, 100),
    );
  }
  await assert.rejects(
    createLoki(`http://127.0.0.1:${await freePort()}`).around(selector, at),
    /^LokiFailed: Loki was not reached \(ECONNREFUSED\)\.$/,
  );
});

test('a Loki that says nothing, or sends its answer slowly, costs at most the time-out', async (t) => {
  const { fake } = await start(t);
  const loki = createLoki(fake.url, { ...bounds, timeoutMs: 30 });
  for (const fault of [{ kind: 'silent' }, { kind: 'late', ms: 5_000 }] as const) {
    fake.fault = fault;
    await assert.rejects(loki.around(selector, at), {
      code: 'ERR_LOKI_FAILED',
      message: 'Loki did not answer within 0.03 s.',
    });
  }
});

test('entries that are no lines are left out', async (t) => {
  const { fake, loki } = await start(t);
  const ns = `${at}000000`;
  const values = [[ns, 'right'], [ns, 7], ['soon', 'x'], [ns], null, 'x', [ns, 'with metadata', { trace: '1' }]];
  const result = [{ stream: {}, values }, { stream: {} }, null, { values: 'x' }];
  fake.fault = { kind: 'reply', status: 200, body: JSON.stringify({ data: { result } }) };
  const texts = (await loki.around(selector, at)).map(({ text }) => text);
  assert.deepEqual([...new Set(texts)], ['right', 'with metadata']);
});

test('a selector has the service that labels name, escaped so that it selects that service alone', async (t) => {
  assert.equal(selectorOf({ service_name: 'a', service: 'b', container: 'c', name: 'd' }), '{service_name="a"}');
  assert.equal(selectorOf({ service: 'b', container: 'c', name: 'd' }), '{service_name="b"}');
  assert.equal(selectorOf({ container: 'c', name: 'd' }), '{service_name="c"}');
  assert.equal(selectorOf({ name: 'd', service: ' ' }), '{service_name="d"}');
  const none: Record<string, string>[] = [{}, { instance: 'x' }, { name: '' }, { name: 'x'.repeat(201) }];
  for (const each of none) assert.equal(selectorOf(each), null);
  assert.equal(selectorOf(JSON.parse('{"__proto__":{"name":"x"}}')), null);
  assert.equal(selectorOf({ name: '\ud800x' }), '{service_name="\ufffdx"}');

  const { fake, loki } = await start(t);
  const odd = 'a"} or {x=~".*"} \\ `x`\n\t\u0000ü';
  fake.push({ service_name: odd }, at, 'right');
  fake.push({ service_name: 'a' }, at, 'wrong');
  assert.deepEqual(
    (await loki.around(selectorOf({ name: odd }) ?? '', at)).map(({ text }) => text),
    ['right'],
  );
});

test('the alerts of our own stack select a service of the stack', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const read = (file: string) => parse(readFileSync(join(root, file), 'utf8'), { merge: true });
  const { services } = read('docker-compose.yml') as { services: Record<string, unknown> };
  const folder = 'deploy/prometheus/rules';
  const rules = readdirSync(join(root, folder)).flatMap((file) => {
    const { groups } = read(join(folder, file)) as {
      groups: { rules: { alert: string; labels: Record<string, string> }[] }[];
    };
    return groups.flatMap((group) => group.rules);
  });
  assert.ok(rules.length > 15, `${rules.length} rules`);
  // The machine writes no lines into Loki; TargetDown has the job, which is named after its service.
  const others = rules.filter(
    ({ alert, labels: { service = '' } }) => !(service in services) && alert !== 'TargetDown',
  );
  const named = others.map(({ alert, labels: { service } }) => `${service}: ${alert}`).sort();
  assert.deepEqual(named, [
    'containers: ContainerRestarting',
    'host: DiskAlmostFull',
    'host: DiskFillsUp',
    'host: MemoryLow',
    'host: OutOfMemoryKill',
  ]);
  // The labels of container_start_time_seconds, and those of the rule.
  const restarting = {
    id: '/docker/1',
    image: 'grafana/loki',
    name: 'ultronex-loki-1',
    job: 'ultronex',
    service: 'containers',
  };
  assert.equal(
    selectorOf({ ...restarting, container_label_com_docker_compose_service: 'loki' }),
    '{service_name="loki"}',
  );
});
