import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { workspacesPage } from './links.ts';
import { stat, timeseries, upOrDown } from './panel.ts';
import { mayBeEmpty, promql } from './query.ts';

const noWorkspaces = mayBeEmpty('SLACK_CLIENT_ID is not set: other workspaces cannot install the bot.');
const noEvents = mayBeEmpty('Events are not recorded for other programs: EVENTS=on, REDIS_URL or EVENTS_WEBHOOK_URL.');
const noRedis = mayBeEmpty('REDIS_URL is not set.');
const noGroup = mayBeEmpty('REDIS_URL is not set, or the stream has no group of consumers.');

export const events: Spec = {
  uid: 'events',
  title: 'Workspaces and events',
  description: 'Workspaces that installed the bot, and the stream of all events for other programs.',
  links: [workspacesPage()],
  rows: [
    row('Now', tiles(workspacesNow(), troubledNow(), redis(), behindNow(), lagNow(), lostNow())),
    row('Workspaces', graphs(workspaces(), busiest(), refreshes(), installs())),
    row('Events', graphs(sent(), behind(), waits()), graphs(kept(), lost(), commands())),
    row('Consumers', graphs(lag(), pending(), readers())),
    row('Bots of the Redis hash', graphs(unserved())),
  ],
};

function workspacesNow() {
  return stat('Workspaces', units.Short, [promql('', 'max(ultronex_workspaces)', noWorkspaces)], { decimals: 0 });
}

function troubledNow() {
  const expr = 'max(ultronex_workspaces_troubled) + max(ultronex_workspaces_unopened)';
  return stat('Without a working token', units.Short, [promql('', expr, noWorkspaces)], {
    decimals: 0,
    steps: ['green', [1, 'orange']],
  });
}

function redis() {
  return stat('Redis', units.NoUnit, [promql('', 'min(ultronex_redis_up)', noRedis)], {
    description: 'As every instance sees it.',
    words: upOrDown,
    steps: ['red', [1, 'green']],
  });
}

function behindNow() {
  return stat('Oldest event waits', units.Seconds, [promql('', 'max(ultronex_events_behind_seconds)', noEvents)], {
    description: 'For the receiver that is furthest behind.',
    steps: ['green', [60, 'orange'], [300, 'red']],
  });
}

function lagNow() {
  const expr = 'max(ultronex_stream_group_lag) / max(ultronex_events_maxlen)';
  return stat('Slowest group', units.PercentUnit, [promql('', expr, noGroup)], {
    description: 'What it was not given yet, of EVENTS_MAXLEN. Above 100 % events are gone.',
    decimals: 0,
    steps: ['green', [0.25, 'orange'], [0.5, 'red']],
  });
}

function lostNow() {
  const expr = 'sum(increase(ultronex_events_lost_total[$__range]))';
  return stat('Lost', units.Short, [promql('', expr, noEvents)], {
    description: 'In the selected time range.',
    decimals: 0,
    steps: ['green', [1, 'red']],
  });
}

function workspaces() {
  const troubled = 'max(ultronex_workspaces_troubled)';
  const unopened = 'max(ultronex_workspaces_unopened)';
  return timeseries(
    'Workspaces by state',
    units.Short,
    [
      promql('working', `max(ultronex_workspaces) - ${troubled} - ${unopened}`, noWorkspaces),
      promql('refused', troubled, noWorkspaces),
      promql('no key', unopened, noWorkspaces),
    ],
    {
      description: 'refused: Slack refuses the token or does not refresh it. no key: TOKEN_KEYS does not decrypt it.',
      colours: { working: 'green', refused: 'orange', 'no key': 'red' },
      stacked: true,
      decimals: 0,
    },
  );
}

function busiest() {
  const expr = 'topk(10, sum by (team) (ultronex_busiest_workspace_events))';
  return timeseries('Busiest workspaces', units.Short, [promql('{{team}}', expr, noWorkspaces)], {
    description: 'Events a minute. others: of all that are not among the ten busiest of an instance.',
    min: 0,
    decimals: 0,
  });
}

function refreshes() {
  const expr = 'sum by (outcome) (increase(ultronex_token_refreshes_total[$__rate_interval]))';
  return timeseries('Refreshes of tokens', units.Short, [promql('{{outcome}}', expr, noWorkspaces)], {
    colours: { done: 'green', failed: 'orange', refused: 'red', unopened: 'dark-red' },
    stacked: true,
  });
}

function installs() {
  const expr = 'sum by (end) (increase(ultronex_installs_total[$__rate_interval]))';
  return timeseries('Visits to install it', units.Short, [promql('{{end}}', expr, noWorkspaces)], { stacked: true });
}

function sent() {
  const expr = 'sum by (receiver) (rate(ultronex_events_sent_total[$__rate_interval]))';
  return timeseries('Sent', units.EventsPerSecond, [promql('{{receiver}}', expr, noEvents)]);
}

function behind() {
  const expr = 'max by (receiver) (ultronex_events_behind)';
  return timeseries('Behind', units.Short, [promql('{{receiver}}', expr, noEvents)], {
    description: 'Recorded events that a receiver has not got.',
    min: 0,
    decimals: 0,
  });
}

function waits() {
  const expr = 'max by (receiver) (ultronex_events_behind_seconds)';
  return timeseries('Oldest event waits', units.Seconds, [promql('{{receiver}}', expr, noEvents)], {
    min: 0,
    steps: ['green', [300, 'red']],
  });
}

function kept() {
  return timeseries('Kept in the store', units.Short, [promql('events', 'max(ultronex_events_kept)', noEvents)], {
    min: 0,
    decimals: 0,
  });
}

function lost() {
  return timeseries(
    'Lost and refused',
    units.Short,
    [
      promql('{{receiver}}', 'sum by (receiver) (increase(ultronex_events_lost_total[$__rate_interval]))', noEvents),
      promql('refused', 'sum(increase(ultronex_events_refused_total[$__rate_interval]))', noEvents),
    ],
    { description: 'Deleted before a receiver took them; left out because the webhook refused them.', decimals: 0 },
  );
}

function commands() {
  const expr = 'sum by (result) (increase(ultronex_relax_commands_total[$__rate_interval]))';
  return timeseries('Commands from Redis', units.Short, [promql('{{result}}', expr, noEvents)], { stacked: true });
}

function lag() {
  return timeseries(
    'Not given yet',
    units.Short,
    [
      promql('{{group}}', 'max by (group) (ultronex_stream_group_lag)', noGroup),
      promql('EVENTS_MAXLEN', 'max(ultronex_events_maxlen)', noEvents),
    ],
    { description: 'Entries of the stream, by group. Beyond EVENTS_MAXLEN they are gone.', min: 0, decimals: 0 },
  );
}

function pending() {
  const expr = 'max by (group) (ultronex_stream_group_pending)';
  return timeseries('Given, not acknowledged', units.Short, [promql('{{group}}', expr, noGroup)], {
    description: 'What stays there was given to a consumer that is gone: XAUTOCLAIM.',
    min: 0,
    decimals: 0,
  });
}

function readers() {
  return timeseries(
    'Open streams',
    units.Short,
    [promql('server-sent events', 'sum(ultronex_events_readers)', noEvents)],
    { min: 0, decimals: 0 },
  );
}

function unserved() {
  const expr = 'max by (fault) (ultronex_relax_bots_unserved)';
  return timeseries('Not served', units.Short, [promql('{{fault}}', expr, noEvents)], {
    description: 'By fault. The page of workspaces names the fields, and what to do.',
    stacked: true,
    min: 0,
    decimals: 0,
  });
}
