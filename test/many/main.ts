/**
 * Three instances on one PostgreSQL behind a fake Slack, with kill -9 of an instance every few seconds and of the database now and then.
 * `npm run test:many -- --events 1000000 --rate 800 --waiting 20000`; `--seconds` ends the load earlier, `--rate` is the items a second at
 * most, `--waiting` is how many messages may wait for the leases of killed instances before the load waits, too: it takes about so many
 * in 25 s. `--seed` repeats the random choices. `--take-over` is how many seconds a take-over may take, its last message twice as many:
 * more where other work slows the machine down.
 * Exit code 1 when something was lost, acted twice, came out of order, or was taken over late.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '../support/random.ts';
import { killAtRandom } from './kills.ts';
import { itemOf, startLoad } from './load.ts';
import { openSite } from './site.ts';
import { watchTakeOvers } from './take-over.ts';
import { createTally } from './tally.ts';
import { lastWithinS, slowest, wrongIn } from './verdict.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '600' },
    waiting: { type: 'string', default: '6000' },
    instances: { type: 'string', default: '3' },
    'take-over': { type: 'string', default: '30' },
    /** To see what the kills cost. */
    'no-kills': { type: 'boolean', default: false },
  },
});
const [items, seconds, seed, perSecond, mostWaiting, count, takeOverWithin] = [
  ...[values.events, values.seconds, values.seed, values.rate, values.waiting].map(Number),
  ...[values.instances, values['take-over']].map(Number),
] as [number, number, number, number, number, number, number];
const stuckAfterMs = 120_000;
const tellEveryMs = 10_000;

// The children end with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const random = new Random(seed);
const tally = createTally(items);
let strangers = 0;
const site = await openSite({
  ...{ count, random },
  onBotPost(post) {
    const item = itemOf(post);
    if (item === null) strangers += 1;
    else tally.posted(item);
  },
});
console.log(`ready after ${performance.now().toFixed(0)} ms`);
const watch = watchTakeOvers(site.database.url, lastWithinS(takeOverWithin) + 5);
const began = performance.now();
const passed = () => (performance.now() - began) / 1_000;
let isLoaded = false;
const load = startLoad({ ...{ site, tally, items, perSecond, mostWaiting }, random, isOver: () => passed() > seconds });
console.log(`${items} events to ${count} instances, seed ${seed}`);
const told = setInterval(() => {
  console.log(
    `${passed().toFixed(0)} s: ${load.count} sent, ${tally.acknowledged} acknowledged, ${tally.waiting} not yet in Slack`,
  );
}, tellEveryMs);
const killing = killAtRandom(site, watch, random, () => isLoaded || values['no-kills']);

/** Resolves when all messages have come to their end, or nothing happens any more. */
async function drain(): Promise<number> {
  for (let [last, at] = [Number.NaN, Date.now()]; ; ) {
    const open = await watch.open();
    if (open === 0 || Date.now() - at > stuckAfterMs) return open;
    if (open !== last) [last, at] = [open, Date.now()];
    await sleep(500);
  }
}

try {
  await load.done;
  isLoaded = true;
  const acceptedIn = passed();
  const kills = await killing;
  const open = await drain();
  const sentIn = passed();
  const takeOvers = await watch.results();
  const verdict = tally.judge();
  const { acknowledged, unacknowledged, twice, lost, outOfOrder } = verdict;
  const firsts = slowest(takeOvers.messages.map(({ first }) => first));
  const takeOver = Math.max(firsts, slowest(takeOvers.tasks));
  const hasKills = !values['no-kills'];
  const wrong = wrongIn({ verdict, load, open, strangers, takeOvers, hasKills }, takeOverWithin);
  console.table({
    events: load.count - load.posts,
    POSTs: load.posts,
    'acknowledged, of both': acknowledged,
    'never acknowledged': unacknowledged,
    'acted twice': twice,
    lost,
    'out of order': outOfOrder,
    'not sent in the end': open,
    'duplicates of events': load.duplicates,
    'events delivered after later ones': load.outOfTurn,
    'envelopes without acknowledgement': load.unacked,
    'POSTs sent again': load.resent,
    'instances killed': kills.instances,
    'database killed': kills.database,
    'take-overs of messages / tasks': `${takeOvers.messages.length} / ${takeOvers.tasks.length}`,
    'slowest take-over, s': Number(takeOver.toFixed(1)),
    '  first message / tasks, s': `${firsts.toFixed(1)} / ${slowest(takeOvers.tasks).toFixed(1)}`,
    '  last message, s': Number(
      slowest(takeOvers.messages.map(({ last = Number.POSITIVE_INFINITY }) => last)).toFixed(1),
    ),
    'accepted in, s': Number(acceptedIn.toFixed(0)),
    'sent in, s': Number(sentIn.toFixed(0)),
    'events and POSTs a second': Math.round(load.count / acceptedIn),
  });
  if (load.count < items) {
    console.error(
      `\nCUT SHORT: ${load.count} of ${items} were sent in the ${seconds} s of --seconds; this says less than it should.\n`,
    );
  }
  for (const each of wrong) console.error(`not as wanted: ${each}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  clearInterval(told);
  await site.close();
}
