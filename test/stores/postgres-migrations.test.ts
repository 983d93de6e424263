import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { migrateLocked } from '../../src/stores/postgres/migrate.ts';
import { newDelivery } from '../support/deliveries.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { openPostgresStore } from '../support/postgres-stores.ts';

const database = await openTestDatabase('migrations');
if (database !== null) {
  const { url, newSchema } = database;
  after(() => database.close());

  async function asAdmin(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  test('four instances that open an empty database at once all work on the same tables', async (t) => {
    const schema = newSchema();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore(t, url, { schema })));
    const deliveries = stores.map(() => newDelivery(Date.now()));
    await Promise.all(stores.map((store, index) => store.accept({ deliveries: deliveries.slice(index, index + 1) })));
    for (const store of stores) {
      for (const { id } of deliveries) assert.equal((await store.delivery(id))?.state, 'queued');
    }
    const versions = await asAdmin(`SELECT version FROM ${schema}.versions ORDER BY version`);
    assert.deepEqual(
      versions.map(({ version }) => version),
      versions.map((_, index) => index + 1),
    );
  });

  test('a migration waits for another instance’s for as long as that takes', async (t) => {
    const schema = newSchema();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('ultronex'), hashtext('${schema}'))`);
    const opening = openPostgresStore(t, url, { schema });
    // Longer than the time limits of the store's other queries.
    const done = new Promise((resolve) => setTimeout(resolve, 6_500)).then(() => client.query('COMMIT'));
    await opening;
    await done;
    await client.end();
  });

  test('the store of a newer program is refused with the remedy and stays as it is', async (t) => {
    const schema = newSchema();
    await (await openPostgresStore(t, url, { schema })).close();
    const [row] = await asAdmin(`SELECT max(version) AS newest FROM ${schema}.versions`);
    await asAdmin(`INSERT INTO ${schema}.versions (version) VALUES (${Number(row?.newest) + 1})`);
    await assert.rejects(openPostgresStore(t, url, { schema }), (error: Error) => {
      assert.match(error.message, /is of version \d+, this program knows \d+\. Start the newer program, or restore/);
      return true;
    });
    await asAdmin(`DELETE FROM ${schema}.versions WHERE version > ${row?.newest}`);
    await (await openPostgresStore(t, url, { schema })).accept({ deliveries: [newDelivery(Date.now())] });
  });

  test('a user without the right to create schemas needs one that was made for it, and is told so', async (t) => {
    const [schema, missing] = [newSchema(), newSchema()];
    const role = `${schema}_program`;
    await asAdmin(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'; CREATE SCHEMA ${schema} AUTHORIZATION ${role}`);
    const programs = url.replace(/\/\/[^@]*@/, `//${role}:secret@`);
    const store = await openPostgresStore(t, programs, { schema });
    await store.accept({ deliveries: [newDelivery(Date.now())] });
    await assert.rejects(openPostgresStore(t, programs, { schema: missing }), /42501\).*rights on the schema/);
    await store.close();
    await asAdmin(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  });

  test('a workspace of version 3 came by /slack/install and has no namespace', async (t) => {
    const schema = newSchema();
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
    await client.connect();
    await migrateLocked(client, schema, 3);
    await client.query(`INSERT INTO workspaces
      (team, name, is_org, bot_user, url, scopes, installed_by, installed_at, bot_token)
      VALUES ('T2', 'Acme', false, 'U2', 'https://acme.slack.com/', 'chat:write', 'U1', 5, 'k1.sealed')`);
    await client.end();
    const store = await openPostgresStore(t, url, { schema });
    const { botToken, origin, namespace } = (await store.workspace('T2')) ?? {};
    assert.deepEqual([botToken, origin, namespace], ['k1.sealed', 'install', '']);
  });
}
