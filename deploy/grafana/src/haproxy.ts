import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { codeColours, stat, timeseries, upOrDown } from './panel.ts';
import { logql, mayBeEmpty, promql } from './query.ts';

const noCertificate = mayBeEmpty('No certificate was made yet.');
const notAsked = mayBeEmpty('There was no request in this time range.');
/** Not the ones that only the stack itself asks. */
const frontends = 'proxy!~"inside|stats"';
/** The others are tables of sources, not backends. */
const backends = 'proxy=~"ultronex|grafana|certbot"';
/** Its access log; `| __error__=""` leaves out what is no JSON. */
const accessLog = '{service_name="haproxy"}';

export const haproxy: Spec = {
  uid: 'haproxy',
  title: 'HAProxy',
  description: 'Requests from outside: refused ones, response times, backends, certificates.',
  rows: [
    row('Now', tiles(up(), servers(), requestsNow(), serverErrors(), rateLimitedInRange(), daysLeft())),
    row('Requests', graphs(frontendCodes(), backendCodes(), backendRequests())),
    row('Refused', graphs(rateLimited(), denied(), requestErrors())),
    row('Response times', graphs(responseQuantiles(), averageTimes(), slowest())),
    row('Sessions and connections', graphs(sessions(), connections(), handshakes()), graphs(bytes(), share(), load())),
    row('Servers', graphs(serversUp(), checks(), backendFailures())),
    row('Certificates', graphs(certificates(), renewals())),
  ],
};

function up() {
  return stat('HAProxy', units.NoUnit, [promql('', 'up{job="haproxy"}')], {
    words: upOrDown,
    steps: ['red', [1, 'green']],
  });
}

function servers() {
  return stat('Servers up', units.Short, [promql('{{proxy}}', 'sum by (proxy) (haproxy_server_status{state="UP"})')], {
    steps: ['red', [1, 'green']],
  });
}

function requestsNow() {
  const expr = `sum(rate(haproxy_frontend_http_requests_total{${frontends}}[$__rate_interval]))`;
  return stat('Requests', units.RequestsPerSecond, [promql('', expr)]);
}

function serverErrors() {
  const all = `sum(rate(haproxy_frontend_http_responses_total{${frontends}}[$__rate_interval]))`;
  const failed = `sum(rate(haproxy_frontend_http_responses_total{${frontends}, code="5xx"}[$__rate_interval]))`;
  return stat('Answered with 5xx', units.PercentUnit, [promql('', `${failed} / clamp_min(${all}, 0.001)`)], {
    decimals: 1,
    steps: ['green', [0.01, 'orange'], [0.05, 'red']],
  });
}

function rateLimitedInRange() {
  const expr = `sum(count_over_time(${accessLog} | status="429" [$__range]))`;
  return stat('Rate limited', units.Short, [logql('', expr, mayBeEmpty('Nobody was rate limited.'))], {
    description: 'Requests with the response 429, in the selected time range.',
    steps: ['green', [1, 'orange'], [1_000, 'red']],
  });
}

function daysLeft() {
  const expr = '(min(ultronex_certificate_expiry_timestamp_seconds) - time()) / 86400';
  return stat('Certificate', units.Days, [promql('', expr, noCertificate)], {
    description:
      'Until the first certificate expires. An alert is sent below 10 days, or below a third of a short lifetime.',
    decimals: 0,
    steps: ['red', [14, 'orange'], [21, 'green']],
  });
}

function frontendCodes() {
  const expr = `sum by (code) (rate(haproxy_frontend_http_responses_total{${frontends}}[$__rate_interval]))`;
  return timeseries('Answers by code', units.RequestsPerSecond, [promql('{{code}}', expr)], {
    colours: codeColours,
    stacked: true,
  });
}

function backendCodes() {
  const expr = `sum by (proxy, code) (rate(haproxy_backend_http_responses_total{${backends}}[$__rate_interval])) > 0`;
  return timeseries('Answers by backend and code', units.RequestsPerSecond, [
    promql('{{proxy}} {{code}}', expr, notAsked),
  ]);
}

function backendRequests() {
  const expr = `sum by (proxy) (rate(haproxy_backend_http_requests_total{${backends}}[$__rate_interval]))`;
  return timeseries('Requests by backend', units.RequestsPerSecond, [promql('{{proxy}}', expr)], { stacked: true });
}

function rateLimited() {
  const expr = `sum by (status) (count_over_time(${accessLog} | status="429" [$__auto]))`;
  return timeseries('Rate limited', units.Short, [logql('{{status}}', expr, mayBeEmpty('Nobody was rate limited.'))], {
    description: 'Requests with the response 429, from the log: the metrics have only classes of codes.',
  });
}

function denied() {
  const expr = `sum by (proxy) (rate(haproxy_frontend_requests_denied_total{${frontends}}[$__rate_interval]))`;
  return timeseries('Denied by a rule', units.RequestsPerSecond, [promql('{{proxy}}', expr)], {
    description: 'Rate limits, unknown paths, unusual requests.',
  });
}

