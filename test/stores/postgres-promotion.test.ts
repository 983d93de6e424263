import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { newDelivery } from '../support/deliveries.ts';
import { isPostgresInstalled, startPostgres } from '../support/postgres.ts';
import { type Load, newTally, send } from '../support/postgres-load.ts';
import { query, replicating, startStandby } from '../support/postgres-standby.ts';
import { openPostgresStore, untilTaken } from '../support/postgres-stores.ts';
import { eventually } from '../support/program.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const callers = 64;

if (!isPostgresInstalled()) console.log('# not run without PostgreSQL: a standby. npm run test:postgres runs it');
else {
  async function make(t: TestContext) {
    const primary = await startPostgres({ fsync: true, settings: replicating });
    t.after(() => primary.stop());
    const proxy = await startTcpProxy(primary.port);
    const store = await openPostgresStore(t, proxy.url(primary.url));
    await store.install('T1');
    t.after(() => proxy.close());
    const standby = await startStandby(primary);
    t.after(() => standby.stop());
    return { primary, standby, proxy, store };
  }

  const ids = async (url: string) =>
    new Set((await query(url, 'SELECT id FROM ultronex.deliveries')).map(({ id }) => String(id)));

  it('nothing that 64 callers were told is lost when the primary is killed and its standby promoted', async (t) => {
    const { primary, standby, proxy, store } = await make(t);
    let isOver = false;
    const load: Load = { isOver: () => isOver, tally: newTally() };
    const sending = Promise.all(Array.from({ length: callers }, (_, n) => send(store, `#${n}`, load)));
    await sleep(1_500);
    const before = load.tally.acknowledged.length;
    await primary.kill();
    const lost = performance.now();
    proxy.cut();
    proxy.lead(standby.port);
    await query(standby.url, 'SELECT pg_promote()');
    const promoted = performance.now();
    await eventually('it goes on', () => load.tally.acknowledged.length > before + 2 * callers);
    const ms = performance.now() - promoted;
    await sleep(500);
    isOver = true;
    await sending;
    const stored = await ids(standby.url);
    const missing = load.tally.acknowledged.filter(({ id }) => !stored.has(id));
    t.diagnostic(
      `${before} acknowledged before, ${load.tally.acknowledged.length} in all, ${missing.length} lost; ` +
        `promoted after ${Math.round(promoted - lost)} ms, going on ${Math.round(ms)} ms later`,
    );
    assert.deepEqual(missing, []);
    assert.deepEqual(load.tally.errors, []);
    assert.equal(stored.size, load.tally.acknowledged.length, 'nothing is there twice, nor what nobody was told');
    assert.ok(ms < 5_000, `only after ${Math.round(ms)} ms`);
    const [row] = await query(
      standby.url,
      "SELECT sum(value)::int AS n FROM ultronex.counters WHERE name = 'total_msg_count'",
    );
    assert.equal(row?.n, stored.size);
  });

  it('while the only standby is gone, callers are told within 2 s, and nothing is lost or doubled when it is back', async (t) => {
    const { primary, standby, store } = await make(t);
    await store.accept({ key: 'before', deliveries: [newDelivery(Date.now())] });
    assert.equal((await store.databaseState())?.standbys, 1);
    await standby.kill();
    const units = Array.from({ length: 40 }, () => ({ key: randomUUID(), deliveries: [newDelivery(Date.now())] }));
    const withoutKey = newDelivery(Date.now());
    const began = performance.now();
    const told = await Promise.allSettled([
      ...units.map((unit) => store.accept(unit)),
      store.accept({ deliveries: [withoutKey] }),
      store.check(),
    ]);
    const ms = performance.now() - began;
    for (const outcome of told) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable, JSON.stringify(outcome));
    }
    assert.ok(ms < 3_500, `told after ${Math.round(ms)} ms`);
    // Longer than the time limit of the COMMIT, so that it is looked up while it waits.
    await sleep(8_000);
    assert.equal((await store.databaseState())?.standbys, 0);
    await standby.start();
    const returned = performance.now();
    const again = await Promise.all(units.map((unit) => untilTaken(() => store.accept(unit))));
    t.diagnostic(`works again ${Math.round(performance.now() - returned)} ms after the standby’s return`);
    assert.ok(performance.now() - returned < 6_000);
    await sleep(500);
    const stored = await ids(primary.url);
    assert.equal(stored.size, units.length + 2, 'each once, and the one without a key as well');
    assert.ok(stored.has(withoutKey.id));
    assert.ok(again.every(({ deliveryId }) => stored.has(deliveryId ?? '')));
  });

  it('a server that is a standby is told as such, and its connections are not kept', async (t) => {
    const { primary, standby, proxy, store } = await make(t);
    await store.accept({ deliveries: [newDelivery(Date.now())] });
    proxy.cut();
    proxy.lead(standby.port);
    await eventually('it is told', async () => {
      const error = await store.accept({ deliveries: [newDelivery(Date.now())] }).catch((reason: Error) => reason);
      return error instanceof StoreUnavailable && /25006/.test(error.message);
    });
    // The connections that lead to the standby stay open.
    proxy.lead(primary.port);
    await store.accept({ deliveries: [newDelivery(Date.now())] });
  });
}
