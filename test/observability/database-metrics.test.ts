import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createDatabaseMetrics } from '../../src/observability/database-metrics.ts';

const away = ['ultronex_database_up 0', 'ultronex_instances_wanted 3', 'ultronex_database_standbys_wanted 1'];
const state = {
  ...{ instances: 2, leasesHeld: 3, connectionsUsed: 14, connectionsMost: 117, sizeBytes: 8e6 },
  ...{ liveRows: 10, deadRows: 1, oldestTransactionSeconds: 0.5, standbys: 1 },
};

test('what a database told last is no longer shown when it is away', async () => {
  const registry = new Registry();
  const shown = createDatabaseMetrics(registry, { instances: 3, standbys: 1 });
  const series = async () => (await registry.metrics()).split('\n').filter((line) => /^ultronex_\w+ /.test(line));
  assert.deepEqual(await series(), away);
  shown.answered(state, 0.02);
  const told = await series();
  assert.equal(told.length, 13);
  for (const line of [
    'ultronex_database_up 1',
    'ultronex_instances 2',
    'ultronex_leases_held 3',
    'ultronex_database_standbys 1',
    'ultronex_database_connections_limit 117',
    'ultronex_database_answer_seconds 0.02',
  ]) {
    assert.ok(told.includes(line), line);
  }
  shown.failed();
  assert.deepEqual(await series(), away);
});
