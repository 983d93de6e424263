import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { createAuthority } from '../fakes/tls/index.ts';
import { isPostgresInstalled, type PostgresServer, runSql, startPostgres, writeAsServer } from '../support/postgres.ts';
import { openPostgresStore } from '../support/postgres-stores.ts';
import { tempDir } from '../support/temp.ts';
import { nowhere, ultronex } from './support.ts';

/** Presents a certificate for `localhost` alone, and takes the user `encrypted` only with TLS. */
async function startWithTls({ key, cert }: { key: string; cert: string }): Promise<PostgresServer> {
  const server = await startPostgres({ fsync: true });
  await runSql(server.url, ['CREATE ROLE encrypted LOGIN SUPERUSER', 'ALTER SYSTEM SET ssl = on']);
  await server.halt();
  for (const [name, text] of Object.entries({
    'server.crt': cert,
    'server.key': key,
    'pg_hba.conf': 'hostssl all encrypted all trust\nhost all ultronex all trust\n',
  })) {
    writeAsServer(join(server.dataDir, name), text);
    chmodSync(join(server.dataDir, name), 0o600);
  }
  await server.start();
  return server;
}

if (isPostgresInstalled()) {
  const authority = createAuthority();
  const server = await startWithTls(authority.chain({ names: ['localhost'] }));
  const plain = await startPostgres();
  after(() => Promise.all([server.stop(), plain.stop()]));

  const at = (host: string, query: string, of = server) => `${of.url.replace('127.0.0.1', host)}?${query}`;
  function fileOf(t: TestContext, text: string): string {
    const file = join(tempDir(t), 'ca.pem');
    writeFileSync(file, text);
    return file;
  }

  async function doctor(t: TestContext, url: string, more: Record<string, string> = {}) {
    const env = { DATA_DIR: tempDir(t), DATABASE_URL: url, ...more };
    const { code, out } = await ultronex(['doctor', '--url', await nowhere()], env);
    return { code, out };
  }

  /** The store and `ultronex doctor` refuse the address with the same reason and remedy. */
  async function refuses(t: TestContext, url: string, reason: RegExp) {
    await assert.rejects(openPostgresStore(t, url), (error: Error) => {
      assert.ok(error instanceof StoreUnavailable, String(error));
      assert.match(error.message, reason);
      return true;
    });
    const { code, out } = await doctor(t, url);
    assert.equal(code, 1);
    assert.match(out.split('\n').find((line) => /^fail {2}store /.test(line)) ?? out, reason);
  }

  describe('TLS to PostgreSQL', () => {
    it('with the authority of its certificate the store works, and doctor finds nothing', async (t) => {
      const url = at('localhost', `sslmode=verify-full&sslrootcert=${fileOf(t, authority.ca)}`);
      const store = await openPostgresStore(t, url);
      await store.check();
      const used = await runSql(server.url, [
        "SELECT s.ssl, count(*)::int AS count FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'ultronex' GROUP BY 1",
      ]);
      assert.deepEqual(
        used.map(({ ssl }) => ssl),
        [true],
        'pool and listener',
      );
      const { code, out } = await doctor(t, url);
      assert.equal(code, 0, out);
      assert.match(out, /^ok {4}store +the connection is encrypted, and the certificate is checked$/m);
    });

    it('an authority that is not the certificate’s is refused, and so is none', async (t) => {
      const other = fileOf(t, createAuthority().ca);
      for (const query of ['sslmode=verify-full', `sslmode=verify-full&sslrootcert=${other}`]) {
        await refuses(
          t,
          at('localhost', query),
          /\(the certificate is of an authority that is not known, \w+\)\. Give the certificate of its authority in DATABASE_CA/,
        );
      }
    });

    it('another host name than the certificate’s is refused, and the remedy names that one', async (t) => {
      await refuses(
        t,
        at('127.0.0.1', `sslmode=verify-full&sslrootcert=${fileOf(t, authority.ca)}`),
        /\(the certificate is for another host name, ERR_TLS_CERT_ALTNAME_INVALID\)\. Write the host name that the certificate has in DATABASE_URL \(DNS:localhost\)/,
      );
    });

    it('a certificate’s file that is missing is named', async (t) => {
      const file = join(tempDir(t), 'missing.pem');
      const url = at('localhost', `sslmode=verify-full&sslrootcert=${file}`);
      await refuses(
        t,
        url,
        /\(sslrootcert=\S+missing\.pem cannot be read, ENOENT\)\. Correct the path in DATABASE_URL/,
      );
    });

    it('with no-verify nothing is checked, and doctor tells it', async (t) => {
      const url = at('127.0.0.1', 'sslmode=no-verify');
      await (await openPostgresStore(t, url)).check();
      const { code, out } = await doctor(t, url);
      assert.equal(code, 0, out);
      assert.match(
        out,
        /^warn {2}store +the connection is encrypted, but no certificate is checked\. Write \?sslmode=/m,
      );
    });

    it('a server without TLS is refused with both remedies', async (t) => {
      await refuses(
        t,
        at('localhost', 'sslmode=verify-full', plain),
        /\(The server does not support SSL connections\)\. Turn TLS on at the server \(ssl = on\), or write sslmode=disable/,
      );
      await (await openPostgresStore(t, at('localhost', 'sslmode=disable', plain))).check();
    });

    it('a login that the server takes only encrypted is refused with the remedy', async (t) => {
      const url = server.url.replace('ultronex@', 'encrypted@');
      await refuses(t, url, /28000\)\. Write \?sslmode=verify-full in DATABASE_URL/);
    });

    describe('with DATABASE_CA', () => {
      const line = Buffer.from(authority.ca).toString('base64');

      it('an address without sslmode is encrypted and checked, with either kind of handshake', async (t) => {
        for (const query of ['', 'sslmode=verify-full', 'ssl=true', 'sslnegotiation=direct']) {
          const store = await openPostgresStore(t, at('localhost', query), { ca: authority.ca });
          await store.check();
          await store.close();
          await assert.rejects(
            openPostgresStore(t, at('127.0.0.1', query), { ca: authority.ca }),
            /ALTNAME_INVALID\)\. Write the host name/,
          );
          await assert.rejects(
            openPostgresStore(t, at('localhost', query), { ca: createAuthority().ca }),
            /is of an authority that is not known/,
          );
        }
        await assert.rejects(openPostgresStore(t, plain.url, { ca: authority.ca }), /does not support SSL/);
        await (await openPostgresStore(t, at('127.0.0.1', 'sslmode=no-verify'), { ca: authority.ca })).check();
      });

      it('doctor, backup, restore and store copy use it, as text or as a file', async (t) => {
        const url = at('localhost', '');
        await (await openPostgresStore(t, url, { ca: authority.ca })).close();
        const settings = { DATA_DIR: tempDir(t), DATABASE_URL: url };
        const withCa = { ...settings, DATABASE_CA: line };
        const withFile = { ...settings, DATABASE_CA_FILE: fileOf(t, authority.ca) };
        for (const env of [withCa, withFile]) {
          const { code, out } = await doctor(t, url, env);
          assert.equal(code, 0, out);
          assert.match(out, /^ok {4}store +the connection is encrypted, and the certificate is checked$/m);
        }
        const file = join(tempDir(t), 'backup.db');
        assert.equal((await ultronex(['backup', file], settings)).code, 0, 'without TLS the server takes it, too');
        const steps = [
          ['backup', `${file}.2`],
          ['store', 'compare', file],
          ['store', 'copy', '--from', url, '--to', `sqlite:${file}.3`],
          ['restore', file, '--force'],
        ];
        for (const step of steps) {
          const wrong = { ...settings, DATABASE_CA: Buffer.from(createAuthority().ca).toString('base64') };
          const refused = await ultronex(step, wrong);
          assert.equal(refused.code, 1, step.join(' '));
          assert.match(refused.err, /DATABASE_CA/, step.join(' '));
          const { code, err } = await ultronex(step, withCa);
          assert.equal(code, 0, `${step.join(' ')}: ${err}`);
        }
      });

      it('that is no certificate, or is for nothing, is a wrong setting', async (t) => {
        const problems = async (query: string, ca: string) => {
          const { code, out } = await doctor(t, at('localhost', query), { DATABASE_CA: ca });
          assert.equal(code, 78);
          return out;
        };
        assert.match(await problems('', '/etc/ca.pem'), /DATABASE_CA is no certificate in PEM; write the text/);
        assert.match(await problems('sslmode=disable', line), /DATABASE_CA is for an encrypted connection/);
        assert.match(await problems('sslrootcert=/ca.pem', line), /sslrootcert in DATABASE_URL are both set/);
      });
    });

    it('a mode whose meaning differs between clients is a wrong setting, and a wrong argument', async (t) => {
      for (const mode of ['require', 'prefer', 'verify-ca', 'allow', 'verifyfull']) {
        const url = at('localhost', `sslmode=${mode}`);
        const { code, out } = await doctor(t, url);
        assert.equal(code, 78);
        assert.match(
          out,
          new RegExp(`^fail {2}config +DATABASE_URL: sslmode=${mode} .* write sslmode=verify-full .* or no-verify`),
        );
        const copied = await ultronex(['store', 'copy', '--to', url], { DATA_DIR: tempDir(t) });
        assert.deepEqual([copied.code, /--to: sslmode=\S+ does not say/.test(copied.err)], [2, true], copied.err);
      }
    });
  });
}
