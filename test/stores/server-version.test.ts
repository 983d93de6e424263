import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrateLocked } from '../../src/stores/postgres/migrate.ts';

/** A connection to a server of this version, which fails at any other statement. */
function connectionTo(version: string) {
  const asked: string[] = [];
  return {
    asked,
    async query(sql: string) {
      asked.push(sql);
      if (!sql.includes('server_version_num')) throw new Error('a statement of the migration');
      return { rows: [{ version }] };
    },
  };
}

for (const [version, name] of [
  ['140012', '14.12'],
  ['130021', '13.21'],
]) {
  test(`a PostgreSQL ${name} is refused before anything is written, with the remedy`, async () => {
    const client = connectionTo(version as string);
    const told = `The server of DATABASE_URL is PostgreSQL ${name}; the program needs 15 or later. Update it.`;
    await assert.rejects(migrateLocked(client as never, 'ultronex'), { message: told });
    assert.equal(client.asked.length, 1);
  });
}

test('PostgreSQL 15 is taken', async () => {
  await assert.rejects(migrateLocked(connectionTo('150000') as never, 'ultronex'), /a statement of the migration/);
});
