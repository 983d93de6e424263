import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inSlack } from '../../src/domain/destination.ts';
import { newDelivery } from '../support/deliveries.ts';
import { job } from '../support/jobs.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { markSent, openPostgresStore } from '../support/postgres-stores.ts';
import { eventually } from '../support/program.ts';
import { type Fate, lateMs, startTcpProxy } from '../support/tcp-proxy.ts';
import { tokenOf } from '../support/tokens.ts';

const database = await openTestDatabase('a COMMIT whose answer is lost');
if (database !== null) {
  const { url, newSchema } = database;
  after(() => database.close());

  async function make(t: TestContext) {
    const proxy = await startTcpProxy(Number(new URL(url).port));
    t.after(() => proxy.close());
    const schema = newSchema();
    const store = await openPostgresStore(t, proxy.url(url), { schema, patienceMs: 60_000 });
    await store.install('T1');
    const observer = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
    await observer.connect();
    t.after(() => observer.end());
    const rows = async (sql: string) => (await observer.query(sql)).rows;
    return { store, proxy, rows, schema };
  }

  type Under = Awaited<ReturnType<typeof make>>;
  /** Each prepares itself, and resolves with what loses its COMMIT and with what has to be true after it. */
  type Operation = (under: Under) => Promise<{ act: () => Promise<unknown>; check: (value: unknown) => Promise<void> }>;

  const now = Date.now();
  const counted = { team: 'T1', by: { total_msg_count: 1 } };

  async function claimOne({ store }: Under) {
    await store.accept({ deliveries: [newDelivery(now)] });
    const [claimed] = await store.claim(Date.now(), 30_000, 10);
    assert.ok(claimed);
    return claimed;
  }

  const operations: Record<string, Operation> = {
    async 'accept without a key'({ store, rows }) {
      return {
        act: () => store.accept({ deliveries: [newDelivery(now)], counts: counted }),
        async check(value) {
          assert.equal((value as { duplicate: boolean }).duplicate, false);
          assert.equal((await rows('SELECT FROM deliveries')).length, 1);
          assert.equal((await store.counters('T1')).totals.total_msg_count, 1);
        },
      };
    },
    async 'accept with a key'({ store, rows }) {
      const unit = { key: 'k', fingerprint: 'f', deliveries: [newDelivery(now)], counts: counted };
      return {
        act: () => store.accept(unit),
        async check(value) {
          assert.deepEqual(value, { duplicate: false, fingerprint: 'f', deliveryId: unit.deliveries[0]?.id });
          assert.equal((await rows('SELECT FROM deliveries')).length, 1);
          assert.equal((await store.counters('T1')).totals.total_msg_count, 1);
        },
      };
    },
    async claim({ store }) {
      await store.accept({ deliveries: [newDelivery(now)] });
      return {
        // The lane may be locked for a moment by the transaction that was lost.
        act: () =>
          eventually('it is claimed', async () => {
            const claimed = await store.claim(Date.now(), 30_000, 10);
            return claimed.length > 0 && claimed;
          }),
        async check(value) {
          const [claimed] = value as { delivery: { attempts: number; outcomeUnknown: boolean } }[];
          assert.equal(claimed?.delivery.attempts, 1);
          assert.equal(claimed?.delivery.outcomeUnknown, false);
          assert.deepEqual(await store.claim(Date.now(), 30_000, 10), []);
        },
      };
    },
    async settle(under) {
      const claimed = await claimOne(under);
      return {
        act: () => markSent(under.store, claimed),
        async check() {
          assert.equal((await under.store.delivery(claimed.delivery.id))?.state, 'sent');
          assert.equal((await under.store.counters('T1')).totals.total_messages_slacked, 1);
        },
      };
    },
    async edit(under) {
      const { delivery } = await claimOne(under);
      const before = await under.store.delivery(delivery.id);
      return {
        act: () => under.store.edit(delivery.id, { text: 'disk is half full' }, now),
        async check(value) {
          const after = await under.store.delivery(delivery.id);
          assert.equal(JSON.stringify(value), JSON.stringify(after));
          assert.equal(after?.text, 'disk is half full');
          assert.equal(after?.revision, (before?.revision ?? 0) + 1);
        },
      };
    },
    async createToken({ store, rows }) {
      const made = tokenOf({});
      return {
        act: () => store.createToken(made, now),
        async check() {
          assert.deepEqual(await store.tokenByHash(made.hash), made);
          assert.equal((await rows('SELECT FROM tokens')).length, 1);
        },
      };
    },
    async addOutput({ store }) {
      const running = job();
      await store.accept({ jobs: [running] });
      return {
        act: () => store.addOutput(running.id, [{ at: 1, text: 'hello' }], 'c1'),
        async check(value) {
          assert.equal(value, 1);
          assert.deepEqual(
            (await store.output(running.id, 0, 10)).lines.map(({ text }) => text),
            ['hello'],
          );
        },
      };
    },
    async writeAudit({ store, rows }) {
      const entry = { id: 'a1', at: now, actor: { kind: 'token', name: 'ci' }, source: '10.0.0.9', action: 'track' };
      return {
        act: () => store.writeAudit({ ...entry, target: 'x', outcome: 'done', detail: '', requestId: 'r' } as never),
        check: async () => assert.equal((await rows('SELECT FROM audit')).length, 1),
      };
    },
  };

  const fates: Record<string, Fate[]> = {
    'lost after the commit': ['after'],
    'lost before the commit': ['before'],
    'lost, and the commit comes later than the look-up': ['late'],
    'lost with the whole transaction, which comes later than the look-up': ['all late'],
    'lost after the commit, and so is the look-up’s': ['after', 'after'],
    'lost before the commit, and the second attempt’s after it': ['before', 'after'],
    'lost three times': ['after', 'late', 'after'],
  };

  describe('a COMMIT whose answer is lost', { concurrency: 16 }, () => {
    for (const [title, given] of Object.entries(fates)) {
      for (const [name, operation] of Object.entries(operations)) {
        // The others wait for an answer before they send their COMMIT.
        if (given.includes('all late') && !['accept without a key', 'writeAudit'].includes(name)) continue;
        it(`${name} acts exactly once when the answer is ${title}`, async (t) => {
          const under = await make(t);
          const { act, check } = await operation(under);
          under.proxy.fates = [...given];
          const value = await eventually('the outcome', async () => ({ value: await act() }));
          assert.equal(under.proxy.met, given.length, 'each COMMIT met its fate');
          await check(value.value);
          await sleep(lateMs);
          await check(value.value);
        });
      }
    }

    for (const [title, given] of Object.entries(fates)) {
      it(`counts are exact when the answer is ${title}`, async (t) => {
        const { store, proxy, rows } = await make(t);
        proxy.fates = [...given];
        store.count('T1', 'total_msg_count', 7);
        const stored = async () => (await rows('SELECT sum(value)::int AS sum FROM counters'))[0]?.sum;
        await eventually('the count is written', async () => proxy.met === given.length && (await stored()) !== null);
        await sleep(2 * lateMs);
        assert.equal(await stored(), 7);
        assert.equal((await store.counters('T1')).totals.total_msg_count, 7);
      });
    }

    it('a claim is not handed out when its outcome becomes known after most of its lease', async (t) => {
      const { store, proxy, schema } = await make(t);
      await store.accept({ deliveries: [newDelivery(now, { destination: inSlack('#late') })] });
      const leaseMs = 400;
      proxy.fates = ['after'];
      assert.deepEqual(await store.claim(Date.now(), leaseMs, 10), [], 'another instance may have claimed it by now');
      const other = await openPostgresStore(t, url, { schema });
      const again = await eventually('the lease ends', async () => (await other.claim(Date.now(), leaseMs, 10))[0]);
      assert.equal(again.delivery.outcomeUnknown, true);
    });
  });
}
