import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appNamed, minute, openHeroku } from './support.ts';

describe('incidents of dynos', () => {
  it('a crash opens one incident for the dynos of a type at once, and it ends when all are up', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 2, worker: 1 });
    site.watch('shop');
    await site.poll();
    assert.deepEqual(await site.incidents(), []);
    site.world.crash('shop', 'web.2');
    await site.poll();
    assert.deepEqual(await site.incidents(), ['shop web|firing|critical|shop: 1 of 2 web dynos crashed']);
    const { facts } = await site.incident('shop web');
    assert.match(facts.about, /^• `web\.2` crashed since <!date.*\n• `web\.1` up since/);
    assert.match(facts.about, /<https:\/\/dashboard\.heroku\.com\/apps\/shop\|Dashboard>/);
    site.world.crash('shop', 'web.1');
    await site.poll();
    assert.deepEqual(await site.incidents(), ['shop web|firing|critical|shop: 2 of 2 web dynos crashed']);
    site.world.setDyno('shop', 'web.1', 'up');
    site.world.setDyno('shop', 'web.2', 'up');
    await site.poll();
    assert.deepEqual(await site.incidents(), ['shop web|resolved|critical|shop: 2 of 2 web dynos crashed']);
    assert.equal(
      (await site.incident('shop web')).facts.severityText,
      'critical',
      'its end does not change how bad it was',
    );
    await site.poll();
    assert.equal(await site.cards(), 1);
  });

  it('a type may have any name that Heroku allows', async (t) => {
    for (const type of ['gone', 'constructor', '__proto__']) {
      const site = await openHeroku(t);
      site.world.addApp('shop', Object.fromEntries([[type, 1]]));
      site.watch('shop');
      await site.poll();
      site.world.crash('shop', `${type}.1`);
      await site.poll();
      await site.poll(minute);
      assert.deepEqual(await site.incidents(), [`shop type ${type}|firing|critical|shop: ${type}.1 crashed`]);
      site.world.setDyno('shop', `${type}.1`, 'up');
      await site.poll();
      assert.deepEqual(await site.incidents(), [`shop type ${type}|resolved|critical|shop: ${type}.1 crashed`]);
    }
  });

  it('a crashed dyno that starts again has not recovered', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    site.world.crash('shop', 'web.1');
    await site.poll();
    site.world.setDyno('shop', 'web.1', 'starting');
    assert.deepEqual(await site.poll(), [minute], 'it is looked at again soon');
    assert.deepEqual(await site.incidents(), ['shop web|firing|critical|shop: web.1 crashed']);
    site.world.crash('shop', 'web.1');
    await site.poll(minute);
    assert.equal(await site.cards(), 1);
    assert.equal((await site.incident('shop web')).changes.length, 1, 'it never changed');
  });

  it('a dyno is down only when it stays down for two looks', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 2 });
    site.watch('shop');
    await site.poll();
    site.world.setDyno('shop', 'web.1', 'down');
    assert.deepEqual(await site.poll(), [minute]);
    assert.deepEqual(await site.incidents(), []);
    site.world.setDyno('shop', 'web.1', 'up');
    site.world.setDyno('shop', 'web.2', 'down');
    await site.poll(minute);
    assert.deepEqual(await site.incidents(), [], 'another one is down now');
    await site.poll(10_000);
    assert.deepEqual(await site.incidents(), [], 'ten seconds are not long');
    await site.poll(50_000);
    assert.deepEqual(await site.incidents(), ['shop web|firing|warning|shop: 1 of 2 web dynos is down']);
    site.world.crash('shop', 'web.1');
    await site.poll();
    assert.deepEqual(await site.incidents(), ['shop web|firing|critical|shop: 2 of 2 web dynos crashed or are down']);
  });

  it('starting, idle and unknown states, one-off dynos and restarts are no failure', async (t) => {
    const site = await openHeroku(t);
    const { dynos } = site.world.addApp('shop', { web: 3 });
    site.watch('shop');
    await site.poll();
    for (const [at, state] of ['starting', 'idle', 'meditating'].entries())
      site.world.setDyno('shop', `web.${at + 1}`, state);
    const [first] = dynos;
    assert.ok(first);
    site.world.apps.get('shop')?.dynos.push({ ...first, name: 'run.1234', type: 'run', state: 'crashed' });
    await site.poll();
    site.world.release('shop');
    await site.poll();
    assert.deepEqual(await site.incidents(), []);
  });

  it('a type that is scaled to 0 ends its incident', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1, worker: 1 });
    site.watch('shop');
    await site.poll();
    site.world.crash('shop', 'worker.1');
    await site.poll();
    site.world.scale('shop', 'worker', 0);
    await site.poll();
    assert.deepEqual(await site.incidents(), ['shop worker|resolved|critical|shop: worker.1 crashed']);
    assert.match((await site.incident('shop worker')).facts.about, /^No `worker` dynos are wanted\./);
  });

  it('an incident within 15 minutes after a release names the release, and the audit log has it for others', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch(appNamed('shop', { channel: '#shop', severity: 'info', notify: '@oncall' }));
    await site.poll();
    site.world.release('shop', { description: 'Deploy <abc>' });
    await site.clock.advance(4 * minute);
    site.world.crash('shop', 'web.1');
    await site.poll(2 * minute);
    const { facts, channel, severity } = await site.incident('shop web');
    assert.match(facts.about, /\nv2 was released 4 minutes before by ada@example\.com: Deploy &lt;abc&gt;\n/);
    assert.deepEqual([channel, severity, facts.notify], ['#shop', 'info', '@oncall']);
    const { items } = await site.store.auditEntries({ action: 'release', outcome: 'done' }, null, 10);
    assert.deepEqual(
      items.map(({ target, detail, at }) => [target, detail, site.clock.now() - at < 7 * minute]),
      [['shop v2', 'Deploy <abc>; by ada@example.com', true]],
    );
    site.world.setDyno('shop', 'web.1', 'up');
    await site.poll();
    await site.poll(30 * minute);
    site.world.crash('shop', 'web.1');
    await site.poll();
    assert.doesNotMatch((await site.incident('shop web')).facts.about, /was released/);
  });

  it('text of Heroku cannot write markup into a card', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    site.world.release('shop', { description: '<!channel> *boo* \u202e`x`', user: { id: '', email: '<@U1>' } });
    site.world.crash('shop', 'web.1');
    await site.poll();
    const [text = ''] = await site.told();
    assert.match(text, /by &lt;@U1&gt;: &lt;!channel&gt; \*boo\* 'x'/);
    assert.doesNotMatch((await site.incident('shop web')).facts.about, /<!channel|<@U1/);
  });
});

