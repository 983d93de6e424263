/** One instance of the kill test: `postgres-instance.ts URL NAME LEASE_MS`. Reports to its parent, and ends when told to. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/domain/clock.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { type Load, newTally, send, work } from './postgres-load.ts';
import { untilTaken } from './postgres-stores.ts';

const [url = '', name = '', leaseMs = ''] = process.argv.slice(2);
const tally = newTally();
let isOver = false;
process.once('message', () => {
  isOver = true;
});
// The parent sees what was acknowledged and claimed before a kill, because each report is sent at once.
for (const list of [tally.acknowledged, tally.claimed] as unknown[][]) {
  const field = list === tally.claimed ? 'claimed' : 'acknowledged';
  list.push = (...items) => {
    process.send?.({ [field]: items });
    return items.length;
  };
}

const store = await untilTaken(() =>
  createPostgresStore({ url, owner: randomUUID(), clock: systemClock, onError() {} }),
);
const lanes = 12;
const load: Load = { isOver: () => isOver, tally };
const senders = Array.from({ length: lanes }, (_, lane) => send(store, `#${name}-${lane}`, load));
const worker = work(store, load, Number(leaseMs));
await Promise.all(senders);
await worker;
process.send?.({ errors: tally.errors.map(String) });
await sleep(100);
await store.close();
process.exit(0);
