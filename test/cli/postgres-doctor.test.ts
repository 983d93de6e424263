import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { sealKey } from '../support/installations.ts';
import { isPostgresInstalled, openTestDatabase, runSql, startPostgres } from '../support/postgres.ts';
import { takesLessThan } from '../support/soon.ts';
import { tempDir } from '../support/temp.ts';
import { nowhere, ultronex } from './support.ts';

const database = await openTestDatabase('ultronex doctor');
if (database !== null) {
  // The settings of this one are those of a real server.
  const server = isPostgresInstalled() ? await startPostgres({ fsync: true }) : null;
  after(async () => {
    await server?.stop();
    await database.close();
  });
  let databases = 0;

  async function newDatabase(): Promise<string> {
    if (server === null) return database?.newDatabase() ?? '';
    databases += 1;
    await runSql(server.url, [`CREATE DATABASE doctor_${databases}`]);
    return Object.assign(new URL(server.url), { pathname: `/doctor_${databases}` }).href;
  }

  async function doctor(t: TestContext, url: string, more: Record<string, string> = {}) {
    const env = { DATA_DIR: tempDir(t), DATABASE_URL: url, ...more };
    const { code, out } = await ultronex(['doctor', '--url', await nowhere()], env);
    assert.doesNotMatch(out, /topsecret/);
    const linesOf = (part: string) => out.split('\n').filter((line) => line.slice(6, 18).trim() === part);
    const lines = linesOf('store');
    for (const line of lines) assert.match(line, /^(ok {2}|warn|fail) {2}store +\S/);
    return { code, text: lines.join('\n'), problems: lines.filter((line) => !line.startsWith('ok')), linesOf };
  }

  async function openStore(t: TestContext, url: string) {
    const store = await createPostgresStore({ url, owner: 'test', clock: systemClock, onError: assert.ifError });
    t.after(() => store.close());
    return store;
  }

  const nameOf = (url: string) => new URL(url).pathname.slice(1);

  describe('ultronex doctor with DATABASE_URL', () => {
    it('finds no problem before the first start, and creates nothing', async (t) => {
      const url = await newDatabase();
      const { code, text, problems } = await doctor(t, url, { EVENTS: 'on' });
      assert.deepEqual([code, problems], [0, []]);
      assert.match(
        text,
        /is PostgreSQL 1\d\.\d+, and answers in \d+ ms\n[\s\S]*stays within this machine\n[\s\S]*there is no store yet; it is made at the first start/,
      );
      assert.match(text, /0 instances are connected; \d+ of \d+ connections are used/);
      assert.doesNotMatch(text, /ultronex\.db/);
      const [schema] = await runSql(url, ["SELECT to_regnamespace('ultronex') IS NULL AS absent"]);
      assert.equal(schema?.absent, true);
    });

    it('checks the store while instances are connected', async (t) => {
      const url = await newDatabase();
      await openStore(t, url);
      await openStore(t, url);
      const { problems, text } = await doctor(t, url);
      assert.deepEqual(problems, []);
      assert.match(
        text,
        /its tables have the schema version \d+, which is this program’s\n[\s\S]*the server takes writes\n[\s\S]*\(synchronous_commit is on\)\n[\s\S]*2 instances are connected/,
      );
      const wanted = await doctor(t, url, { INSTANCES: '3', EVENTS: 'on' });
      assert.match(wanted.problems.join(), /^warn {2}store +2 instances are connected, 3 should run \(INSTANCES\)/);
      assert.deepEqual(wanted.linesOf('events'), ['ok    events        0 events kept']);
      assert.match(
        text,
        /autovacuum keeps up: the table lanes has 0 rows in use and 0 dead ones\n[\s\S]*no message waits$/,
      );
    });

    it('names settings with which messages are lost, and a database that is read-only', async (t) => {
      const url = await newDatabase();
      await (await openStore(t, url)).close();
      await runSql(url, [`ALTER DATABASE ${nameOf(url)} SET synchronous_commit = off`]);
      const { code, problems } = await doctor(t, url);
      assert.equal(code, 1);
      assert.match(
        problems.join('\n'),
        /^fail {2}store +synchronous_commit is off: .* ALTER ROLE … SET synchronous_commit = on$/,
      );
      await runSql(url, [`ALTER DATABASE ${nameOf(url)} SET default_transaction_read_only = on`]);
      assert.match(
        (await doctor(t, url)).text,
        /^fail {2}store +the server takes no writes: it is a standby, or read-only/m,
      );
    });

    it('names what the user may not do', async (t) => {
      const url = await newDatabase();
      const role = `plain_${nameOf(url)}`;
      await runSql(url, [`CREATE ROLE ${role} LOGIN PASSWORD 'topsecret' CONNECTION LIMIT 3`]);
      t.after(() => runSql(url, [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]));
      const asRole = Object.assign(new URL(url), { username: role, password: 'topsecret' }).href;
      const { code, text } = await doctor(t, asRole);
      assert.equal(code, 1);
      assert.match(text, /^fail {2}store +there is no store, and the user may not create one\. GRANT CREATE/m);
      assert.match(text, /^warn {2}store .* 1 of 3 connections are used, and one more instance takes up to 8\./m);
      await (await openStore(t, url)).close();
      await runSql(url, [
        `GRANT USAGE ON SCHEMA ultronex TO ${role}`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA ultronex TO ${role}`,
      ]);
      assert.match((await doctor(t, asRole)).text, /^fail {2}store +the user may not write into the store/m);
    });

    it('names a store of a newer program, and a queue that does not move', async (t) => {
      const url = await newDatabase();
      await (await openStore(t, url)).close();
      await runSql(url, [
        'INSERT INTO ultronex.versions VALUES (999)',
        "INSERT INTO ultronex.deliveries (id, lane, text, source, trace, created_at, expires_at, updated_at) VALUES ('a', 1, 'x', 'api', 't', 1000, 2, 1)",
      ]);
      const { problems } = await doctor(t, url);
      assert.match(
        problems[0] ?? '',
        /its tables have the schema version 999, and this program knows versions up to \d+\. Start the newer program$/,
      );
      assert.match(problems[1] ?? '', /^warn {2}store +1 message waits, the oldest for \d+ s; GET/);
    });

    it('names a database that is missing, a user that is unknown and a server that is away', async (t) => {
      const url = await newDatabase();
      const missing = Object.assign(new URL(url), { pathname: '/missing', password: 'topsecret' }).href;
      const keys = {
        TOKEN_KEYS: sealKey('k1'),
        SLACK_BOT_TOKEN: 'xoxb-test-1',
        SLACK_API_URL: `${await nowhere()}/api/`,
      };
      const absent = await doctor(t, missing, keys);
      assert.match(
        absent.text,
        /^fail .*\/missing cannot be used \(the database does not exist, 3D000\)\. Create the database/,
      );
      assert.match(
        absent.linesOf('workspaces').join('\n'),
        /^fail .* the workspaces cannot be read: the database does not exist, 3D000\. Create the database/,
      );
      const unknown = Object.assign(new URL(url), { username: 'nobody-here', password: 'topsecret' }).href;
      const refused = await doctor(t, unknown, keys);
      const inWords = '(wrong user or password, 28P01|the user is refused, 28000)';
      const remedy = 'Correct the user and the password in DATABASE_URL';
      assert.match(refused.text, new RegExp(`^fail .* cannot be used \\(${inWords}\\)\\. ${remedy}`));
      assert.match(refused.linesOf('workspaces').join(), new RegExp(`^fail .* be read: ${inWords}\\. ${remedy}`));
      const { code, text } = await doctor(t, 'postgres://me:topsecret@127.0.0.1:1/x');
      assert.equal(code, 1);
      assert.match(
        text,
        /^fail {2}store +postgres:\/\/127\.0\.0\.1:1\/x cannot be used \(ECONNREFUSED\)\. Look whether/,
      );
    });

    if (server !== null) {
      it('waits at most three seconds for a server that does not answer', async (t) => {
        const url = await newDatabase();
        server.freeze();
        t.after(() => server.thaw());
        await takesLessThan(4_000, async () => {
          const startedAt = performance.now();
          const { text } = await doctor(t, url);
          assert.match(text, /^fail {2}store .*(has not answered within 3 s|timeout)/);
          return performance.now() - startedAt;
        });
      });
    }
  });
}
