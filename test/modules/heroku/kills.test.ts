import assert from 'node:assert/strict';
import { it } from 'node:test';
import { minute, openHeroku } from './support.ts';

type Site = Awaited<ReturnType<typeof openHeroku>>;

/** Each kind of alert: what begins it, what ends it, and everything that people are told in the end. */
const kinds: { name: string; begin(site: Site): void; end(site: Site): void; incidents: string[]; told: RegExp[] }[] = [
  {
    name: 'a crashed dyno',
    begin: ({ world }) => world.crash('shop', 'web.1'),
    end: ({ world }) => world.setDyno('shop', 'web.1', 'up'),
    incidents: ['shop web|resolved|critical|shop: web.1 crashed'],
    told: [],
  },
  {
    name: 'a dyno that stays down',
    begin: ({ world }) => world.setDyno('shop', 'web.1', 'down'),
    end: ({ world }) => world.setDyno('shop', 'web.1', 'up'),
    incidents: ['shop web|resolved|warning|shop: web.1 is down'],
    told: [],
  },
  {
    name: 'an add-on that is not provisioned',
    begin: ({ world }) => world.setAddon('shop', 'redis-1', 'provisioning'),
    end: ({ world }) => world.setAddon('shop', 'redis-1', 'provisioned'),
    incidents: ['shop addon redis-1|resolved|warning|shop: add-on redis-1 is provisioning'],
    told: [],
  },
  {
    name: 'a refused key',
    begin: ({ heroku }) => heroku.keys.delete('test-key'),
    end: ({ heroku }) => void heroku.keys.set('test-key', { account: heroku.account, scopes: new Set(['global']) }),
    incidents: ['key|resolved|error|Heroku refuses the key'],
    told: [],
  },
  {
    name: 'HTML in place of JSON',
    begin: ({ heroku }) => {
      heroku.fault = { kind: 'html' };
    },
    end: ({ heroku }) => {
      heroku.fault = null;
    },
    incidents: ['key|resolved|error|Heroku’s API gives no answer'],
    told: [],
  },
  {
    name: 'an app that is gone',
    begin: ({ heroku }) => {
      heroku.account.apps = new Set(['blog']);
    },
    end: ({ heroku }) => {
      heroku.account.apps = null;
    },
    incidents: ['shop gone|resolved|error|shop: the app cannot be read'],
    told: [],
  },
  {
    name: 'releases, config vars, add-ons and a formation that change',
    begin({ world }) {
      world.setConfig('shop', { A: '1' });
      world.release('shop', { description: 'Deploy abc' });
      world.scale('shop', 'worker', 2);
    },
    end({ world }) {
      world.setConfig('shop', { A: null });
      world.addAddon('shop', 'redis-2');
    },
    incidents: [],
    told: [
      / v2 .*\nConfig vars: added `A`$/,
      / v3 .*\nFormation: `worker` 1 → 2$/,
      / v4 .*\nConfig vars: removed `A`\nAdd-ons: added/,
    ],
  },
  {
    name: 'a formation alone',
    begin: ({ world }) => world.scale('shop', 'worker', 2),
    end: ({ world }) => world.scale('shop', 'worker', 1),
    incidents: [],
    told: [/^⚙️ \*shop\* changed\nFormation: `worker` 1 → 2$/, /^⚙️ \*shop\* changed\nFormation: `worker` 2 → 1$/],
  },
];

for (const { name, begin, end, incidents, told } of kinds) {
  it(`${name}: from its cause to its end exactly once, wherever the program is killed`, async (t) => {
    let most = 0;
    for (let after = 1; after < 20; after += 1) {
      for (const isMade of [true, false]) {
        const site = await openHeroku(t, { annotates: true });
        site.world.addApp('shop', { web: 1, worker: 1 });
        site.world.addApp('blog', { web: 1 });
        site.world.addAddon('shop', 'redis-1');
        site.watch('shop', 'blog');
        await site.poll();
        begin(site);
        site.killAt(after, isMade);
        await rounds(site);
        end(site);
        await rounds(site);
        if (after > 1 && isMade && !site.wasKilled() && most === 0) most = after;
        site.restart();
        await rounds(site);
        const at = `killed at step ${after}, ${isMade ? 'after' : 'before'} it was made`;
        assert.deepEqual(await site.incidents(), incidents, at);
        assert.equal(await site.cards(), incidents.length, at);
        const texts = await site.told();
        assert.equal(texts.length, told.length, `${at}: ${texts.join('\n')}`);
        for (const [index, text] of texts.entries()) assert.match(text, told[index] ?? /^$/, at);
        const jobs = await site.store.claimEffects(site.clock.now(), minute, 50);
        assert.equal(jobs.length, told.filter((each) => / v\d/.test(each.source)).length, at);
      }
      if (most !== 0) break;
    }
    assert.ok(most > 1, 'there is no step at which the program could be killed');
  });
}

/** Looks at all apps as long as the program may take for anything; a killed one is started again. */
async function rounds(site: Site): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await site.poll();
    if (site.wasKilled()) site.restart();
    site.parts().look.readAll('shop');
  }
}
