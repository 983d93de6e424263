import * as units from '@grafana/grafana-foundation-sdk/units';
import { type Panel, timeseries } from './panel.ts';
import { promql } from './query.ts';

/** Panels of the metrics that Node exports about the program’s process. */
export const processPanels = (): Panel[] => [memory(), eventLoop(), processor(), files()];

function memory() {
  return timeseries(
    'Memory',
    units.BytesIEC,
    [
      promql('resident', 'process_resident_memory_bytes{job="ultronex"}'),
      promql('heap', 'nodejs_heap_size_total_bytes{job="ultronex"}'),
      promql('heap used', 'nodejs_heap_size_used_bytes{job="ultronex"}'),
      promql('outside of the heap', 'nodejs_external_memory_bytes{job="ultronex"}'),
    ],
    { min: 0 },
  );
}

function eventLoop() {
  return timeseries(
    'Event loop lag',
    units.Seconds,
    [
      promql('p50', 'nodejs_eventloop_lag_p50_seconds{job="ultronex"}'),
      promql('p99', 'nodejs_eventloop_lag_p99_seconds{job="ultronex"}'),
      promql('max', 'nodejs_eventloop_lag_max_seconds{job="ultronex"}'),
    ],
    {
      description: 'Node measures every 10 ms, so a value of 10 ms means no lag.',
      min: 0,
      steps: ['green', [0.1, 'red']],
    },
  );
}

function processor() {
  return timeseries(
    'Processor',
    units.PercentUnit,
    [
      promql('of one core', 'rate(process_cpu_seconds_total{job="ultronex"}[$__rate_interval])'),
      promql('collecting garbage', 'sum(rate(nodejs_gc_duration_seconds_sum{job="ultronex"}[$__rate_interval]))'),
    ],
    { min: 0 },
  );
}

function files() {
  return timeseries('Open files', units.Short, [promql('open', 'process_open_fds{job="ultronex"}')], { min: 0 });
}
