import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import type { Principal } from '../../src/domain/principal.ts';
import { setErrorHandling } from '../../src/http/errors.ts';
import { inTime } from '../../src/stores/postgres/in-time.ts';
import { asStoreError } from '../../src/stores/postgres/store-error.ts';
import { asStoreError as asSqliteError } from '../../src/stores/sqlite/store-error.ts';
import { manualClock } from '../support/clock.ts';

const broken = (code: string) => Object.assign(new Error('no'), { code });
const away = asStoreError(broken('ECONNREFUSED'));
const unknown = 'so it is unknown whether the change was made';

const principals: Record<string, Principal | null> = {
  operator: { actor: { kind: 'user', name: 'op' }, grants: [] },
  tenant: { actor: { kind: 'token', name: 'acme' }, grants: [], team: 'T2' },
  stranger: null,
};

/** Resolves with what each caller is told of an error by a GET and by a POST. */
async function told(error: unknown): Promise<Record<string, string[]>> {
  const app = Fastify();
  app.decorateRequest('principal', null);
  setErrorHandling(app, { log: { error() {} } as never, quote: () => '' });
  app.addHook('onRequest', async (request) => {
    request.principal = principals[String(request.headers.from)] ?? null;
  });
  const route = { url: '/x', handler: async () => Promise.reject(error) };
  app.route({ ...route, method: ['GET', 'POST'] });
  const all: Record<string, string[]> = {};
  for (const from of Object.keys(principals)) {
    const said = (['GET', 'POST'] as const).map(async (method) => {
      const { statusCode, body } = await app.inject({ method, url: '/x', headers: { from } });
      assert.equal(statusCode, 503);
      return JSON.parse(body).msg;
    });
    all[from] = await Promise.all(said);
  }
  await app.close();
  return all;
}

const general = 'The store of this server does not answer at the moment';

test('while the database is away the operator gets the reason and the remedy, and others a sentence without them', async () => {
  const why =
    'The database cannot be used (ECONNREFUSED). Look whether the server of DATABASE_URL runs and can be reached';
  const others = [`${general}. Try again.`, `${general}; nothing was accepted. Try again.`];
  assert.deepEqual(await told(away), {
    operator: [`${why}.`, `${why}; nothing was accepted.`],
    tenant: others,
    stranger: others,
  });
});

test('a change whose outcome is unknown is told to everybody as that', async () => {
  const clock = manualClock(0);
  const never = () => new Promise<never>(() => {});
  const edit = inTime({ edit: never } as never, clock, 1_000).edit('id' as never, {} as never, 0 as never);
  const failed = edit.then(
    () => assert.fail('it waits'),
    (error: unknown) => error,
  );
  await clock.advance(1_001);
  const { operator, tenant } = await told(await failed);
  assert.match(String(operator?.[1]), new RegExp(`for 1 s, ${unknown}\\. Look whether the server of DATABASE_URL`));
  assert.equal(tenant?.[1], `${general}, ${unknown}.`);
});

test('the file of SQLite is for the operator alone', async () => {
  for (const code of ['SQLITE_FULL', 'SQLITE_NOTADB', 'SQLITE_CORRUPT']) {
    const { operator, tenant, stranger } = await told(asSqliteError(broken(code), '/data/u.db'));
    assert.match(String(operator), code === 'SQLITE_FULL' ? /disk space/ : /\/data\/u\.db/);
    assert.doesNotMatch(String([tenant, stranger]), /SQLITE|u\.db|disk/, code);
    assert.doesNotMatch(String(operator?.[0]), /nothing was accepted/);
  }
});
