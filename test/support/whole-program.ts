import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { startFakeHeroku } from '../fakes/heroku/index.ts';
import { tempDir } from './temp.ts';

const files: Record<string, string> = {
  'jobs/jobs.yaml': 'jobs: [{ name: greet, target: process, file: greet.sh, who: viewer, arguments: { NAME: {} } }]\n',
  'bin/greet.sh': '#!/bin/sh\necho "hello $NAME"\n',
  'hooks/hooks.yaml': "hooks: [{ name: ci, channel: '#general', message: { text: '{{ body.text }}' } }]\n",
  'watch/watch.yaml': 'beats: [{ name: backup, every: 1h }]\n',
};

/**
 * The settings that turn every module on, with what they need: an engine with the container `web`, an account of Heroku with the app
 * `shop`, the job `greet`, the hook `ci`, the beat `backup`.
 * @param operators ids of the Slack users with the role of an operator
 */
export async function everyModule(t: TestContext, operators: string) {
  const folder = tempDir(t);
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
  const [docker, heroku] = await Promise.all([startFakeDocker(), startFakeHeroku()]);
  t.after(() => Promise.all([docker.close(), heroku.close()]));
  docker.add({ name: 'web' });
  heroku.world.addApp('shop', { web: 1 });
  const env = {
    ...{ DOCKER_READ_URL: docker.url, DOCKER_ACT_URL: docker.url, CONTROL_USERS: operators },
    ...{ HEROKU_API_URL: heroku.url, HEROKU_API_KEY: 'test-key', MONITORED_APP_NAME: 'shop' },
    ...{ JOBS_DIR: join(folder, 'jobs'), JOBS_BIN: join(folder, 'bin'), HOOKS_DIR: join(folder, 'hooks') },
    ...{ WATCH_DIR: join(folder, 'watch'), EVENTS: 'on', CANARY_MINUTES: '60', CANARY_CHANNEL: '#random' },
    // Nobody listens there.
    LOKI_READ_URL: 'http://127.0.0.1:9',
  };
  return { docker, heroku, env };
}
