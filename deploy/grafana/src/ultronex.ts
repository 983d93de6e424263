import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { codeColours, stat, timeseries, upOrDown } from './panel.ts';
import { processPanels } from './process.ts';
import { mayBeEmpty, promql, quantiles } from './query.ts';

const noEvent = mayBeEmpty('No message was seen yet.');
const notAsked = mayBeEmpty('There was no request yet; health checks are not counted.');
const noCanary = mayBeEmpty('CANARY_MINUTES is not set, or none came back yet.');
const noDelivery = mayBeEmpty('Nothing was delivered yet.');

export const ultronex: Spec = {
  uid: 'ultronex',
  title: 'Ultronex',
  description: 'Received messages, matches, deliveries to Slack, and the time that each takes.',
  rows: [
    row('Now', tiles(program(), parts(), waiting(), oldest(), delivered(), slackErrorsInRange())),
    row('Traffic', graphs(events(), httpByStatus(), httpByRoute())),
    row('Matches', graphs(matches(), subscriptions(), commands(), matchTime())),
    row(
      'Deliveries',
      graphs(deliveries(), attempts(), slackErrors()),
      graphs(queueLength(), queueAge(), deliveryTime()),
    ),
    row('Requests and store', graphs(httpTime(), commitTime(), commits(), canary())),
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
  return stat('Waiting', units.Short, [promql('', 'max(ultronex_queue_depth)')], {
    steps: ['green', [100, 'orange'], [1_000, 'red']],
  });
}

function oldest() {
  return stat('Oldest waiting', units.Seconds, [promql('', 'max(ultronex_queue_age_seconds)')], {
    steps: ['green', [60, 'orange'], [300, 'red']],
  });
}

function delivered() {
  const expr = 'sum(increase(ultronex_deliveries_total{state="sent"}[$__range]))';
  return stat('Delivered', units.Short, [promql('', expr, noDelivery)], {
    description: 'In the selected time range.',
    decimals: 0,
  });
}

function slackErrorsInRange() {
  return stat('Slack errors', units.Short, [promql('', 'sum(increase(ultronex_slack_errors_total[$__range]))')], {
    description: 'In the selected time range.',
    decimals: 0,
    steps: ['green', [1, 'orange'], [10, 'red']],
  });
}

function canary() {
  return timeseries('Canary', units.Seconds, [promql('{{leg}}', 'ultronex_canary_seconds', noCanary)], {
    description: 'The last test message that came back: accepted to sent, sent to its event, and both.',
  });
}

function events() {
  return timeseries(
    'Events',
    units.EventsPerSecond,
    [promql('{{result}}', 'sum by (result) (rate(ultronex_events_total[$__rate_interval]))', noEvent)],
    { description: 'Received messages, by result.', stacked: true },
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
  return timeseries('Subscriptions', units.Short, [promql('active', 'max(ultronex_patterns)')], {
    min: 0,
    decimals: 0,
  });
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
    description: 'One text against all patterns. A gap: there was no text to match.',
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
      description: 'Errors that Slack returned, and sockets that it closed.',
      colours: { errors: 'red' },
      steps: ['green', [0.1, 'red']],
    },
  );
}

function queueLength() {
  return timeseries('Queued or being sent', units.Short, [promql('deliveries', 'max(ultronex_queue_depth)')], {
    min: 0,
  });
}

function queueAge() {
  return timeseries('Age of the oldest waiting', units.Seconds, [promql('age', 'max(ultronex_queue_age_seconds)')], {
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
  return timeseries('Time of an HTTP request', units.Seconds, queries, { description: 'A gap: there was no request.' });
}

function commitTime() {
  return timeseries('Time of a commit', units.Seconds, quantiles('ultronex_store_commit_seconds'), {
    description: 'Until the store’s commit is on disk. A gap: nothing was written.',
  });
}

function commits() {
  return timeseries('Commits and writes', units.WritesPerSecond, [
    promql('commits', 'sum(rate(ultronex_store_commit_seconds_count[$__rate_interval]))'),
    promql('writes in these commits', 'sum(rate(ultronex_store_commit_jobs_total[$__rate_interval]))'),
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
    'Lost responses',
    units.Short,
    [promql('{{resolution}}', expr, mayBeEmpty('No response of Slack was lost.'))],
    { description: 'Posts whose response was lost: found in Slack afterwards, or sent again.' },
  );
}

function scans() {
  return timeseries('Attached files', units.OpsPerSecond, [
    promql(
      '{{result}}',
      'sum by (result) (rate(ultronex_scans_total[$__rate_interval]))',
      mayBeEmpty('No file was read yet.'),
    ),
  ]);
}

function incidents() {
  return timeseries('Received alerts', units.Short, [
    promql(
      'alerts',
      'sum(increase(ultronex_incidents_total[$__rate_interval]))',
      mayBeEmpty('No alert was received yet.'),
    ),
  ]);
}
