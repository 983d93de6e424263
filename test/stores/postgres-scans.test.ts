import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import type { Claimed, Settlement } from '../../src/ports/outbox-store.ts';
import { newDelivery } from '../support/deliveries.ts';
import { openTestDatabase, runSql } from '../support/postgres.ts';
import { openPostgresStore } from '../support/postgres-stores.ts';

const ended = 20_000;
const rounds = 30;
const database = await openTestDatabase('statements that read no whole table');

if (database !== null) {
  const { url, newSchema } = database;
  after(() => database.close());

  test('what each message takes does not grow with the ledger: no statement reads a whole table of it', async (t) => {
    const schema = newSchema();
    const open = () => openPostgresStore(t, url, { schema, merge: { backlog: 3, openMs: 60_000 } });
    const first = await open();
    const now = Date.now();
    const lasting = { destination: inSlack('#lasting') };
    await first.accept({ key: 'first', deliveries: [newDelivery(now, lasting)] });
    await first.close();
    await runSql(url, [
      `INSERT INTO ${schema}.deliveries (id, lane, open, state, text, source, trace, created_at, expires_at, updated_at)
       SELECT 'old-' || n, (SELECT id FROM ${schema}.lanes LIMIT 1), 0, 'sent', 'old', 'api', 't', ${now}, ${now + 3_600_000}, ${now}
       FROM generate_series(1, ${ended}) n`,
      `INSERT INTO ${schema}.events (key, at) SELECT 'old-' || n, ${now} FROM generate_series(1, ${ended}) n`,
      `ANALYZE ${schema}.deliveries, ${schema}.events, ${schema}.lanes`,
    ]);
    // A session tells its counts at its end, so the store is closed before they are read.
    const scans = () =>
      runSql(url, [
        `SELECT relname, seq_scan::int AS scans FROM pg_stat_user_tables
         WHERE schemaname = '${schema}' AND relname IN ('deliveries', 'events') ORDER BY 1`,
      ]);
    const before = await scans();
    const store = await open();

    async function settle({ delivery, tat }: Claimed, round: number): Promise<void> {
      const next = { readyAt: Date.now(), tat };
      const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
      const goneThread = round % 3 === 0 ? '1.1' : undefined;
      const settlement: Settlement = delivery.pending
        ? { to: 'changed', ...next }
        : { to: 'sent', slack, uploaded: 0, goneThread, ...next };
      await store.settle(delivery, settlement, Date.now());
    }

    let sent = 0;
    for (let round = 0; round < rounds; round += 1) {
      const destination = inSlack(`#c${round % 3}`);
      const deliveries = Array.from({ length: 6 }, () => newDelivery(Date.now(), { destination, similarKey: 7 }));
      await store.accept({ key: `round-${round}`, deliveries });
      await store.accept({ key: `round-${round}`, deliveries: [newDelivery(Date.now())] });
      const [parent] = deliveries;
      const reply = newDelivery(Date.now(), { ...lasting, replyTo: parent?.id });
      const withdrawn = newDelivery(Date.now(), lasting);
      await store.accept({ deliveries: [reply, withdrawn] });
      await store.edit(reply.id, { text: 'better' }, Date.now());
      await store.withdraw(withdrawn.id, Date.now());
      assert.equal((await store.delivery(reply.id))?.text, 'better');
      for (let claimed = await store.claim(Date.now(), 5_000, 8); claimed.length > 0; ) {
        await Promise.all(claimed.map((each) => settle(each, round)));
        sent += claimed.length;
        claimed = await store.claim(Date.now(), 5_000, 8);
      }
      await store.nextDue();
    }
    assert.ok(sent > rounds * 2, `${sent} were sent`);
    await store.close();
    assert.deepEqual(await scans(), before);
  });
}
