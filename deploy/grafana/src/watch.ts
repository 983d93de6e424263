import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { watchPage } from './links.ts';
import { stat, timeseries } from './panel.ts';
import { mayBeEmpty, promql } from './query.ts';

const noCheck = mayBeEmpty('No file of WATCH_DIR has a check, or none was made yet.');
const noBeat = mayBeEmpty('No file of WATCH_DIR has a beat, or none has pinged yet.');
const stateColours = { up: 'green', failing: 'orange', down: 'red', maintenance: 'blue', pending: 'text' };

export const watch: Spec = {
  uid: 'watch',
  title: 'Watch',
  description:
    'Checks of addresses, certificates, names and containers, and beats of jobs: what is up, and what is late.',
  links: [watchPage()],
  rows: [
    row('Now', tiles(inState('down', 'red'), inState('failing', 'orange'), inState('up', 'green'), worst())),
    row('Checks', graphs(up(), duration()), graphs(states(), attempts())),
    row('Beats', graphs(beatUp(), sinceLastPing())),
  ],
};

/** @param colour from one check on */
function inState(state: string, colour: string) {
  const title = state.charAt(0).toUpperCase() + state.slice(1);
  return stat(title, units.Short, [promql('', `sum(ultronex_checks{state="${state}"})`)], {
    decimals: 0,
    steps: ['text', [1, colour]],
  });
}

function worst() {
  const expr = 'min(avg_over_time(ultronex_check_up[$__range]))';
  return stat('Lowest uptime of a check', units.PercentUnit, [promql('', expr, noCheck)], {
    description: 'In the selected time range: the share of the time in which the check was up.',
    steps: ['red', [0.95, 'orange'], [0.995, 'green']],
  });
}

function up() {
  return timeseries('Up', units.Short, [promql('{{check}}', 'ultronex_check_up', noCheck)], {
    description: '1: up, 0: down. A gap: maintenance, or no verdict yet.',
    min: 0,
    max: 1,
    decimals: 0,
  });
}

function duration() {
  return timeseries('Duration', units.Seconds, [promql('{{check}}', 'ultronex_check_duration_seconds', noCheck)], {
    description: 'Of the last attempt. A gap: nothing was reached.',
    min: 0,
  });
}

function states() {
  return timeseries('Checks by state', units.Short, [promql('{{state}}', 'sum by (state) (ultronex_checks)')], {
    colours: stateColours,
    stacked: true,
    decimals: 0,
  });
}

function attempts() {
  const expr = 'sum by (result) (rate(ultronex_check_attempts_total[$__rate_interval]))';
  return timeseries('Attempts by result', units.OpsPerSecond, [promql('{{result}}', expr)], {
    description: 'dropped: the program itself was too busy, so the attempt tells nothing about its target.',
    colours: { good: 'green', failed: 'red', dropped: 'orange' },
    stacked: true,
  });
}

function beatUp() {
  return timeseries('Beats up', units.Short, [promql('{{beat}}', 'min by (beat) (ultronex_beat_up)', noBeat)], {
    description: '1: fine, 0: late, or its last run failed.',
    min: 0,
    max: 1,
    decimals: 0,
  });
}

function sinceLastPing() {
  const expr = 'time() - max by (beat) (ultronex_beat_last_ping_timestamp_seconds)';
  return timeseries('Time since the last ping', units.Seconds, [promql('{{beat}}', expr, noBeat)], { min: 0 });
}
