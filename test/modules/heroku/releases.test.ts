import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stateName } from '../../../src/modules/heroku/state.ts';
import { appNamed, minute, openHeroku } from './support.ts';

describe('releases of apps on Heroku', () => {
  it('a new release is told once, in the next look, with its deployer, description and time', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch(appNamed('shop', { channel: '#deploys' }));
    await site.poll();
    assert.deepEqual(await site.told(), [], 'the first reading tells nothing');
    site.world.release('shop', { description: 'Deploy abc123' });
    await site.poll();
    assert.deepEqual(await site.told(), ['🚀 *shop* v2 deployed by ada@example.com: Deploy abc123 · TIME']);
    const [message] = (await site.messages()).filter(({ source }) => source === 'heroku');
    assert.equal(message?.destination.address, '#deploys');
    site.restart();
    for (let round = 0; round < 12; round += 1) await site.poll();
    assert.deepEqual(await site.told(), []);
  });

  it('a look with nothing new costs one request, and each tenth one reads everything', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    const costs: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      const before = site.heroku.requests.length;
      await site.poll();
      costs.push(site.heroku.requests.length - before);
    }
    assert.deepEqual(costs, [1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 1]);
  });

  it('a change of config vars is told with its release: names, never values or hashes that can be guessed', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.world.setConfig('shop', { KEPT: 'same', OLD: 'x', RENEWED: 'hunter2' });
    site.watch('shop');
    await site.poll();
    site.world.setConfig('shop', { OLD: null, RENEWED: 'hunter3', NEW: 'swordfish' });
    await site.poll();
    assert.deepEqual(await site.told(), [
      '⚙️ *shop* v3 released by ada@example.com: Set RENEWED, NEW; Remove OLD config vars · TIME\n' +
        'Config vars: added `NEW`; removed `OLD`; changed `RENEWED`',
    ]);
    const stored = JSON.stringify([await site.store.state(stateName('shop')), await site.messages()]);
    assert.doesNotMatch(stored, /hunter|swordfish|same/);
    site.world.setConfig('shop', { RENEWED: 'hunter4' });
    site.world.release('shop', { description: 'Deploy abc' });
    site.restart();
    await site.poll();
    const [config, deploy] = await site.told();
    assert.match(config ?? '', /v4 .*\nConfig vars: changed `RENEWED`$/);
    assert.match(deploy ?? '', /v5 deployed by [^\n]*$/);
  });

  it('a change of config vars whose release is read a moment later is one message', async (t) => {
    const site = await openHeroku(t);
    const state = site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    state.config = { A: '1' };
    site.parts().look.readAll('shop');
    assert.deepEqual(await site.poll(), [minute]);
    assert.deepEqual(await site.told(), []);
    state.config = {};
    site.world.setConfig('shop', { A: '1' });
    await site.poll(minute);
    assert.match(
      (await site.told()).join('|'),
      /^[^|]* v2 released [^|]*: Set A config vars · TIME\nConfig vars: added `A`$/,
    );
    state.config = { A: '2' };
    site.parts().look.readAll('shop');
    await site.poll();
    await site.poll(minute);
    assert.deepEqual(
      await site.told(),
      ['⚙️ *shop* changed\nConfig vars: changed `A`'],
      'without a release it is told alone',
    );
  });

  it('a key without the scope for config vars watches the rest', async (t) => {
    const site = await openHeroku(t);
    site.heroku.keys.set('test-key', { account: site.heroku.account, scopes: new Set(['read']) });
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    site.world.setConfig('shop', { A: '1' });
    await site.poll();
    assert.deepEqual(await site.told(), ['⚙️ *shop* v2 released by ada@example.com: Set A config vars · TIME']);
    assert.deepEqual([await site.incidents(), site.errors], [[], []]);
  });

  it('a pending release is told when it has ended, a failed one as a failure', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    const { version } = site.world.release('shop', { status: 'pending' });
    site.parts().look.readAll('shop');
    assert.deepEqual(await site.poll(), [minute]);
    assert.deepEqual(await site.told(), []);
    site.world.finishRelease('shop', version, 'failed');
    await site.poll(minute);
    assert.deepEqual(await site.told(), ['❌ *shop* v2 failed, by ada@example.com: Deploy 01234567 · TIME']);
    const { items } = await site.store.auditEntries({ action: 'release' }, null, 10);
    assert.deepEqual(
      items.map(({ outcome }) => outcome),
      ['failed'],
      'a failed release is not the last change of an incident',
    );
    site.world.release('shop', { status: 'pending' });
    site.parts().look.readAll('shop');
    await site.poll();
    await site.poll(61 * minute);
    assert.match((await site.told())[0] ?? '', /v3 deployed by ada@example\.com \(still pending\): /);
  });

  it('after a long absence at most the last 5 releases are told, oldest first', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    for (let version = 2; version <= 9; version += 1) site.world.release('shop', { description: 'Rollback to v1' });
    site.restart();
    await site.poll();
    assert.deepEqual(
      (await site.told()).map((text) => text.slice(0, text.indexOf(' by'))),
      [5, 6, 7, 8, 9].map((version) => `⏪ *shop* v${version} rolled back`),
    );
  });

  it('a release of an app without dynos is found in the next or the second next look', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('site', { web: 0 });
    site.watch('site');
    await site.poll();
    site.world.release('site');
    await site.poll();
    await site.poll();
    assert.equal((await site.told()).length, 1);
  });

  it('a formation and add-ons that changed are told, with the release if there is one', async (t) => {
    const site = await openHeroku(t);
    const state = site.world.addApp('shop', { web: 1, worker: 1 });
    site.watch('shop');
    await site.poll();
    site.world.scale('shop', 'web', 2);
    await site.poll();
    assert.deepEqual(await site.told(), ['⚙️ *shop* changed\nFormation: `web` 1 → 2']);
    const asked = site.heroku.requests.length;
    await site.poll();
    assert.equal(site.heroku.requests.length, asked + 1, 'the formation is read once after a change');
    const [, worker] = state.formation;
    assert.ok(worker);
    Object.assign(worker, { size: 'Performance-M', quantity: 0 });
    site.world.addAddon('shop', 'redis-1', 'heroku-redis:mini');
    site.world.release('shop', { description: 'Attach REDIS (@ref:redis-1)' });
    await site.poll();
    assert.deepEqual(await site.told(), [
      '⚙️ *shop* v2 released by ada@example.com: Attach REDIS (@ref:redis-1) · TIME\n' +
        'Formation: `worker` 1 → 0, Standard-1X → Performance-M\nAdd-ons: added `redis-1` (`heroku-redis:mini`)',
    ]);
    site.world.setAddon('shop', 'redis-1', 'deprovisioned');
    site.parts().look.readAll('shop');
    await site.poll();
    assert.deepEqual(await site.told(), ['⚙️ *shop* changed\nAdd-ons: removed `redis-1`']);
  });

  it('an app that was deleted and made again is a new one', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    for (let version = 2; version <= 4; version += 1) site.world.release('shop');
    site.watch('shop');
    await site.poll();
    site.world.removeApp('shop');
    site.world.addApp('shop', { web: 2, clock: 1 });
    site.restart();
    await site.poll();
    assert.deepEqual(await site.told(), []);
    site.world.release('shop');
    await site.poll();
    assert.match((await site.told()).join(), /v2 deployed/);
    site.world.removeApp('shop');
    site.world.addApp('shop', { web: 1 });
    for (let version = 2; version <= 6; version += 1) site.world.release('shop');
    await site.poll();
    assert.deepEqual(await site.told(), [], 'also when its versions are higher');
  });

  it('a release that another program told is not told again, and is remembered', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    await site.store.accept({ key: 'heroku:release shop v2' });
    site.world.release('shop');
    await site.poll();
    assert.deepEqual(await site.told(), []);
    assert.equal(JSON.parse((await site.store.state(stateName('shop'))) ?? '').version, 2);
  });

  it('a state that is damaged or of another program is read as none', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    for (const value of ['{', '{"form":99}', '[]', 'null']) {
      await site.store.accept({ state: [{ name: stateName('shop'), value }] });
      await site.poll();
    }
    assert.deepEqual(await site.told(), []);
  });

  it('the state and the key of the hashes are written again in time, so that the store does not forget them', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    const savedAt = async () => JSON.parse((await site.store.state(stateName('shop'))) ?? '').savedAt;
    const first = await savedAt();
    for (let round = 0; round < 20; round += 1) await site.poll();
    assert.equal(await savedAt(), first, 'a look that finds nothing writes nothing');
    for (let round = 0; round < 20; round += 1) await site.poll(60 * minute);
    await site.store.prune(site.clock.now() - 13 * 60 * minute);
    assert.ok((await savedAt()) > first);
    assert.ok(await site.store.state('heroku:hmac'));
  });
});
