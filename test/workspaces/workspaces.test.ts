import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { loadConfig } from '../../src/app/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { openWorkspaces } from '../../src/workspaces/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

/** A store with things that were counted and accepted before their workspace was known. */
async function setUp(t: TestContext) {
  const options = { owner: randomUUID(), clock: systemClock, coalesceMs: 0, onError: assert.ifError };
  const store = await createSqliteStore({ file: join(tempDir(t), 'u.db'), ...options });
  t.after(() => store.close());
  store.count('', 'total_msg_count', 3);
  await store.accept({ key: 'idempotency::k' });
  const open = (env: Record<string, string>) =>
    openWorkspaces({
      config: loadConfig(env),
      ...{
        postChannels: [],
        guardSimulator: false,
        installations: null,
        recording: null,
        clock: systemClock,
        log: pino({ level: 'silent' }),
        store,
      },
      ...{ onError() {}, onUserChange() {} },
    });
  /** Returns the data of a team. */
  const of = async (team: string) => ({
    counted: (await store.counters(team)).totals.total_msg_count,
    hasKey: (await store.accept({ key: `idempotency:${team}:k` })).duplicate,
  });
  return { store, open, of };
}

/** Nothing listens there. */
const away = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'http://127.0.0.1:9/api/' };

test('what had no workspace is the simulated one’s', async (t) => {
  const { open, of } = await setUp(t);
  const workspaces = await open({});
  assert.deepEqual(await of(workspaces.home().team()), { counted: 3, hasKey: true });
});

test('while Slack is away, the workspace is the one that was seen last', async (t) => {
  const { store, open, of } = await setUp(t);
  assert.equal((await open(away)).home().team(), '', 'none was ever seen');
  await store.install('T1');
  const home = (await open(away)).home();
  assert.equal(home.team(), 'T1');
  assert.deepEqual(await of('T1'), { counted: 3, hasKey: true });
});

test('the workspace that Slack tells is remembered, and takes over what had none', async (t) => {
  const { store, open, of } = await setUp(t);
  const slack = await startFakeSlack();
  t.after(() => slack.stop());
  const [team] = slack.teams;
  const { source, home } = await open({
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: team?.botToken ?? '',
    SLACK_APP_TOKEN: slack.appToken,
  });
  t.after(() => source.stop());
  await source.start(async () => ({ duplicate: false, reply: null }));
  await eventually('the workspace to be remembered', async () => (await store.installations()).length > 0);
  assert.deepEqual(await store.installations(), [home().team()]);
  assert.deepEqual(await of(home().team()), { counted: 3, hasKey: true });
});

test('a store that is full does not prevent the start', async (t) => {
  const { store, open } = await setUp(t);
  await store.install('T1');
  store.adopt = async () => {
    throw new StoreUnavailable('disk full');
  };
  for (const env of [{}, away]) assert.notEqual((await open(env)).home().team(), '');
});
