import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { StoreUnavailable } from '../../../src/domain/errors.ts';
import { installRoutes } from '../../../src/modules/workspaces/install-routes.ts';
import { createInstallStates } from '../../../src/modules/workspaces/install-state.ts';
import type { Arrival } from '../../../src/ports/installer.ts';
import { manualClock } from '../../support/clock.ts';

/** @param arrivals the ends of the installations, in turn */
async function setUp(t: TestContext, arrivals: (Arrival | Error)[]) {
  const clock = manualClock(1_800_000_000_000);
  const ends: string[] = [];
  const app = Fastify();
  t.after(() => app.close());
  const plugin = installRoutes({
    installer: {
      scopes: [],
      authorizeUrl: (state) => `https://slack.example/?state=${state}`,
      async arrive() {
        const arrival = arrivals.shift();
        if (arrival === undefined) throw new Error('one arrival too many');
        if (arrival instanceof Error) throw arrival;
        return arrival;
      },
    },
    states: createInstallStates('secret', clock),
    store: { writeAudit: async () => {} },
    ...{ clock, log: { warn() {} } as never, newId: () => 'a1', isSecure: false },
    onEnd: (end) => void ends.push(end),
  });
  await app.register(plugin, { prefix: '/slack' });

  /** A visit to Slack. Returns a function that loads the way back, as often as it is called. */
  async function visit() {
    const { headers } = await app.inject('/slack/install?start=true');
    let cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    const state = new URL(String(headers.location)).searchParams.get('state') ?? '';
    return async function load() {
      const url = `/slack/oauth_redirect?code=c1&state=${encodeURIComponent(state)}`;
      const { statusCode, headers, body } = await app.inject({ url, headers: { cookie } });
      const set = headers['set-cookie'];
      if (set !== undefined) cookie = String(set).includes('Max-Age=0') ? '' : (String(set).split(';')[0] ?? '');
      return { status: statusCode, text: body };
    };
  }
  return { clock, ends, visit };
}

const away = new StoreUnavailable('The database cannot be used. Look whether the server of DATABASE_URL runs.');
const installed: Arrival = {
  ...{ kind: 'installed', team: 'T2', name: 'Acme', isOrg: false, by: 'U1', isAgain: false, missingScopes: [] },
};
const setting = /\b[A-Z]+_[A-Z_]+\b/;
const refresh = /<meta http-equiv="refresh" content="10">/;

test('a page that waits for the store loads itself again, and leads to the installation', async (t) => {
  const { ends, visit } = await setUp(t, [away, away, installed]);
  const load = await visit();
  for (let again = 0; again < 2; again += 1) {
    const { status, text } = await load();
    assert.deepEqual([status, refresh.test(text), setting.test(text)], [503, true, false], text);
    assert.match(text, /<h1>Back in a moment<\/h1>.*Nothing was installed yet/s);
  }
  const done = await load();
  assert.match(done.text, /<h1>Ultronex is in Acme<\/h1>/);
  assert.doesNotMatch(done.text, refresh);
  assert.deepEqual(ends, ['store_away', 'store_away', 'installed']);
});

test('a page says that the bot may be there when its installation was not saved, and does not load itself again', async (t) => {
  const { ends, visit } = await setUp(t, [{ kind: 'unsaved', error: away.message }]);
  const load = await visit();
  const { status, text } = await load();
  assert.deepEqual([status, refresh.test(text), setting.test(text)], [503, false, false], text);
  assert.match(text, /<h1>The installation was not saved<\/h1>.*The bot may be in your workspace already.*Try again/s);
  assert.equal((await load()).status, 400, 'the code was used');
  assert.deepEqual(ends, ['unsaved', 'wrong_state']);
});
