/**
 * The heap after many token rotations: `node --expose-gc --import tsx bench/teams-rotations.ts [ROUNDS]`. Each round refreshes the
 * tokens of 2,000 teams by a clock that jumps 12 hours, and posts once to each team with its new token.
 */
import { pino } from 'pino';
import { loadConfig } from '../src/app/index.ts';
import { systemClock } from '../src/domain/clock.ts';
import { createSlack } from '../src/slack/index.ts';
import { openInstaller } from '../src/workspaces/index.ts';
import { startSlackStub } from './slack-stub.ts';
import { tempDir } from './support.ts';
import { fill, openStore, tokenKeys } from './teams-store.ts';

const rounds = Number(process.argv[2] ?? 10);
const teams = 2_000;
const tokenMs = 12 * 3_600_000;
const slack = await startSlackStub();
const data = tempDir();
const store = await openStore({ dataDir: data.path });
await fill(store, { teams, patterns: false, expiresAt: Date.now() });

let ahead = 0;
const clock = {
  ...systemClock,
  now: () => systemClock.now() + ahead,
  monotonic: () => systemClock.monotonic() + ahead,
};
const log = pino({ level: 'error' });
const config = loadConfig({
  ...{ DATA_DIR: data.path, SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-T0-0', SLACK_SIGNING_SECRET: 'secret' },
  ...{ SLACK_CLIENT_ID: '1.1', SLACK_CLIENT_SECRET: 'secret', TOKEN_KEYS: tokenKeys, PUBLIC_URL: 'http://127.0.0.1' },
});
const installer = await openInstaller({ config, store, clock, log, records: false });
if (installer === null) throw new Error('SLACK_CLIENT_ID is set');
const connected = await createSlack({
  ...{ botToken: 'xoxb-T0-0', signingSecret: 'secret', apiUrl: slack.apiUrl, blocksOf: () => undefined },
  ...{ clock, log, installations: installer, onError() {} },
});

const heap = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed / 1_048_576).toFixed(1);
};
for (let round = 0; round <= rounds; round += 1) {
  await installer.upkeep();
  for (let n = 1; n <= teams; n += 1) {
    const team = await connected.teams.find(`T${n}`);
    await team?.api.call('chat.postMessage', { channel: 'C1', text: 'x' });
  }
  ahead += tokenMs;
  console.log(`${slack.calls.get('oauth.v2.access')} rotations: heap ${heap()} MiB`);
}
await slack.stop();
await store.close();
data.remove();
process.exit(0);