function requestErrors() {
  return timeseries(
    'Invalid or aborted',
    units.RequestsPerSecond,
    [
      promql(
        '{{proxy}}',
        `sum by (proxy) (rate(haproxy_frontend_request_errors_total{${frontends}}[$__rate_interval]))`,
      ),
      promql(
        '{{proxy}} connections',
        `sum by (proxy) (rate(haproxy_frontend_denied_connections_total{${frontends}}[$__rate_interval]))`,
      ),
    ],
    { description: 'Invalid requests, clients that were too slow or disconnected, and denied connections.' },
  );
}

function responseQuantiles() {
  const lines = `${accessLog} | json response_ms="response_ms", backend="backend" | response_ms >= 0 | __error__=""`;
  const expr = (quantile: number) =>
    `quantile_over_time(${quantile}, ${lines} | unwrap response_ms [$__auto]) by (backend)`;
  return timeseries(
    'Time to answer by backend',
    units.Milliseconds,
    [logql('{{backend}} p50', expr(0.5), notAsked), logql('{{backend}} p95', expr(0.95), notAsked)],
    { description: 'Until the first byte of the response, from the log.' },
  );
}

function averageTimes() {
  const average = (what: string) => `haproxy_backend_${what}_time_average_seconds{proxy="ultronex"}`;
  return timeseries(
    'Where the time goes',
    units.Seconds,
    [
      promql('waiting for a connection', average('queue')),
      promql('connecting', average('connect')),
      promql('answering', average('response')),
      promql('in all', average('total')),
    ],
    { description: 'Backend ultronex; the average of its last 1024 requests.', min: 0 },
  );
}

function slowest() {
  const expr = `max by (proxy) (haproxy_backend_max_response_time_seconds{${backends}})`;
  return timeseries('Slowest answer', units.Seconds, [promql('{{proxy}}', expr)], {
    description: 'Of the last 1024 requests.',
    min: 0,
  });
}

function sessions() {
  return timeseries('Sessions', units.Short, [promql('{{proxy}}', `haproxy_frontend_current_sessions{${frontends}}`)], {
    min: 0,
  });
}

function connections() {
  const expr = `sum by (proxy) (rate(haproxy_frontend_connections_total{${frontends}}[$__rate_interval]))`;
  return timeseries('New connections', units.CountsPerSecond, [promql('{{proxy}}', expr)]);
}

function handshakes() {
  return timeseries('New TLS connections', units.CountsPerSecond, [
    promql('new', 'rate(haproxy_process_ssl_connections_total[$__rate_interval])'),
  ]);
}

function bytes() {
  return timeseries('Bytes', units.BytesPerSecondIEC, [
    promql('in', `sum(rate(haproxy_frontend_bytes_in_total{${frontends}}[$__rate_interval]))`),
    promql('out', `sum(rate(haproxy_frontend_bytes_out_total{${frontends}}[$__rate_interval]))`),
  ]);
}

function share() {
  const expr = 'haproxy_process_current_connections / haproxy_process_max_connections';
  return timeseries('Connections, of those allowed', units.PercentUnit, [promql('in use', expr)], {
    min: 0,
    max: 1,
    steps: ['green', [0.8, 'red']],
  });
}

function load() {
  return timeseries('Busy', units.PercentUnit, [promql('busy', '1 - haproxy_process_idle_time_percent / 100')], {
    min: 0,
    max: 1,
    steps: ['green', [0.8, 'red']],
  });
}

function serversUp() {
  const expr = 'sum by (proxy) (haproxy_server_status{state="UP"})';
  return timeseries('Servers up by backend', units.Short, [promql('{{proxy}}', expr)], { min: 0, decimals: 0 });
}

function checks() {
  return timeseries('Checks failed, servers gone down', units.Short, [
    promql('{{proxy}} failed', 'sum by (proxy) (increase(haproxy_server_check_failures_total[$__rate_interval]))'),
    promql('{{proxy}} down', 'sum by (proxy) (increase(haproxy_server_check_up_down_total[$__rate_interval]))'),
  ]);
}

function backendFailures() {
  return timeseries('Failures behind it', units.Short, [
    promql(
      '{{proxy}} connecting',
      `sum by (proxy) (increase(haproxy_backend_connection_errors_total{${backends}}[$__rate_interval]))`,
    ),
    promql(
      '{{proxy}} answering',
      `sum by (proxy) (increase(haproxy_backend_response_errors_total{${backends}}[$__rate_interval]))`,
    ),
    promql(
      '{{proxy}} tried again',
      `sum by (proxy) (increase(haproxy_backend_retry_warnings_total{${backends}}[$__rate_interval]))`,
    ),
  ]);
}

function certificates() {
  const expr = '(ultronex_certificate_expiry_timestamp_seconds - time()) / 86400';
  return timeseries('Days left', units.Days, [promql('{{name}}', expr, noCertificate)], {
    min: 0,
    steps: ['red', [14, 'green']],
  });
}

function renewals() {
  return timeseries(
    'Renewal failed',
    units.NoUnit,
    [promql('{{name}}', 'ultronex_certificate_renewal_failed', noCertificate)],
    { description: '1 if the last attempt failed.', min: 0, max: 1, steps: ['green', [1, 'red']] },
  );
}
