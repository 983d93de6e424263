import { parseArgs } from 'node:util';
import { commandHook } from './hook.ts';
import { startFakeHetzner } from './index.ts';
import { createMachines } from './machines.ts';

/** The fake Hetzner as a process: prints where it is as one line of JSON, then serves until SIGINT or SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4020' },
    host: { type: 'string', default: '127.0.0.1' },
    token: { type: 'string', default: 'f'.repeat(64) },
    hook: { type: 'string' },
    'hook-images': { type: 'boolean', default: false },
    /** Instead of a hook: containers whose names begin with this. */
    machines: { type: 'string' },
    /** A folder that those see. */
    share: { type: 'string' },
    'latency-ms': { type: 'string', default: '0' },
    'action-polls': { type: 'string', default: '1' },
    'requests-per-hour': { type: 'string' },
    'ipv4-range': { type: 'string' },
    /** Location of types to make available beside those that are: `cx23@fsn1,cax11@hel1`. */
    available: { type: 'string', default: '' },
    datacenters: { type: 'boolean', default: false },
    faults: { type: 'string', default: '[]' },
  },
});

const machines = values.machines ? createMachines({ prefix: values.machines, share: values.share }) : undefined;

const hetzner = await startFakeHetzner({
  token: values.token,
  host: values.host,
  port: Number(values.port),
  latencyMs: Number(values['latency-ms']),
  actionPolls: Number(values['action-polls']),
  requestsPerHour: values['requests-per-hour'] === undefined ? undefined : Number(values['requests-per-hour']),
  ipv4Range: values['ipv4-range'],
  datacenters: values.datacenters,
  faults: JSON.parse(values.faults),
  ...machines?.hooks,
  ...(values.hook ? commandHook(values.hook, values['hook-images']) : {}),
});

for (const pair of values.available.split(',').filter(Boolean)) {
  const [name = '', location = ''] = pair.split('@');
  const type = hetzner.state.serverTypes.all.find((one) => one.name === name);
  if (!type || !location) throw new Error(`--available ${pair}: no such type. Write cx23@fsn1`);
  type.available[location] = true;
}

console.log(JSON.stringify({ url: hetzner.url, token: values.token }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await hetzner.stop();
    await machines?.stop();
    process.exit(0);
  });
}
