import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { healthOf } from '../../../src/modules/heroku/health.ts';
import type { AppStatus } from '../../../src/modules/heroku/types.ts';
import { lastChange } from '../../../src/modules/incidents/last-change.ts';
import { minute, openHeroku } from './support.ts';

describe('the requests of the account', () => {
  it('with few requests left the looks are four times as rare and read the dynos alone', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    assert.deepEqual(await site.poll(), [5 * minute]);
    site.heroku.account.remaining = 400;
    assert.deepEqual(await site.poll(1_000), [20 * minute]);
    assert.equal(site.parts().poller.isLow(), true);
    const before = site.heroku.requests.length;
    for (let round = 0; round < 12; round += 1) {
      site.heroku.account.remaining = 400;
      await site.poll(1_000);
    }
    assert.equal(site.heroku.requests.length - before, 12);
    site.world.crash('shop', 'web.1');
    await site.poll(1_000);
    assert.equal((await site.incidents()).length, 1, 'a crash is told all the same');
    site.heroku.account.remaining = 4_000;
    await site.poll(1_000);
    assert.equal(site.parts().poller.isLow(), false);
  });

  it('a command shares its reading with others within 10 s', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    const { readings } = site.parts();
    const [one, two] = await Promise.all([readings.read('shop'), readings.read('shop')]);
    assert.equal(one, two);
    assert.equal(site.heroku.requests.length, 5);
    assert.deepEqual([one.info?.name, one.dynos.length, one.releases.length, one.problem], ['shop', 1, 1, null]);
    await site.clock.advance(10_000);
    site.world.removeApp('shop');
    const gone = await readings.read('shop');
    assert.match(gone.problem ?? '', /knows no such app/);
    assert.equal(gone.dynos.length, 1, 'what was known stays');
    assert.match((await readings.read('../account')).problem ?? '', /“\.\.\/account” is no name of an app/);
    assert.ok(site.heroku.requests.every(({ url }) => url.pathname.startsWith('/apps/shop')));
  });

  it('the health names the number of apps and requests, or what is wrong', () => {
    const app = (name: string, problem: string | null = null): AppStatus => ({
      ...{ app: name, info: null, dynos: [], formation: [], releases: [], addons: [], readAt: null, problem },
    });
    const facts = {
      apps: [app('a'), app('b'), app('c')],
      remaining: 4_120,
      isLow: false,
      standsBy: false,
      problem: null,
    };
    const said = (more: Partial<Parameters<typeof healthOf>[0]>) => {
      const { state, detail } = healthOf({ ...facts, ...more });
      return `${state}: ${detail}`;
    };
    assert.equal(said({}), 'ok: 3 apps, 4,120 requests left');
    assert.equal(said({ remaining: 312, isLow: true }), 'degraded: 3 apps, 312 requests left, so the looks are rarer');
    assert.equal(said({ apps: [app('a')], remaining: null }), 'ok: 1 app');
    assert.equal(said({ apps: [app('a', 'Gone.'), app('b', 'Gone.')] }), 'degraded: 2 apps; a and 1 more: Gone.');
    assert.equal(
      said({ standsBy: true }),
      'ok: 3 apps; waits for its lease, which another program on this store has, or this one had when it was killed (then for 20 s at most)',
    );
    assert.equal(said({ problem: 'Refused.' }), 'degraded: Refused.');
    assert.match(said({ apps: [] }), /^ok: no app is watched: set MONITORED_APP_NAME/);
  });
});

describe('several programs on a store', () => {
  it('that look at the same app at the same time tell a release and a crash once', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    const programs = [site.parts()];
    for (let more = 0; more < 3; more += 1) {
      site.restart();
      programs.push(site.parts());
    }
    site.world.setConfig('shop', { A: '1' });
    site.world.scale('shop', 'web', 2);
    site.world.crash('shop', 'web.1');
    await site.clock.advance(minute);
    const [watched] = site.watched();
    assert.ok(watched);
    await Promise.all(programs.map(({ poller }) => poller.poll(watched)));
    await Promise.all(programs.map(({ poller }) => poller.poll(watched)));
    assert.equal((await site.told()).length, 1);
    assert.deepEqual(
      [await site.incidents(), await site.cards()],
      [['shop web|firing|critical|shop: 1 of 2 web dynos crashed'], 1],
    );
  });
});

it('a release on Heroku is the last change of an incident that opens after it', async (t) => {
  const site = await openHeroku(t);
  site.world.addApp('shop', { web: 1 });
  site.watch('shop');
  await site.poll();
  site.world.release('shop', { description: 'Deploy abc' });
  await site.poll();
  const change = await lastChange(site.store, site.clock.now() + minute);
  assert.equal(change, '*release shop v2*, 6 min before, by ada@example.com');
});
