import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { type FakeSlackOptions, startFakeSlack } from '../fakes/slack/index.ts';
import { startFakeTarget } from '../fakes/target/index.ts';
import { type Program, slackEnv, startProgram } from './program.ts';
import { tempDir } from './temp.ts';

type Suite = Pick<TestContext, 'after'>;

/** What the tests of instances watch, run and answer: two seconds from everything to nothing. */
const files = (target: string) => ({
  'watch/all.yaml': `channel: '#ops'
checks: [{ name: shop, http: '${target}/shop', every: 10s, fail: 2 }]
beats:
  - { name: nightly, every: 1d, grace: 2h }
  - { name: poller, every: 30s, grace: 1s }
`,
  'replies/pack.yaml': 'name: p\ncooldown: 3600\ntriggers: { courage: [Be brave.] }\n',
  'jobs/jobs.yaml': `jobs:
  - { name: sleep, target: process, file: sleep.sh }
  - { name: nap, target: process, file: nap.sh }
`,
  'bin/sleep.sh': '#!/bin/sh\necho waiting\nexec sleep 600\n',
  'bin/nap.sh': '#!/bin/sh\necho slept\n',
});

interface More {
  slack?: FakeSlackOptions;
  env?: Record<string, string>;
}

/** Several programs on one database, as behind a load balancer, with a fake Slack over Socket Mode. The first one leads. */
export async function startInstances(suite: Suite, database: string, count = 2, more: More = {}) {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000], ...more.slack });
  const target = await startFakeTarget();
  suite.after(() => Promise.all([slack.stop(), target.close()]));
  const home = tempDir(suite as TestContext);
  for (const folder of ['watch', 'replies', 'jobs', 'bin']) mkdirSync(join(home, folder));
  for (const [name, text] of Object.entries(files(target.url))) writeFileSync(join(home, name), text);
  for (const name of ['sleep.sh', 'nap.sh']) chmodSync(join(home, 'bin', name), 0o755);
  const env = {
    ...slackEnv(slack),
    ...{ DATABASE_URL: database, BASIC_AUTH_PASSWORD: 'a long password', REPLIES: 'on' },
    ...{ WATCH_DIR: join(home, 'watch'), REPLIES_DIR: join(home, 'replies') },
    ...{ JOBS_DIR: join(home, 'jobs'), JOBS_BIN: join(home, 'bin') },
    ...{ ALERT_CHANNEL: '#ops', CANARY_CHANNEL: '#ops', CANARY_MINUTES: '1', CONTROL_USERS: 'U1', MERGE: 'off' },
    ...more.env,
  };
  const client = new pg.Client({ connectionString: database });
  // A test may kill the server.
  client.on('error', () => {});
  suite.after(() => client.end().catch(() => {}));

  const instances: Program[] = [];
  for (let index = 0; index < count; index += 1) {
    const dataDir = join(home, `data-${index}`);
    mkdirSync(dataDir);
    instances.push(await startProgram(suite, { dataDir, env }));
    await slack.waitForSockets(2 * (index + 1));
  }
  await client.connect();
  return {
    ...{ slack, target, instances, env },
    /** Slack's next events go to this instance alone; null: to all in turn. */
    eventsTo(index: number | null): void {
      slack.sockets.only(index === null ? null : [2 * index + 1, 2 * index + 2]);
    },
    /** Who holds the leases of tasks, by the task. */
    async leases(): Promise<Record<string, string>> {
      const { rows } = await client.query('SELECT name, owner FROM ultronex.leases ORDER BY name');
      return Object.fromEntries(rows.map(({ name, owner }) => [name, owner]));
    },
  };
}