describe('incidents of add-ons', () => {
  it('an add-on that is not provisioned in two readings opens one, and it ends with the add-on', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop');
    site.world.addAddon('shop', 'redis-1', 'heroku-redis:mini', 'provisioning');
    site.watch('shop');
    await site.poll();
    await site.poll(minute);
    assert.deepEqual(await site.incidents(), [], 'a minute is normal');
    await site.poll();
    const title = 'shop: add-on redis-1 is provisioning';
    assert.deepEqual(await site.incidents(), [`shop addon redis-1|firing|warning|${title}`]);
    site.world.setAddon('shop', 'redis-1', 'provisioned');
    await site.poll();
    assert.deepEqual(await site.incidents(), [`shop addon redis-1|resolved|warning|${title}`]);
    site.world.addAddon('shop', 'redis-2', 'heroku-redis:mini', 'provisioning');
    site.world.release('shop');
    await site.poll();
    await site.poll();
    site.world.setAddon('shop', 'redis-2', 'deprovisioned');
    await site.poll();
    assert.match((await site.incidents())[1] ?? '', /^shop addon redis-2\|resolved/);
  });
});

describe('the key and apps that are gone', () => {
  it('a refused key opens one incident at once, not one an app, and it ends when the key works', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog', 'cart']) site.world.addApp(app);
    site.watch('shop', 'blog', 'cart');
    await site.poll();
    const key = site.heroku.keys.get('test-key');
    site.heroku.keys.clear();
    await site.poll();
    await site.poll();
    assert.deepEqual(await site.incidents(), ['key|firing|error|Heroku refuses the key']);
    const { facts } = await site.incident('key');
    assert.match(facts.about, /\(401\): Invalid credentials provided\.\nUntil .* nothing is known of the 3 apps/);
    assert.ok(key);
    site.heroku.keys.set('test-key', key);
    await site.poll();
    assert.deepEqual(await site.incidents(), ['key|resolved|error|Heroku refuses the key']);
    assert.equal(await site.cards(), 1);
    assert.deepEqual(new Set(site.errors), new Set(['key']));
  });

  for (const fault of [
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'hang up' },
    { kind: 'reply', status: 502 },
  ] as const) {
    it(`${JSON.stringify(fault)} opens the incident of the key after two failed rounds`, async (t) => {
      const site = await openHeroku(t);
      for (const app of ['shop', 'blog']) site.world.addApp(app);
      site.watch('shop', 'blog');
      await site.poll();
      site.heroku.fault = fault;
      assert.deepEqual(await site.poll(), [minute, minute]);
      assert.deepEqual(await site.incidents(), []);
      await site.poll(minute);
      assert.deepEqual(await site.incidents(), ['key|firing|error|Heroku’s API gives no answer']);
      site.restart();
      await site.poll();
      await site.poll();
      site.heroku.fault = null;
      site.restart();
      await site.poll();
      assert.deepEqual(await site.incidents(), ['key|resolved|error|Heroku’s API gives no answer']);
      assert.equal(await site.cards(), 1);
    });
  }

  it('without requests left there is one incident after the second refusal', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog']) site.world.addApp(app);
    site.watch('shop', 'blog');
    await site.poll();
    site.heroku.account.remaining = -1_000;
    await site.poll();
    assert.deepEqual(await site.incidents(), []);
    const asked = site.heroku.requests.length;
    await site.poll(1_000);
    assert.equal(site.heroku.requests.length, asked, 'no request while it is held');
    await site.poll(minute);
    assert.deepEqual(await site.incidents(), ['key|firing|error|No requests to Heroku’s API are left']);
    site.heroku.account.remaining = 4_000;
    await site.poll(15 * minute);
    assert.deepEqual(await site.incidents(), ['key|resolved|error|No requests to Heroku’s API are left']);
  });

  it('one app with a failing reading is no incident of the key', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog']) site.world.addApp(app);
    site.watch('shop', 'blog');
    await site.poll();
    site.heroku.replies.set('GET /apps/shop/dynos', { status: 500, body: '{}' });
    for (let round = 0; round < 4; round += 1) await site.poll();
    assert.deepEqual(await site.incidents(), []);
    assert.match(site.parts().readings.of('shop').problem ?? '', /^Heroku answered 500\.$/);
  });

  it('an app that is gone opens one incident of its own and ends the others of the app', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog']) site.world.addApp(app);
    site.watch('shop', 'blog');
    await site.poll();
    site.world.crash('shop', 'web.1');
    await site.poll();
    const state = site.world.apps.get('shop');
    site.world.removeApp('shop');
    await site.poll();
    await site.poll(minute);
    await site.poll();
    assert.deepEqual(await site.incidents(), [
      'shop web|resolved|critical|shop: web.1 crashed',
      'shop gone|firing|error|shop: the app is gone',
    ]);
    assert.ok(state);
    site.world.apps.set('shop', state);
    site.restart();
    await site.poll();
    assert.deepEqual(await site.incidents(), [
      'shop web|resolved|critical|shop: web.1 crashed',
      'shop gone|resolved|error|shop: the app is gone',
      'shop web|firing|critical|shop: web.1 crashed',
    ]);
  });

  it('403 of one app is an incident of the app, 403 of all apps one of the key', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog']) site.world.addApp(app);
    site.watch('shop', 'blog');
    await site.poll();
    site.heroku.account.apps = new Set(['blog']);
    for (let round = 0; round < 3; round += 1) await site.poll();
    assert.deepEqual(await site.incidents(), ['shop gone|firing|error|shop: the app cannot be read']);
    site.heroku.account.apps = null;
    await site.poll();
    site.heroku.account.apps = new Set();
    for (let round = 0; round < 3; round += 1) await site.poll();
    assert.deepEqual(await site.incidents(), [
      'shop gone|resolved|error|shop: the app cannot be read',
      'key|firing|error|The key may read none of the apps on Heroku',
    ]);
  });

  it('403 of the only app is an incident of the app', async (t) => {
    const site = await openHeroku(t);
    site.world.addApp('shop');
    site.watch('shop');
    site.heroku.account.apps = new Set();
    for (let round = 0; round < 3; round += 1) await site.poll();
    assert.deepEqual(await site.incidents(), ['shop gone|firing|error|shop: the app cannot be read']);
  });

  it('a name that was never an app opens an incident after two looks', async (t) => {
    const site = await openHeroku(t);
    site.watch('shopp');
    await site.poll();
    await site.poll(minute);
    assert.deepEqual(await site.incidents(), ['shopp gone|firing|error|shopp: the app is gone']);
    assert.match(
      (await site.incident('shopp gone')).facts.about,
      /knows no such app, or it belongs to another account/,
    );
  });

  it('the incidents of an app that is not watched any more end, also when that changed while the program was off', async (t) => {
    const site = await openHeroku(t);
    for (const app of ['shop', 'blog']) site.world.addApp(app);
    site.watch('shop', 'blog');
    await site.parts().index(['shop', 'blog']);
    await site.poll();
    site.world.crash('shop', 'web.1');
    site.world.crash('blog', 'web.1');
    await site.poll();
    site.restart();
    site.watch('blog');
    await site.parts().index(['blog']);
    await site.poll();
    assert.deepEqual(await site.incidents(), [
      'shop web|resolved|critical|shop: web.1 crashed',
      'blog web|firing|critical|blog: web.1 crashed',
    ]);
  });
});
