import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { knownLabels } from '../../src/observability/known-labels.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { startApi } from './support.ts';

const api = await startApi({ after }, { ALERT_CHANNEL: '#alerts' });
const metrics = await (await fetch(`${api.origin}/metrics`)).text();
const src = join(import.meta.dirname, '../../src');

const has = (series: string) => assert.ok(metrics.includes(`\n${series} 0\n`), `${series} 0`);

test('each series with known labels exists with 0 at the start', () => {
  for (const [name, labels] of Object.entries(knownLabels)) {
    for (const [label, values] of Object.entries(labels))
      for (const value of values) has(`${name}{${label}="${value}"}`);
  }
  for (const command of ['help', 'forward', 'stop', 'track', 'mute', 'talk', 'xkcd', 'status', 'unknown']) {
    has(`ultronex_commands_total{command="${command}"}`);
  }
  for (const setting of ['SLACK_CHANNEL_LIST', 'ALERT_CHANNEL', 'patterns']) {
    has(`ultronex_setting_channels_missing{setting="${setting}"}`);
  }
  for (const status of ['firing', 'resolved']) has(`ultronex_incidents_total{status="${status}"}`);
  for (const status of ['2xx', '4xx', '5xx']) {
    has(`ultronex_http_request_seconds_count{route="none",method="GET",status="${status}"}`);
  }
  has('ultronex_http_request_seconds_count{route="/ultronex/slack",method="POST",status="2xx"}');
  for (const part of ['store', 'simulator', 'outbox'])
    assert.match(metrics, new RegExp(`ultronex_part_up{part="${part}"} 1\n`));
});

test('every metric of the registry has a series at the start, so no panel and no alert reads "no data"', async () => {
  const families = await createMetrics().registry.getMetricsAsJSON();
  const later = new Set([
    'ultronex_build_info',
    'ultronex_commands_total',
    'ultronex_part_up',
    'ultronex_http_request_seconds',
    'ultronex_setting_channels_missing',
  ]);
  for (const { name, values } of families) {
    if (!name.startsWith('ultronex_') || later.has(name)) continue;
    assert.ok(values.length > 0, name);
  }
  const named = [...metrics.matchAll(/^# TYPE (ultronex_\w+) /gm)].map(([, name = '']) => name);
  assert.ok(named.length > 20);
  // Without a check or a beat there is no series of one.
  const ofOne = /^ultronex_(check_up|check_duration_seconds|beat_up|beat_(last_ping|due)_timestamp_seconds)$/;
  for (const name of named.filter((each) => !ofOne.test(each)))
    assert.match(metrics, new RegExp(`^${name}(_count|_bucket)?({.*})? [0-9.]`, 'm'), name);
});

test('each label value that the code counts is among the known ones', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const known = new Set(Object.values(knownLabels).flatMap((labels) => Object.values(labels).flat()) as string[]);
  let found = 0;
  for (const file of files) {
    if (file.startsWith('web') || file.startsWith('modules')) continue;
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, body = ''] of text.matchAll(/metrics\.\w+\.inc\(\{([^}]*)\}/g)) {
      for (const [, value = ''] of body.matchAll(/'([a-z_]+)'/g)) {
        if (value === 'unknown') continue;
        found += 1;
        assert.ok(known.has(value), `${file} counts "${value}", which src/observability/known-labels.ts does not list`);
      }
    }
  }
  assert.ok(found >= 4);
});
