import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inSlack } from '../../src/domain/destination.ts';
import { UltronexError } from '../../src/domain/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { newDelivery } from '../support/deliveries.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { judge, type Load, newTally, work } from '../support/postgres-load.ts';
import { markSent, openPostgresStore } from '../support/postgres-stores.ts';

const leaseMs = 5_000;
const database = await openTestDatabase('locks between instances');
if (database !== null) {
  const { url, newSchema } = database;
  after(() => database.close());

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  }

  describe('several instances on the same lanes', () => {
    it('eight instances on 40 lanes lease no lane for nothing and claim none twice', async (t) => {
      const schema = newSchema();
      const stores = await Promise.all(Array.from({ length: 8 }, () => openPostgresStore(t, url, { schema })));
      const deliveries = Array.from({ length: 2_000 }, (_, n) =>
        newDelivery(Date.now(), { destination: inSlack(`#${n % 40}`) }),
      );
      await stores[0]?.accept({ deliveries });
      const load: Load = { isOver: () => true, tally: newTally() };
      load.tally.acknowledged = deliveries.map(({ id, destination }) => ({ id, lane: destination.address, key: id }));
      const began = Date.now();
      await Promise.all(stores.map((store) => work(store, load, leaseMs, 8)));
      t.diagnostic(`${Math.round(2_000_000 / (Date.now() - began))} sent a second`);
      const { claims, lost, twice, outOfOrder } = judge(load.tally, leaseMs);
      assert.deepEqual({ claims, lost, twice, outOfOrder }, { claims: 2_000, lost: 0, twice: 0, outOfOrder: 0 });
      assert.deepEqual(load.tally.errors, []);
      // A lane that was leased for nothing would be leased still.
      const leased = await query(`SELECT id FROM ${schema}.lanes WHERE lease_owner IS NOT NULL OR waiting`);
      assert.deepEqual(leased, []);
    });

    it('an accept at the same time as a claim that finds the lane empty wakes the lane', async (t) => {
      const schema = newSchema();
      const [a, b] = [await openPostgresStore(t, url, { schema }), await openPostgresStore(t, url, { schema })];
      for (let round = 0; round < 150; round += 1) {
        const [first, second] = [newDelivery(Date.now()), newDelivery(Date.now())];
        await a.accept({ deliveries: [first] });
        const [claimed] = await b.claim(Date.now(), leaseMs, 10);
        assert.equal(claimed?.delivery.id, first.id, `round ${round}`);
        await markSent(b, claimed as never);
        // The lane is empty and still marked as having work, which the claim ends.
        const [early] = await Promise.all([
          sleep(Math.random() * 3).then(() => b.claim(Date.now(), leaseMs, 10)),
          sleep(Math.random() * 3).then(() => a.accept({ deliveries: [second] })),
        ]);
        const [then] = early.length > 0 ? early : await b.claim(Date.now(), leaseMs, 10);
        assert.equal(then?.delivery.id, second.id, `round ${round}: it was not woken`);
        await markSent(b, then as never);
      }
    });

    it('an accept that began before the lane was put to rest, and waits for that, wakes it', async (t) => {
      const schema = newSchema();
      const store = await openPostgresStore(t, url, { schema });
      const first = newDelivery(Date.now());
      await store.accept({ deliveries: [first] });
      const [claimed] = await store.claim(Date.now(), leaseMs, 10);
      await markSent(store, claimed as never);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      t.after(() => client.end());
      await client.query('BEGIN');
      await client.query(`SELECT FROM ${schema}.lanes WHERE waiting FOR UPDATE`);
      const second = newDelivery(Date.now());
      const accepting = store.accept({ deliveries: [second] });
      const isBlocked = async () => {
        const [row] = await query(`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`);
        return row?.waiting === 1;
      };
      while (!(await isBlocked())) await sleep(10);
      await client.query(`UPDATE ${schema}.lanes SET waiting = false`);
      await client.query('COMMIT');
      await accepting;
      const [then] = await store.claim(Date.now(), leaseMs, 10);
      assert.equal(then?.delivery.id, second.id);
    });

    it('a lane that is deleted or given to a team between its look-up and the insert loses no delivery', async (t) => {
      const schema = newSchema();
      const store = await openPostgresStore(t, url, { schema });
      const other = await openPostgresStore(t, url, { schema });
      const accepted: string[] = [];
      const until = Date.now() + 3_000;
      const accepting = async (lane: number) => {
        while (Date.now() < until) {
          const delivery = newDelivery(Date.now(), { team: '', destination: inSlack(`#${lane}`) });
          await store.accept({ deliveries: [delivery] });
          accepted.push(delivery.id);
          await other.withdraw(delivery.id, Date.now());
          await query(`DELETE FROM ${schema}.deliveries WHERE id = '${delivery.id}'`);
          await other.claim(Date.now(), leaseMs, 10);
        }
      };
      const erasing = async () => {
        while (Date.now() < until) await Promise.all([other.prune(Date.now()), other.adopt('T9')]);
      };
      await Promise.all([...Array.from({ length: 6 }, (_, lane) => accepting(lane)), erasing()]);
      assert.ok(accepted.length > 20);
    });

    it('claims go on while 48 callers accept on 100 lanes', async (t) => {
      const schema = newSchema();
      const [a, b] = [await openPostgresStore(t, url, { schema }), await openPostgresStore(t, url, { schema })];
      const until = Date.now() + 3_000;
      const load: Load = { isOver: () => Date.now() > until, tally: newTally() };
      const senders = Array.from({ length: 48 }, async (_, caller) => {
        for (let n = 0; !load.isOver(); n += 1) {
          const destination = inSlack(`#${(caller * 7 + n) % 100}`);
          await (caller % 2 ? a : b).accept({ deliveries: [newDelivery(Date.now(), { destination })] });
          load.tally.acknowledged.push({ lane: '', id: '', key: '' });
        }
      });
      let whileAccepting = 0;
      const workers = [a, b].map((store) => work(store, load, leaseMs, 32));
      await Promise.all(senders);
      whileAccepting = load.tally.claimed.length;
      const share = whileAccepting / load.tally.acknowledged.length;
      t.diagnostic(`${load.tally.acknowledged.length} accepted, ${whileAccepting} claimed meanwhile`);
      assert.ok(share > 0.2, `only ${Math.round(share * 100)} % of what was accepted was claimed meanwhile`);
      await Promise.all(workers);
      assert.equal(load.tally.claimed.length, load.tally.acknowledged.length);
      assert.deepEqual(load.tally.errors, []);
    });

    it('a mixed load from three instances meets no deadlock that reaches a caller', async (t) => {
      const schema = newSchema();
      const stores = await Promise.all(Array.from({ length: 3 }, () => openPostgresStore(t, url, { schema })));
      const before = await deadlocks();
      const until = Date.now() + 6_000;
      const ids: string[] = [];
      const refused: unknown[] = [];
      const some = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
      const done: Record<string, number> = {};
      const post = (store: Store) => {
        const now = Date.now();
        const deliveries = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () =>
          newDelivery(now, {
            destination: inSlack(`#${Math.floor(Math.random() * 12)}`),
            team: some(['', 'T1', 'T2']),
            expiresAt: now + some([20, 3_600_000]),
            similarKey: some([null, 1]),
          }),
        );
        ids.push(...deliveries.map(({ id }) => id));
        const state = ['a', 'b', 'c'].map((name) => ({ name: `x:${name}`, value: some(['1', null]) }));
        const count = { team: 'T1', by: { total_msg_count: 1, forwarded_msg_count: 1 } };
        return store.accept({ key: randomUUID(), deliveries, state: state.reverse(), counts: count });
      };
      const send = async (store: Store) => {
        for (const claimed of await store.claim(Date.now(), 200, 20)) {
          if (Math.random() < 0.8) void markSent(store, claimed).catch((error) => refused.push(error));
        }
      };
      const erase = (store: Store) => store.eraseTeam(some(['T1', 'T2']));
      const actions: Record<string, (store: Store) => Promise<unknown>> = {
        post,
        postMore: post,
        send,
        sendMore: send,
        edit: (store) => store.edit(some(ids), { text: 'x' }, Date.now()),
        withdraw: (store) => store.withdraw(some(ids), Date.now()),
        requeue: (store) => store.requeue(some(ids), Date.now(), Date.now() + 3_600_000),
        prune: (store) => store.prune(Date.now()),
        adopt: (store) => store.adopt(some(['T1', 'T2'])),
        erase,
        eraseMore: erase,
        release: (store) => store.release(Date.now()),
        rollups: (store) =>
          store.writeRollups(
            ['a', 'b', 'c']
              .sort(() => Math.random() - 0.5)
              .map((check) => ({ check, span: 'hour', from: 0, total: 1, up: 1, latencies: [] })),
          ),
        async count(store) {
          store.count(some(['T1', 'T2']), 'total_msg_count');
          store.countError('T1', `Slack error : ${Math.floor(Math.random() * 5)}`);
        },
      };
      await post(stores[0] as Store);
      const caller = async (store: Store, name: string) => {
        while (Date.now() < until) {
          try {
            await actions[name]?.(store);
            done[name] = (done[name] ?? 0) + 1;
          } catch (error) {
            // Such as an edit of what expired.
            if (!(error instanceof UltronexError) || error.retryable) refused.push(error);
          }
          await sleep(Math.random() * 10);
        }
      };
      const callers = stores.flatMap((store) => Object.keys(actions).map((name) => caller(store, name)));
      await Promise.all(callers);
      assert.deepEqual(refused, []);
      const met = (await deadlocks()) - before;
      t.diagnostic(`${JSON.stringify(done)}; ${met} deadlocks met`);
      for (const { reports } of stores) assert.deepEqual(reports.errors, []);
      // A claim may wait in spite of SKIP LOCKED: PostgreSQL follows the versions of a row that was updated and held (KEY SHARE).
      assert.ok(met <= 3, `locks are taken in one order, but ${met} deadlocks were met`);
      for (const name of Object.keys(actions)) assert.ok((done[name] ?? 0) > 3, `${name} ran ${done[name]} times`);
    });
  });

  /** The server counts them a moment later. */
  async function deadlocks(): Promise<number> {
    await sleep(1_200);
    const [row] = await query('SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()');
    return Number(row?.n);
  }
}
