import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { loadConfig } from '../../src/app/index.ts';
import type { RefreshOutcome } from '../../src/ports/installer.ts';
import type { Store } from '../../src/ports/store.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { createInstaller } from '../../src/workspaces/install/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { tempDir } from '../support/temp.ts';

export const hourMs = 3_600_000;
const teams = [{ id: 'T1' }, { id: 'T2' }, { id: 'T3' }, { id: 'E1' }];

/** A fake Slack, a store and an installer on a clock of the test. */
export async function setUp(t: TestContext, openStore?: (clock: ManualClock) => Promise<Store>) {
  const clock = manualClock(1_800_000_000_000);
  const slack = await startFakeSlack({ oauth: { clientId, clientSecret }, teams, now: clock.now });
  t.after(() => slack.stop());
  const file = join(tempDir(t), 'u.db');
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  async function newStore(): Promise<Store> {
    const store = await (openStore?.(clock) ??
      createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError }));
    t.after(() => store.close());
    return store;
  }
  /** Another program on the store. */
  function open(store: Store, keys = sealKey('k1'), records = false) {
    const config = loadConfig({
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: keys },
      ...{ PUBLIC_URL: 'http://127.0.0.1:8080', SLACK_BOT_TOKEN: 'xoxb-test-1', SLACK_API_URL: slack.apiUrl },
    });
    const installer = createInstaller({ config, store, clock, log, records });
    const refreshes: RefreshOutcome[] = [];
    installer.onRefresh((outcome) => refreshes.push(outcome));
    return Object.assign(installer, {
      refreshes,
      arriveAt: (team: string) => installer.arrive(slack.oauth.addCode(team)),
    });
  }
  const store = await newStore();
  const refreshCalls = () => slack.callsOf('oauth.v2.access').filter(({ args }) => args.grant_type === 'refresh_token');
  return { clock, slack, store, newStore, open, refreshCalls, logged };
}
