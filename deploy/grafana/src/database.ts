import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { stat, timeseries, upOrDown } from './panel.ts';
import { mayBeEmpty, promql } from './query.ts';

const noDatabase = mayBeEmpty('DATABASE_URL is not set, or the database is away: the store is a file.');

export const database: Spec = {
  uid: 'database',
  title: 'Database and instances',
  description: 'PostgreSQL as the program sees it, and the instances on it. Empty while the store is a file.',
  rows: [
    row('Now', tiles(reachable(), instancesNow(), missing(), releasesNow(), connectionsLeft(), answerNow())),
    row('Instances', graphs(instances(), releases(), leases())),
    row('Database', graphs(answer(), commitTime(), commits()), graphs(connections(), rows(), transaction(), size())),
  ],
};

function reachable() {
  return stat('PostgreSQL', units.NoUnit, [promql('', 'min(ultronex_database_up)', noDatabase)], {
    description: 'As every instance sees it.',
    words: upOrDown,
    steps: ['red', [1, 'green']],
  });
}

function instancesNow() {
  return stat('Instances', units.Short, [promql('', 'max(ultronex_instances)', noDatabase)], {
    description: 'Connected to the database.',
    decimals: 0,
  });
}

function missing() {
  const expr = (name: string) => `clamp_min(max(${name}_wanted) - max(${name}), 0)`;
  return stat(
    'Missing',
    units.Short,
    [
      promql('instances', expr('ultronex_instances'), noDatabase),
      promql('standbys', expr('ultronex_database_standbys'), noDatabase),
    ],
    {
      description: 'Of those that should run: INSTANCES, and DATABASE_STANDBYS.',
      decimals: 0,
      steps: ['green', [1, 'red']],
    },
  );
}

function releasesNow() {
  const expr = 'count(count by (version, release) (ultronex_build_info))';
  return stat('Releases', units.Short, [promql('', expr)], {
    description: 'That run now; two during a deploy.',
    decimals: 0,
    steps: ['green', [2, 'orange']],
  });
}

function connectionsLeft() {
  const expr = 'min(ultronex_database_connections_limit - ultronex_database_connections)';
  return stat('Connections left', units.Short, [promql('', expr, noDatabase)], {
    description: 'An instance takes up to 8.',
    decimals: 0,
    steps: ['red', [8, 'orange'], [16, 'green']],
  });
}

function answerNow() {
  return stat('Answer', units.Seconds, [promql('', 'max(ultronex_database_answer_seconds)', noDatabase)], {
    description: 'The slowest instance’s last statement that asked for these figures.',
    steps: ['green', [0.25, 'orange'], [1, 'red']],
  });
}

function instances() {
  return timeseries(
    'Instances and standbys',
    units.Short,
    [
      promql('connected', 'max(ultronex_instances)', noDatabase),
      promql('wanted', 'max(ultronex_instances_wanted)', noDatabase),
      promql('measured', 'sum(up{job="ultronex"})'),
      promql('standbys', 'max(ultronex_database_standbys)', noDatabase),
    ],
    { min: 0, decimals: 0 },
  );
}

function releases() {
  const expr = 'count by (version, release) (ultronex_build_info)';
  return timeseries('Instances by release', units.Short, [promql('{{version}} {{release}}', expr)], {
    stacked: true,
    decimals: 0,
  });
}

function leases() {
  return timeseries('Leases', units.Short, [promql('{{instance}}', 'ultronex_leases_held', noDatabase)], {
    description: 'Tasks that one instance runs for all: checks, schedules, reminders, relays of events.',
    stacked: true,
    decimals: 0,
  });
}

function answer() {
  return timeseries('Answer', units.Seconds, [promql('{{instance}}', 'ultronex_database_answer_seconds', noDatabase)], {
    description: 'Time of one statement, every 15 s.',
    min: 0,
  });
}

function commitTime() {
  const expr = (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (le) (rate(ultronex_store_commit_seconds_bucket[$__rate_interval])))`;
  return timeseries('Commit', units.Seconds, [promql('p50', expr(0.5)), promql('p99', expr(0.99))], { min: 0 });
}

function commits() {
  const expr = 'sum by (instance) (rate(ultronex_store_commit_seconds_count[$__rate_interval]))';
  return timeseries('Commits', units.OpsPerSecond, [promql('{{instance}}', expr)], { stacked: true });
}

function connections() {
  return timeseries(
    'Connections',
    units.Short,
    [
      promql('in use', 'max(ultronex_database_connections)', noDatabase),
      promql('most', 'min(ultronex_database_connections_limit)', noDatabase),
    ],
    { min: 0, decimals: 0 },
  );
}

function rows() {
  return timeseries(
    'Rows',
    units.Short,
    [
      promql('live', 'max(ultronex_database_live_rows)', noDatabase),
      promql('dead', 'max(ultronex_database_dead_rows)', noDatabase),
    ],
    { description: 'Dead rows are cleaned up by autovacuum; many of them make claims slow.', min: 0, decimals: 0 },
  );
}

function transaction() {
  const expr = 'max(ultronex_database_oldest_transaction_seconds)';
  return timeseries('Oldest transaction', units.Seconds, [promql('age', expr, noDatabase)], { min: 0 });
}

function size() {
  return timeseries('Size', units.BytesIEC, [promql('on disk', 'max(ultronex_database_size_bytes)', noDatabase)], {
    min: 0,
  });
}
