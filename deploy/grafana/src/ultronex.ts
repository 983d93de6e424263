import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { codeColours, stat, timeseries, upOrDown } from './panel.ts';
import { processPanels } from './process.ts';
import { mayBeEmpty, promql, quantiles } from './query.ts';

const noEvent = mayBeEmpty('No message was seen yet.');
const notAsked = mayBeEmpty('Nothing was asked for yet; health checks are not counted.');
const noDelivery = mayBeEmpty('Nothing was delivered yet.');

export const ultronex: Spec = {
  uid: 'ultronex',
  title: 'Ultronex',
  description: 'What comes in, what matches, what reaches Slack, and how long it takes.',
  rows: [
    row('Now', tiles(program(), parts(), waiting(), oldest(), delivered(), slackErrorsInRange())),
    row('Traffic', graphs(events(), httpByStatus(), httpByRoute())),
    row('Matches', graphs(matches(), subscriptions(), commands(), matchTime())),
    row(
      'Deliveries',
      graphs(deliveries(), attempts(), slackErrors()),
      graphs(queueLength(), queueAge(), deliveryTime()),
    ),
    row('Requests and store', graphs(httpTime(), commitTime(), commits())),
    row('Refused and lost', graphs(refused(), hiddenOutcomes(), scans(), incidents())),
    row('Process', graphs(...processPanels())),
  ],
};

function program() {
  return stat('Program', units.NoUnit, [promql('', 'up{job="ultronex"}')], {
    words: upOrDown,
    steps: ['red', [1, 'green']],
  });
}

function parts() {
  return stat('Parts', units.NoUnit, [promql('{{part}}', 'ultronex_part_up')], {
    words: {
      0: { text: 'down', color: 'red' },
      0.5: { text: 'degraded', color: 'orange' },
      1: { text: 'ok', color: 'green' },
    },
    steps: ['red', [0.5, 'orange'], [1, 'green']],
  });
}

function waiting() {
  return stat('Waiting', units.Short, [promql('', 'ultronex_queue_depth')], {
    steps: ['green', [100, 'orange'], [1_000, 'red']],
  });
}

function oldest() {
  return stat('Oldest waiting', units.Seconds, [promql('', 'ultronex_queue_age_seconds')], {
    steps: ['green', [60, 'orange'], [300, 'red']],
  });
}

function delivered() {
  const expr = 'sum(increase(ultronex_deliveries_total{state="sent"}[$__range]))';
  return stat('Delivered', units.Short, [promql('', expr, noDelivery)], {
    description: 'In the time shown.',
    decimals: 0,
  });
}

function slackErrorsInRange() {
  return stat('Slack errors', units.Short, [promql('', 'sum(increase(ultronex_slack_errors_total[$__range]))')], {
    description: 'In the time shown.',
    decimals: 0,
    steps: ['green', [1, 'orange'], [10, 'red']],
  });
}

function events() {
  return timeseries(
    'Events',
    units.EventsPerSecond,
    [promql('{{result}}', 'sum by (result) (rate(ultronex_events_total[$__rate_interval]))', noEvent)],
    { description: 'Messages received, by what was done with them.', stacked: true },
  );
}

function httpByStatus() {
  const expr = 'sum by (status) (rate(ultronex_http_request_seconds_count[$__rate_interval]))';
  return timeseries('HTTP requests by status', units.RequestsPerSecond, [promql('{{status}}', expr, notAsked)], {
    colours: codeColours,
    stacked: true,
  });
}

function httpByRoute() {
  const expr = 'sum by (method, route) (rate(ultronex_http_request_seconds_count[$__rate_interval]))';
  return timeseries(
    'HTTP requests by route',
    units.RequestsPerSecond,
    [promql('{{method}} {{route}}', expr, notAsked)],
    { stacked: true },
  );
}

function matches() {
  return timeseries('Matches', units.EventsPerSecond, [
    promql('messages that matched', 'sum(rate(ultronex_matches_total[$__rate_interval]))'),
  ]);
}

function subscriptions() {
  return timeseries('Subscriptions', units.Short, [promql('in force', 'ultronex_patterns')], { min: 0, decimals: 0 });
}

