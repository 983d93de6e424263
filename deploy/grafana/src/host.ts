import * as units from '@grafana/grafana-foundation-sdk/units';
import { graphs, row, type Spec, tiles } from './dashboard.ts';
import { containersPage } from './links.ts';
import { stat, timeseries } from './panel.ts';
import { mayBeEmpty, promql } from './query.ts';

const memoryUsed = '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes';
const busy = '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))';
/** What has a disk under it. */
const disks = 'fstype!~"tmpfs|overlay|squashfs|ramfs"';
const diskUsed = `1 - node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}}`;
const nearFull: ['green', ...[number, string][]] = ['green', [0.8, 'orange'], [0.9, 'red']];

export const host: Spec = {
  uid: 'host',
  title: 'Host and containers',
  description: 'The machine, and the resources that each container uses.',
  links: [containersPage()],
  rows: [
    row('Now', tiles(processorNow(), memoryNow(), diskNow(), loadNow(), containersNow(), upSince())),
    row('Host', graphs(processor(), memory(), disk()), graphs(diskTraffic(), diskBusy(), network())),
    row('Pressure', graphs(pressure(), swap(), outOfMemory())),
    row('Containers', graphs(containerProcessor(), containerMemory(), containerLimit())),
    row('Containers: starts and network', graphs(restarts(), received(), sent())),
  ],
};

function processorNow() {
  return stat('Processor', units.PercentUnit, [promql('', busy)], { decimals: 0, steps: nearFull });
}

function memoryNow() {
  return stat('Memory', units.PercentUnit, [promql('', memoryUsed)], { decimals: 0, steps: nearFull });
}

function diskNow() {
  return stat('Fullest disk', units.PercentUnit, [promql('', `max(${diskUsed})`)], { decimals: 0, steps: nearFull });
}

function loadNow() {
  const expr = 'sum(node_load5) / count(node_cpu_seconds_total{mode="idle"})';
  return stat('Load of each core', units.Short, [promql('', expr)], {
    description: 'The average of five minutes.',
    decimals: 2,
    steps: ['green', [1, 'orange'], [2, 'red']],
  });
}

function containersNow() {
  return stat('Containers', units.Short, [promql('', 'count(container_memory_working_set_bytes{name!=""})')]);
}

function upSince() {
  return stat('Up for', units.DurationSeconds, [promql('', 'node_time_seconds - node_boot_time_seconds')]);
}

function processor() {
  const expr = 'avg by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))';
  return timeseries('Processor', units.PercentUnit, [promql('{{mode}}', expr)], { min: 0, max: 1, stacked: true });
}

function memory() {
  const cached = 'node_memory_Buffers_bytes + node_memory_Cached_bytes + node_memory_SReclaimable_bytes';
  return timeseries(
    'Memory',
    units.BytesIEC,
    [
      promql('used', `node_memory_MemTotal_bytes - node_memory_MemFree_bytes - (${cached})`),
      promql('files kept in memory', cached),
      promql('free', 'node_memory_MemFree_bytes'),
    ],
    { min: 0, stacked: true },
  );
}

function disk() {
  return timeseries('Disk used', units.PercentUnit, [promql('{{mountpoint}}', `max by (mountpoint) (${diskUsed})`)], {
    min: 0,
    max: 1,
    steps: nearFull,
  });
}

function diskTraffic() {
  return timeseries('Disk traffic', units.BytesPerSecondIEC, [
    promql('{{device}} read', 'sum by (device) (rate(node_disk_read_bytes_total[$__rate_interval]))'),
    promql('{{device}} written', 'sum by (device) (rate(node_disk_written_bytes_total[$__rate_interval]))'),
  ]);
}

function diskBusy() {
  const expr = 'sum by (device) (rate(node_disk_io_time_seconds_total[$__rate_interval]))';
  return timeseries('Disk busy', units.PercentUnit, [promql('{{device}}', expr)], { min: 0, max: 1 });
}

function network() {
  // Docker's own ends of the containers' cables would count everything twice.
  const devices = 'device!~"lo|veth.*|br-.*|docker.*|ifb.*"';
  return timeseries('Network', units.BytesPerSecondIEC, [
    promql('{{device}} in', `sum by (device) (rate(node_network_receive_bytes_total{${devices}}[$__rate_interval]))`),
    promql('{{device}} out', `sum by (device) (rate(node_network_transmit_bytes_total{${devices}}[$__rate_interval]))`),
  ]);
}

function pressure() {
  const none = mayBeEmpty('This kernel does not measure pressure.');
  const waiting = (what: string) =>
    promql(what, `rate(node_pressure_${what}_waiting_seconds_total[$__rate_interval])`, none);
  return timeseries('Waiting for', units.PercentUnit, [waiting('cpu'), waiting('memory'), waiting('io')], {
    description: 'Share of the time in which a process waited for this resource.',
    min: 0,
  });
}

function swap() {
  return timeseries('Swap', units.BytesIEC, [
    promql('used', 'node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes'),
    promql('total', 'node_memory_SwapTotal_bytes'),
  ]);
}

function outOfMemory() {
  const expr = 'increase(node_vmstat_oom_kill[$__rate_interval])';
  return timeseries('Killed because memory ran out', units.Short, [promql('processes', expr)], {
    description: 'Of the host and of the containers.',
    min: 0,
    decimals: 0,
    steps: ['green', [1, 'red']],
  });
}

function containerProcessor() {
  const expr = 'sum by (name) (rate(container_cpu_usage_seconds_total{name!=""}[$__rate_interval]))';
  return timeseries('Processor by container', units.PercentUnit, [promql('{{name}}', expr)], {
    description: '100 % is one core.',
    stacked: true,
  });
}

function containerMemory() {
  const expr = 'sum by (name) (container_memory_working_set_bytes{name!=""})';
  return timeseries('Memory by container', units.BytesIEC, [promql('{{name}}', expr)], { min: 0, stacked: true });
}

function containerLimit() {
  const used = 'sum by (name) (container_memory_working_set_bytes{name!=""})';
  const limit = 'sum by (name) (container_spec_memory_limit_bytes{name!=""})';
  return timeseries('Memory, of the limit', units.PercentUnit, [promql('{{name}}', `${used} / (${limit} > 0)`)], {
    description: 'Containers without a limit are left out.',
    min: 0,
    max: 1,
    steps: nearFull,
  });
}

function restarts() {
  const expr = 'sum by (name) (changes(container_start_time_seconds{name!=""}[$__rate_interval]))';
  return timeseries('Started again', units.Short, [promql('{{name}}', expr)], { min: 0, decimals: 0 });
}

function received() {
  const expr = 'sum by (name) (rate(container_network_receive_bytes_total{name!=""}[$__rate_interval]))';
  return timeseries('Received by container', units.BytesPerSecondIEC, [promql('{{name}}', expr)]);
}

function sent() {
  const expr = 'sum by (name) (rate(container_network_transmit_bytes_total{name!=""}[$__rate_interval]))';
  return timeseries('Sent by container', units.BytesPerSecondIEC, [promql('{{name}}', expr)]);
}
