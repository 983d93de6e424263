import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ClientClosed, HerokuFailed } from '../../../src/heroku-api/index.ts';
import { createHerokuClient } from '../../../src/modules/heroku/client.ts';
import { htmlError, startFakeHeroku } from '../../fakes/heroku/index.ts';
import { jsonReply } from '../../fakes/http-server.ts';
import { manualClock } from '../../support/clock.ts';

async function start(t: TestContext, key = 'test-key', timeoutMs?: number) {
  const clock = manualClock();
  const heroku = await startFakeHeroku(clock.now);
  t.after(() => heroku.close());
  const client = createHerokuClient({ url: heroku.url, key, clock, ...(timeoutMs !== undefined && { timeoutMs }) });
  return { clock, heroku, world: heroku.world, client };
}

const failure = (kind: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HerokuFailed, String(error));
  assert.equal(error.kind, kind);
  assert.match(error.message, message);
  assert.doesNotMatch(error.message, /test-key|wrong-key/);
  return true;
};

describe('the client of Heroku’s API', () => {
  it('reads an app, its dynos, formation, add-ons, config vars and the newest 5 releases', async (t) => {
    const { world, client } = await start(t);
    world.addApp('shop', { web: 1, worker: 0 });
    world.addAddon('shop', 'postgresql-flat-1');
    for (let release = 2; release <= 8; release += 1) world.release('shop');
    world.setConfig('shop', { A: 'secret' });
    const { name, owner, region, stack, maintenance } = await client.app('shop');
    assert.deepEqual([name, owner, region, stack, maintenance], ['shop', 'ada@example.com', 'us', 'heroku-24', false]);
    const [dyno] = await client.dynos('shop');
    assert.deepEqual([dyno?.name, dyno?.type, dyno?.state, dyno?.version], ['web.1', 'web', 'up', 9]);
    const formation = await client.formation('shop');
    assert.deepEqual(
      formation.map(({ type, quantity, size }) => `${type}=${quantity}:${size}`),
      ['web=1:Standard-1X', 'worker=0:Standard-1X'],
    );
    const releases = await client.releases('shop');
    assert.deepEqual(
      releases.map(({ version }) => version),
      [9, 8, 7, 6, 5],
    );
    assert.deepEqual([releases[0]?.description, releases[0]?.by], ['Set A config vars', 'ada@example.com']);
    const [addon] = await client.addons('shop');
    assert.deepEqual(
      [addon?.name, addon?.service, addon?.plan, addon?.state],
      ['postgresql-flat-1', 'heroku-postgresql', 'heroku-postgresql:essential-0', 'provisioned'],
    );
    assert.deepEqual([...(await client.configVars('shop'))], [['A', 'secret']]);
  });

  it('asks with the ETag of the last answer, but never caches config vars', async (t) => {
    const { heroku, world, client } = await start(t);
    world.addApp('shop');
    for (let time = 0; time < 2; time += 1) {
      await client.dynos('shop');
      await client.releases('shop');
      await client.configVars('shop');
    }
    const asked = heroku.requests.slice(3).map(({ headers }) => headers['if-none-match'] !== undefined);
    assert.deepEqual(asked, [true, true, false]);
    world.crash('shop', 'web.1');
    assert.equal((await client.dynos('shop'))[0]?.state, 'crashed');
    assert.equal(client.remaining(), 4_493);
  });

  it('follows Next-Range for at most 5 pages', async (t) => {
    const { heroku, world, client } = await start(t);
    world.addApp('shop', { web: 450 });
    assert.equal((await client.dynos('shop')).length, 450);
    assert.equal(heroku.requests.length, 3);
    world.scale('shop', 'web', 1_100);
    assert.equal((await client.dynos('shop')).length, 1_000);
    assert.equal(heroku.requests.length, 8);
  });

  it('tells a refused key, no requests left, an app that is gone, a missing scope and no usable answer apart', async (t) => {
    const { heroku, world, client } = await start(t);
    world.addApp('shop');
    await assert.rejects(client.app('other'), failure('gone', /knows no such app, or it belongs to another account/));
    heroku.keys.set('test-key', { account: heroku.account, scopes: new Set(['read']) });
    await assert.rejects(
      client.configVars('shop'),
      failure('forbidden', /^The key may not read this \(403\): The scope/),
    );
    heroku.replies.set('GET /apps/shop/dynos', htmlError(503));
    await assert.rejects(client.dynos('shop'), failure('unavailable', /^Heroku answered 503 with something other/));
    heroku.replies.set('GET /apps/shop/dynos', { ...htmlError(), status: 200 });
    await assert.rejects(client.dynos('shop'), failure('unavailable', /a web page in place of JSON/));
    for (const [fault, message] of [
      [{ kind: 'garbage' }, /other than JSON/],
      [{ kind: 'oversized', bytes: 1_200_000 }, /more than 1 MiB/],
      [{ kind: 'hang up' }, /^Heroku was not reached \(\w+\)\.$/],
    ] as const) {
      heroku.fault = fault;
      await assert.rejects(client.dynos('shop'), failure('unavailable', message));
    }
    heroku.fault = null;
    heroku.keys.delete('test-key');
    await assert.rejects(client.dynos('shop'), failure('key', /^Heroku refuses the key in HEROKU_API_KEY \(401\)/));
  });

  it('gives up after its time limit, also when only the body is missing', async (t) => {
    const { heroku, world, client } = await start(t, 'test-key', 100);
    world.addApp('shop');
    heroku.fault = { kind: 'silent' };
    await assert.rejects(client.dynos('shop'), failure('unavailable', /^Heroku did not answer within 0\.1 s\.$/));
  });

  it('aborts the requests under way when the program stops', async (t) => {
    const { heroku, world, client } = await start(t);
    world.addApp('shop');
    heroku.fault = { kind: 'silent' };
    const asked = assert.rejects(client.dynos('shop'), ClientClosed);
    client.close();
    await asked;
  });

  it('sends nothing for a minute after a 429, and twice as long after each further one', async (t) => {
    const { clock, heroku, world, client } = await start(t);
    world.addApp('shop');
    const limited = jsonReply({ id: 'rate_limit', message: 'wait' }, 429);
    heroku.replies.set('GET /apps/shop/dynos', limited);
    const refused = failure('limit', /left/);
    await Promise.all([1, 2, 3].map(() => assert.rejects(client.dynos('shop'), refused)));
    assert.equal(client.heldMs(), 60_000);
    const asked = heroku.requests.length;
    await assert.rejects(client.app('shop'), failure('limit', /the next one is in 60 s/));
    assert.equal(heroku.requests.length, asked);
    await clock.advance(60_000);
    await assert.rejects(client.dynos('shop'), refused);
    assert.equal(client.heldMs(), 120_000);
    await clock.advance(120_000);
    heroku.replies.clear();
    await client.dynos('shop');
    heroku.replies.set('GET /apps/shop/dynos', limited);
    await assert.rejects(client.dynos('shop'), refused);
    assert.equal(client.heldMs(), 60_000);
  });

  it('accepts fields that are missing, null or of another type', async (t) => {
    const { heroku, client } = await start(t);
    const reply = (path: string, value: unknown) => heroku.replies.set(`GET /apps/shop${path}`, jsonReply(value));
    reply('', { name: 'shop', owner: null, region: 'eu', stack: { name: 'cnb' }, team: { name: 'acme' } });
    reply('/dynos', [null, 7, {}, { name: 'web-5d8f-xyz', state: 'thinking', updated_at: 'soon', release: 3 }]);
    reply('/formation', { id: 'x' });
    reply('/releases', [{ version: '4' }, { version: 5, user: null, status: null }]);
    reply('/addons', [{ name: 'db', plan: 'mini' }]);
    reply('/config-vars', { A: null, B: 2 });
    const { owner, region, maintenance } = await client.app('shop');
    assert.deepEqual([owner, region, maintenance], ['acme', 'eu', false]);
    assert.deepEqual(await client.dynos('shop'), [
      { name: 'web-5d8f-xyz', type: 'web', state: 'thinking', updatedAt: null, version: null },
    ]);
    assert.deepEqual(await client.formation('shop'), []);
    assert.deepEqual(await client.releases('shop'), [
      { version: 5, description: '', status: 'succeeded', by: '', createdAt: 0 },
    ]);
    assert.deepEqual(await client.addons('shop'), [{ name: 'db', service: '', plan: 'mini', state: 'unknown' }]);
    assert.deepEqual([...(await client.configVars('shop')).keys()], ['A', 'B']);
  });
});
