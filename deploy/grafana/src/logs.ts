import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, line, row, type Spec, tiles } from './dashboard.ts';
import { levelColours, logs as logLines, stat, timeseries } from './panel.ts';
import { logql, mayBeEmpty } from './query.ts';
import { choice, text } from './variables.ts';

const noError = mayBeEmpty('No error was logged.');
const noTrace = mayBeEmpty('No line has such a trace.');
const chosen = '{service_name=~"$service", level=~"$level"}';
const bad = '{service_name=~"$service", level=~"error|fatal"}';

export const logs: Spec = {
  uid: 'logs',
  title: 'Logs',
  description: 'The log lines of every container.',
  variables: [
    choice('service', 'Service', 'service_name'),
    choice('level', 'Level', 'level'),
    text('text', 'Text', 'Lines with this in them; upper and lower case are the same.'),
    text('trace', 'Trace', 'Of one message, from its first line to Slack’s answer: the beginning of its trace.'),
  ],
  rows: [
    row('In the time shown', tiles(linesInRange(), errorsInRange(), warningsInRange(), servicesInRange())),
    row('Volume', graphs(byService(), byLevel(), bytes())),
    row('Errors', line(8, errorsByService(), errorLines())),
    row('One trace', line(10, traceLines())),
    row('Lines', line(20, lines())),
  ],
};

function linesInRange() {
  return stat('Lines', units.Short, [logql('', `sum(count_over_time(${chosen} [$__range]))`)]);
}

function errorsInRange() {
  return stat('Errors', units.Short, [logql('', `sum(count_over_time(${bad} [$__range]))`, noError)], {
    steps: ['green', [1, 'orange'], [100, 'red']],
  });
}

function warningsInRange() {
  const expr = 'sum(count_over_time({service_name=~"$service", level="warn"} [$__range]))';
  return stat('Warnings', units.Short, [logql('', expr, mayBeEmpty('No warning was logged.'))], {
    steps: ['green', [100, 'orange']],
  });
}

function servicesInRange() {
  const expr = `count(sum by (service_name) (count_over_time(${chosen} [$__range])))`;
  return stat('Services that wrote', units.Short, [logql('', expr)]);
}

function byService() {
  const expr = `sum by (service_name) (count_over_time(${chosen} [$__auto]))`;
  return timeseries('Lines by service', units.Short, [logql('{{service_name}}', expr)], { stacked: true });
}

function byLevel() {
  const expr = `sum by (level) (count_over_time(${chosen} [$__auto]))`;
  return timeseries('Lines by level', units.Short, [logql('{{level}}', expr)], {
    colours: levelColours,
    stacked: true,
  });
}

function bytes() {
  const expr = `sum by (service_name) (bytes_rate(${chosen} [$__auto]))`;
  return timeseries('Bytes by service', units.BytesPerSecondIEC, [logql('{{service_name}}', expr)], { stacked: true });
}

function errorsByService() {
  const expr = `sum by (service_name) (count_over_time(${bad} [$__auto]))`;
  return timeseries('Errors by service', units.Short, [logql('{{service_name}}', expr, noError)], { stacked: true });
}

function errorLines() {
  return logLines('Errors', [logql('', bad, noError)]);
}

function traceLines() {
  // Structured metadata, so that no line has to be read as JSON. In backticks, where a backslash stays one.
  const expr = `{service_name=~".+"} | trace!="" | trace=~\`\${trace:regex}.*\``;
  return logLines('Lines of a trace', [logql('', expr, noTrace)], {
    description: 'From all services, regardless of the service chosen above. Without a trace: every line that has one.',
  });
}

function lines() {
  return logLines('Lines', [logql('', `${chosen} |~ \`(?i)\${text:regex}\``)]);
}
