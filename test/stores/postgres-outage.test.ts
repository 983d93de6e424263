import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inSlack } from '../../src/domain/destination.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { newDelivery } from '../support/deliveries.ts';
import { isPostgresInstalled, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { markSent, openPostgresStore, untilTaken } from '../support/postgres-stores.ts';
import { eventually } from '../support/program.ts';
import { takesLessThan } from '../support/soon.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { tokenOf } from '../support/tokens.ts';

/** A request is answered within two seconds; the rest is for a machine that is busy with other tests. */
const answerMs = 3_500;
/** The store works again so long after the database does. */
const recoveryMs = 5_000;

const unit = () => ({ key: randomUUID(), deliveries: [newDelivery(Date.now())] });
const leads = /DATABASE_URL|its log|disk space|same Idempotency-Key/;

if (!isPostgresInstalled()) console.log('# not run without PostgreSQL: outages. npm run test:postgres runs it');
else {
  const unhandled: unknown[] = [];
  process.on('unhandledRejection', (error) => void unhandled.push(error));

  async function make(t: TestContext) {
    const server = await startPostgres();
    t.after(() => server.stop());
    const store = await openPostgresStore(t, server.url);
    const other = await openPostgresStore(t, server.url);
    await store.install('T1');
    await store.accept(unit());
    return { server, store, other };
  }

  async function asAdmin(url: string, sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    await client.query(sql);
    await client.end().catch(() => {});
  }

  /** Rejects if a call takes too long, or is refused without a remedy. */
  async function refused(what: string, work: () => Promise<unknown>): Promise<void> {
    await takesLessThan(answerMs, async () => {
      const began = performance.now();
      await assert.rejects(work, (error: Error) => {
        assert.ok(error instanceof StoreUnavailable, `${what}: ${error.stack}`);
        assert.match(error.message, leads, what);
        return true;
      });
      return performance.now() - began;
    });
  }

  interface Outage {
    begin(server: PostgresServer): Promise<void> | void;
    end(server: PostgresServer): Promise<void> | void;
  }
  const outages: Record<string, Outage> = {
    'is killed': { begin: (server) => server.kill(), end: (server) => server.start() },
    'is stopped': { begin: (server) => server.halt(), end: (server) => server.start() },
    hangs: { begin: (server) => server.freeze(), end: (server) => server.thaw() },
  };

  describe('an outage of PostgreSQL', { concurrency: 3 }, () => {
    for (const [title, outage] of Object.entries(outages)) {
      it(`while the server ${title}, callers are told within 2 s, and within 5 s of its return all works again`, async (t) => {
        const { server, store, other } = await make(t);
        let scans = 0;
        store.onTrackingElsewhere(() => {
          scans += 1;
        });
        const [claimed] = await store.claim(Date.now(), 60_000, 1);
        assert.ok(claimed);
        await outage.begin(server);
        const until = Date.now() + 7_000;
        store.count('T1', 'total_msg_count', 3);
        while (Date.now() < until) {
          await Promise.all([
            ...Array.from({ length: 20 }, () => refused('accept', () => store.accept(unit()))),
            refused('edit', () => store.edit(claimed.delivery.id, { text: 'x' }, Date.now())),
            refused('check', () => store.check()),
            refused('a token', () => store.tokenByHash('x')),
          ]);
          await sleep(100);
        }
        store.count('T1', 'total_msg_count', 4);
        const settled = untilTaken(() => markSent(store, claimed));
        await outage.end(server);
        const returned = performance.now();
        await untilTaken(() => store.accept({ deliveries: [newDelivery(Date.now(), { destination: inSlack('#b') })] }));
        await settled;
        const claimedThen = await untilTaken(() => store.claim(Date.now(), 60_000, 9));
        assert.ok(claimedThen.some(({ delivery }) => delivery.destination.address === '#b'));
        await untilTaken(() => store.check());
        await untilTaken(() => store.edit(claimed.delivery.id, { text: 'again' }, Date.now()));
        const ms = performance.now() - returned;
        t.diagnostic(`works again ${Math.round(ms)} ms after the return`);
        assert.ok(ms < recoveryMs, `only after ${Math.round(ms)} ms`);
        await eventually('the counters are written', async () => {
          const { totals } = await untilTaken(() => other.counters('T1'));
          return totals.total_msg_count === 7 && totals.total_messages_slacked === 1;
        });
        // The connection of LISTEN is back.
        const told = scans;
        await eventually('notifications arrive again', async () => {
          const at = { id: randomUUID(), team: 'T1', user: 'U1', pattern: 'x', channel: null, createdAt: 1 };
          const subscription = { ...at, pattern: randomUUID() };
          await untilTaken(() => other.accept({ changes: [{ type: 'subscribe', subscription }] }));
          await sleep(100);
          return scans > told + 1;
        });
        const said = store.reports.errors.filter((error) => error instanceof StoreUnavailable);
        assert.ok(said.length >= 1 && said.length <= 2, `told ${said.length} times:\n${said.join('\n')}`);
        assert.deepEqual(unhandled, []);
      });
    }

    it('when all connections are cut, the next call works, and so do notifications', async (t) => {
      const { server, store } = await make(t);
      const cut = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
      for (let round = 0; round < 5; round += 1) {
        const busy = Promise.allSettled(Array.from({ length: 50 }, () => store.accept(unit())));
        await asAdmin(server.url, `${cut} AND application_name = 'ultronex'`);
        await busy;
        const began = performance.now();
        await untilTaken(() => store.accept(unit()));
        await untilTaken(() => store.claim(Date.now(), 1_000, 1));
        assert.ok(performance.now() - began < recoveryMs);
      }
      assert.deepEqual(unhandled, []);
    });

    it('a way to the server that swallows everything is noticed, and every old connection is made again', async (t) => {
      const server = await startPostgres();
      t.after(() => server.stop());
      const proxy = await startTcpProxy(server.port);
      const store = await openPostgresStore(t, proxy.url(server.url));
      t.after(() => proxy.close());
      await Promise.all(Array.from({ length: 6 }, () => store.delivery('x')));
      await store.accept(unit());
      proxy.isHanging = true;
      await refused('accept', () => store.accept(unit()));
      await sleep(6_000);
      // What was sent meanwhile never arrives; new connections do.
      proxy.isHanging = false;
      const returned = performance.now();
      await untilTaken(() => store.accept(unit()));
      const ms = performance.now() - returned;
      t.diagnostic(`works again ${Math.round(ms)} ms after the return`);
      assert.ok(ms < recoveryMs, `only after ${Math.round(ms)} ms`);
    });

    it('a refused password names the remedy, and the right one works by itself', async (t) => {
      const server = await startPostgres({ password: 'one' });
      t.after(() => server.stop());
      const superuser = server.url;
      await asAdmin(
        superuser,
        "CREATE ROLE program LOGIN PASSWORD 'one'; GRANT CREATE ON DATABASE postgres TO program",
      );
      const url = superuser.replace(/\/\/.*@/, '//program:one@');
      await assert.rejects(openPostgresStore(t, url.replace(':one@', ':two@')), /28P01.*the password in DATABASE_URL/);
      await assert.rejects(openPostgresStore(t, url.replace(':one@', '@')), /the password in DATABASE_URL/);
      const store = await openPostgresStore(t, url);
      await store.accept(unit());
      const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'program'";
      await asAdmin(superuser, "ALTER ROLE program PASSWORD 'two'");
      await asAdmin(superuser, cut);
      await sleep(50);
      await refused('accept', () => store.accept(unit()));
      await asAdmin(superuser, "ALTER ROLE program PASSWORD 'one'");
      await store.accept(unit());
    });

    it('a full disk and lost rights name the remedy', async (t) => {
      const { server, store } = await make(t);
      const fail = (code: string) => `
        CREATE OR REPLACE FUNCTION ultronex.fail() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${code}'; END $$;
        CREATE OR REPLACE TRIGGER fails BEFORE INSERT ON ultronex.deliveries EXECUTE FUNCTION ultronex.fail()`;
      await asAdmin(server.url, fail('53100'));
      await assert.rejects(store.accept(unit()), /53100\).*Free disk space on the server of the database/);
      await asAdmin(server.url, fail('42501'));
      await assert.rejects(store.accept(unit()), /42501\).*its rights on the schema/);
      await asAdmin(server.url, 'DROP TRIGGER fails ON ultronex.deliveries');
      await store.accept(unit());
    });

    it('a lock that is not given in time is told as such, and not as an aborted transaction', async (t) => {
      const { server, store } = await make(t);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query('BEGIN; LOCK TABLE ultronex.tokens');
      const began = Date.now();
      const made = store.createToken(tokenOf({}), began);
      await assert.rejects(made, /has not answered for 1.8 s, so it is unknown whether/);
      await eventually('its connection is given back', async () => Date.now() - began > 4_500);
      await client.end();
      assert.deepEqual(unhandled, []);
    });

    it('slow searches leave connections to what is accepted', async (t) => {
      const { server, store } = await make(t);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query('BEGIN; LOCK TABLE ultronex.audit');
      const searches = Array.from({ length: 20 }, () => store.auditEntries({} as never, null, 10).catch(() => null));
      await sleep(100);
      await store.accept(unit());
      assert.equal((await store.claim(Date.now(), 1_000, 9)).length, 1);
      await client.end();
      await Promise.all(searches);
    });

    it('anything that somebody sends as a notification is reported and ends nothing', async (t) => {
      const { server, store } = await make(t);
      await asAdmin(server.url, "SELECT pg_notify('ultronex', 'x:[{]')");
      await eventually('it is reported', () => store.reports.errors.length === 1);
      await store.accept(unit());
    });

    it('a store that cannot be opened leaves no connection behind', async (t) => {
      const { server } = await make(t);
      const count = async () => {
        const client = new pg.Client({ connectionString: server.url });
        await client.connect();
        const { rows } = await client.query(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'ultronex'",
        );
        await client.end();
        return rows[0].n as number;
      };
      const before = await count();
      await asAdmin(server.url, 'ALTER TABLE ultronex.meta RENAME TO gone');
      await assert.rejects(openPostgresStore(t, server.url));
      await asAdmin(server.url, 'ALTER TABLE ultronex.gone RENAME TO meta');
      await eventually('they are closed', async () => (await count()) <= before);
    });
  });
}
