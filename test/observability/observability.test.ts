import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { createLiveFeed, liveCard } from '../../src/live/live-feed.ts';
import { createGauges } from '../../src/observability/gauges.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { PartHealth } from '../../src/ports/source.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';

const loggerFile = join(import.meta.dirname, '../../src/observability/logger.ts');
const logged = (code: string) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', `import { createLogger } from '${loggerFile}';\n${code}`],
    {
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../..'),
    },
  );

test('a log line is JSON with service and environment, and holds no secret in its text, fields or errors', () => {
  const { stdout } = logged(`
    const log = createLogger({ level: 'info', environment: 'test' });
    log.info({ token: 'xoxb-1-secret', headers: { authorization: 'Basic c2VjcmV0c2VjcmV0' } }, 'with xoxb-1-secret');
    log.error({ err: new Error('bad xoxb-1-secret', { cause: new Error('because xapp-1-secret') }) }, 'failed');
    log.debug('not shown');
  `);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 2);
  assert.deepEqual([lines[0].service, lines[0].environment, lines[0].level], ['ultronex', 'test', 30]);
  assert.equal(lines[1].err.cause.message, 'because [redacted]');
  assert.doesNotMatch(stdout, /secret/);
});

test('with LOKI_URL the lines reach Loki as well as stdout', async (t) => {
  const pushed: string[] = [];
  const logins = new Set<string | undefined>();
  const loki = createServer((request, response) => {
    logins.add(request.headers.authorization);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      pushed.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => loki.listen(0, '127.0.0.1', resolve));
  t.after(() => loki.close());
  const url = `http://me:a%40b@127.0.0.1:${(loki.address() as AddressInfo).port}`;
  const { spawn } = await import('node:child_process');
  const code = `import { createLogger } from '${loggerFile}';
    const log = createLogger({ level: 'info', environment: 'test', lokiUrl: '${url}' });
    for (let i = 0; i < 50; i += 1) log.info({ trace: 't' + i }, 'line');
    setTimeout(() => process.exit(0), 2500);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: join(import.meta.dirname, '../..'),
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  await new Promise((resolve) => child.once('exit', resolve));
  const lines = pushed.flatMap((body) =>
    JSON.parse(body).streams.flatMap(({ values }: { values: unknown[] }) => values),
  );
  assert.equal(lines.length, 50);
  assert.deepEqual([...logins], [`Basic ${Buffer.from('me:a@b').toString('base64')}`], 'with the login of its address');
  assert.equal(stdout.trim().split('\n').length, 50);
  assert.equal(JSON.parse(pushed[0] ?? '{}').streams[0].stream.service_name, 'ultronex');
});

test('the live feed remembers 500 cards, returns the cards after an id, and sends each new card to its listeners', () => {
  const feed = createLiveFeed(manualClock(), 'run');
  const heard: string[] = [];
  const unsubscribe = feed.subscribe(({ id }) => heard.push(id));
  const card = {
    level: 'success',
    what: 'sent',
    team: '',
    channel: '#ops',
    text: 'x',
    deliveryId: null,
    trace: null,
  } as const;
  for (let index = 0; index < 600; index += 1) feed.publish(card);
  unsubscribe();
  feed.publish(card);
  assert.deepEqual([heard.length, feed.since(null).length, feed.since(null)[0]?.id], [600, 500, 'run-102']);
  assert.deepEqual(
    feed.since('run-599').map(({ id }) => id),
    ['run-600', 'run-601'],
  );
});

test('a card has its column from the state of the delivery, and its severity from the state, the warnings and the text', () => {
  const card = (more: Partial<Delivery>) => {
    const made = liveCard({ ...newDelivery(0), error: null, warnings: [], ...more } as Delivery);
    return made === null ? null : [made.what, made.level];
  };
  assert.deepEqual(card({ state: 'sent', text: 'fine' }), ['sent', 'success']);
  assert.deepEqual(card({ state: 'sent', text: ':x: broken' }), ['sent', 'danger']);
  assert.deepEqual(card({ state: 'sent', text: ':warning: careful' }), ['sent', 'warning']);
  assert.deepEqual(card({ state: 'sent', warnings: ['a.log: empty_file'] }), ['sent', 'warning']);
  assert.deepEqual(card({ state: 'failed', error: 'is_archived' }), ['failed', 'danger']);
  assert.deepEqual(card({ state: 'queued', error: 'HTTP 500' }), ['retry', 'warning']);
  assert.equal(card({ state: 'queued' }), null);
  assert.equal(card({ state: 'sending' }), null);
});

test('gauges show the queue’s depth and age, and a part that changes its health sends a card', async () => {
  const clock = manualClock();
  const metrics = createMetrics();
  const live = createLiveFeed(clock, 'run');
  let slack: PartHealth = { state: 'ok', detail: '' };
  const update = createGauges({
    store: { backlog: async () => ({ queued: 3, oldestAt: clock.now() - 5_000 }) },
    tracking: { size: 2 },
    storeHealth: { check: async () => ({ state: 'ok', detail: '' }) },
    parts: () => [{ name: 'slack', ...slack }],
    namingProblems: () => [],
    namingSettings: ['patterns'],
    metrics,
    clock,
    live,
  });
  await update();
  slack = { state: 'down', detail: 'token_revoked' };
  await update();
  await update();
  const text = await metrics.registry.metrics();
  assert.match(text, /ultronex_queue_depth 3\n/);
  assert.match(text, /ultronex_queue_age_seconds 5\n/);
  assert.match(text, /ultronex_part_up\{part="slack"\} 0\n/);
  assert.deepEqual(
    live.since(null).map(({ what, level, text }) => [what, level, text]),
    [['part', 'danger', 'slack: down, token_revoked']],
  );
});

test('a store that is away is shown, though it cannot tell its queue', async () => {
  const clock = manualClock();
  const metrics = createMetrics();
  let store: PartHealth = { state: 'ok', detail: '' };
  const update = createGauges({
    store: { backlog: async () => assert.fail('the database is away') },
    tracking: { size: 2 },
    storeHealth: { check: async () => store },
    parts: () => [{ name: 'store', ...store }],
    ...{ namingProblems: () => [], namingSettings: [], metrics, clock, live: createLiveFeed(clock, 'run') },
  });
  store = { state: 'down', detail: 'ECONNREFUSED' };
  await assert.rejects(update(), /away/);
  assert.match(await metrics.registry.metrics(), /ultronex_part_up\{part="store"\} 0\n/);
});