function commands() {
  return timeseries('Commands', units.OpsPerSecond, [
    promql(
      '{{command}}',
      'sum by (command) (rate(ultronex_commands_total[$__rate_interval]))',
      mayBeEmpty('No command was given yet.'),
    ),
  ]);
}

function matchTime() {
  return timeseries('Time to match one text', units.Seconds, quantiles('ultronex_match_seconds'), {
    description: 'Against all patterns. A gap: nothing was matched.',
  });
}

function deliveries() {
  return timeseries(
    'Deliveries by state',
    units.MessagesPerSecond,
    [promql('{{state}}', 'sum by (state) (rate(ultronex_deliveries_total[$__rate_interval]))', noDelivery)],
    {
      colours: { sent: 'green', merged: 'blue', withdrawn: 'yellow', expired: 'orange', failed: 'red' },
      stacked: true,
    },
  );
}

function attempts() {
  return timeseries(
    'Attempts by outcome',
    units.OpsPerSecond,
    [promql('{{outcome}}', 'sum by (outcome) (rate(ultronex_delivery_attempts_total[$__rate_interval]))', noDelivery)],
    { colours: { sent: 'green', retry: 'orange', failed: 'red', changed: 'blue' }, stacked: true },
  );
}

function slackErrors() {
  return timeseries(
    'Slack errors',
    units.OpsPerSecond,
    [promql('errors', 'sum(rate(ultronex_slack_errors_total[$__rate_interval]))')],
    {
      description: 'Errors that Slack answered, and sockets it closed.',
      colours: { errors: 'red' },
      steps: ['green', [0.1, 'red']],
    },
  );
}

function queueLength() {
  return timeseries('Waiting or under way', units.Short, [promql('deliveries', 'ultronex_queue_depth')], { min: 0 });
}

function queueAge() {
  return timeseries('Age of the oldest waiting', units.Seconds, [promql('age', 'ultronex_queue_age_seconds')], {
    description: 'An alert is sent above five minutes.',
    min: 0,
    steps: ['green', [300, 'red']],
  });
}

function deliveryTime() {
  return timeseries('From acceptance to Slack’s answer', units.Seconds, quantiles('ultronex_delivery_seconds'), {
    description: 'A gap: nothing was delivered.',
  });
}

function httpTime() {
  const queries = quantiles('ultronex_http_request_seconds').map((query) => ({ ...query, ...notAsked }));
  return timeseries('Time of an HTTP request', units.Seconds, queries, { description: 'A gap: nothing was asked.' });
}

function commitTime() {
  return timeseries('Time of a commit', units.Seconds, quantiles('ultronex_store_commit_seconds'), {
    description: 'Of the store, to the disk. A gap: nothing was written.',
  });
}

function commits() {
  return timeseries('Commits and writes', units.WritesPerSecond, [
    promql('commits', 'sum(rate(ultronex_store_commit_seconds_count[$__rate_interval]))'),
    promql('writes that shared them', 'sum(rate(ultronex_store_commit_jobs_total[$__rate_interval]))'),
  ]);
}

function refused() {
  return timeseries('Refused', units.OpsPerSecond, [
    promql('wrong credentials', 'sum(rate(ultronex_http_auth_failures_total[$__rate_interval]))'),
    promql('reply packs', 'sum(rate(ultronex_reply_pack_errors_total[$__rate_interval]))'),
  ]);
}

function hiddenOutcomes() {
  const expr = 'sum by (resolution) (increase(ultronex_hidden_outcomes_total[$__rate_interval]))';
  return timeseries(
    'Answers lost',
    units.Short,
    [promql('{{resolution}}', expr, mayBeEmpty('No answer of Slack was lost.'))],
    { description: 'Posts found in Slack afterwards, or sent again.' },
  );
}

function scans() {
  return timeseries('Attached files', units.OpsPerSecond, [
    promql(
      '{{result}}',
      'sum by (result) (rate(ultronex_scans_total[$__rate_interval]))',
      mayBeEmpty('No file was looked at yet.'),
    ),
  ]);
}

function incidents() {
  return timeseries('Alerts that came in', units.Short, [
    promql('alerts', 'sum(increase(ultronex_incidents_total[$__rate_interval]))', mayBeEmpty('No alert came in yet.')),
  ]);
}
