import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Claimed, Settlement } from '../../src/ports/outbox-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { isPostgresInstalled, runSql, startPostgres } from '../support/postgres.ts';
import { killServer, type Load, newTally, send } from '../support/postgres-load.ts';
import { openPostgresStore } from '../support/postgres-stores.ts';

/** POSTGRES_KILL_SECONDS=600 for a long run by hand. */
const seconds = Number(process.env.POSTGRES_KILL_SECONDS ?? 7);
const leaseMs = 3_000;
const lanes = 6;
/** Callers of a lane. More of them than the backlog at which messages are merged. */
const callers = 8;
const backlog = 3;
/** A lane sends one message in this time, so that others wait. */
const paceMs = 150;

/** Share of messages that a worker sends and does not settle, as one that is killed does. */
const abandoned = 0.03;

/** What workers did, by the ids of messages. */
interface Done {
  /** Claimed to be sent: from then on it may be in Slack. */
  begun: Set<string>;
  /** How many messages the card of a digest shows, as last settled. */
  shown: Map<string, number>;
}

/** Sends and edits until it is over and nothing is left. */
async function work(store: Store, { isOver, tally }: Load, done: Done): Promise<void> {
  async function settle({ delivery, tat }: Claimed): Promise<void> {
    const leaseEnds = Date.now() + leaseMs;
    const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
    const isEdit = delivery.pending !== null;
    if (!isEdit) done.begun.add(delivery.id);
    if (!isOver() && Math.random() < abandoned) return;
    while (Date.now() < leaseEnds) {
      const next = { readyAt: Date.now() + (isOver() ? 0 : paceMs), tat };
      const settlement: Settlement = isEdit ? { to: 'changed', ...next } : { to: 'sent', slack, uploaded: 0, ...next };
      try {
        await store.settle(delivery, settlement, Date.now());
        done.shown.set(delivery.id, Math.max(delivery.mergedCount, done.shown.get(delivery.id) ?? 0));
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await sleep(30);
      }
    }
  }

  for (let empty = 0; !isOver() || empty < 5; ) {
    try {
      const claimed = await store.claim(Date.now(), leaseMs, 4);
      await Promise.all(claimed.map(settle));
      if (claimed.length > 0) empty = 0;
      else if ((await store.nextDue()) === Number.POSITIVE_INFINITY) empty += 1;
      await sleep(10);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) tally.errors.push(error);
      await sleep(50);
    }
  }
}

interface Row {
  id: string;
  seq: string;
  state: string;
  open: number;
  merged_into: string | null;
  merged_count: number;
  shown: number;
}

if (!isPostgresInstalled()) console.log('# not run without PostgreSQL: merging. npm run test:postgres runs it');
else {
  test('what three stores accept is sent once, or merged into a message that is sent, also when the server is killed', async (t) => {
    const server = await startPostgres({ fsync: true });
    t.after(() => server.stop());
    const merge = { backlog, openMs: 600_000 };
    const stores = await Promise.all(Array.from({ length: 3 }, () => openPostgresStore(t, server.url, { merge })));
    const storeOf = (number: number) => stores[number % stores.length] as Store;
    const until = Date.now() + seconds * 1_000;
    let isQuiet = false;
    const load: Load = { isOver: () => isQuiet, tally: newTally() };
    const sending: Load = { ...load, isOver: () => Date.now() > until };
    const done: Done = { begun: new Set(), shown: new Map() };
    // Messages of one kind are similar. There are two kinds, and some messages that are like no other.
    const kinds = [1, 2, 2];
    const unlike = 0.02;
    const senders = Array.from({ length: lanes * callers }, (_, number) =>
      send(storeOf(number), `#${number % lanes}`, sending, () => ({
        similarKey: Math.random() < unlike ? null : (kinds[Math.floor(Math.random() * kinds.length)] ?? null),
      })),
    );
    const workers = stores.map((store) => work(store, load, done));
    const kills = await killServer(server, until);
    await Promise.all(senders);
    isQuiet = true;
    await Promise.all(workers);

    const { acknowledged, errors } = load.tally;
    assert.deepEqual(errors, []);
    const rows = (await runSql(server.url, ['SELECT * FROM ultronex.deliveries'])) as unknown as Row[];
    const byId = new Map(rows.map((row) => [row.id, row]));
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    const merged = rows.filter(({ state }) => state === 'merged');
    t.diagnostic(`${acknowledged.length} acknowledged, ${merged.length} merged over ${kills} kills`);
    assert.ok(acknowledged.length > 100 && merged.length > 50 && kills > 1, 'there was load, merging, and kills');
    const wrong = (of: readonly Row[], isWrong: (row: Row) => boolean) => of.filter(isWrong).map(({ id }) => id);
    assert.deepEqual(
      acknowledged.filter(({ id }) => !byId.has(id)),
      [],
      'lost',
    );
    assert.deepEqual(
      wrong(rows, ({ state, open }) => open !== 0 || !['sent', 'merged'].includes(state)),
      [],
      'not at an end',
    );
    assert.deepEqual(
      wrong(merged, ({ merged_into: into }) => bySeq.get(into ?? '')?.state !== 'sent'),
      [],
      'merged into a message that was not sent',
    );
    assert.deepEqual(
      wrong(merged, ({ id }) => done.begun.has(id)),
      [],
      'merged although they may be in Slack',
    );
    const members = new Map<string, number>();
    for (const { merged_into: into } of merged) members.set(into ?? '', (members.get(into ?? '') ?? 0) + 1);
    assert.deepEqual(
      wrong(rows, (row) => row.merged_count !== (members.get(row.seq) ?? 0)),
      [],
      'merged_count differs from the rows',
    );
    assert.deepEqual(
      wrong(rows, (row) => row.shown !== row.merged_count || (done.shown.get(row.id) ?? 0) !== row.merged_count),
      [],
      'the card does not show all',
    );
    const [keys] = await runSql(server.url, ['SELECT count(*)::int AS count FROM ultronex.events']);
    assert.equal(keys?.count, rows.length, 'each key has acted once');
  });
}
