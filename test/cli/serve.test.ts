import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { makeFolder } from './support.ts';

/** A real process, since these tests check exit codes and signals. */
describe('ultronex serve, as a process', () => {
  const { dir, remove } = makeFolder();
  let child: ChildProcess | null = null;
  afterEach(async () => {
    child?.kill('SIGKILL');
    await remove();
  });

  function start(env: Record<string, string>) {
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
    const started = spawn(process.execPath, ['--import', 'tsx', main, 'serve'], {
      env: { PATH: process.env.PATH, DATA_DIR: dir, LOG_LEVEL: 'silent', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let said = '';
    started.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    return { process: started, said: () => said };
  }

  async function heard(started: ReturnType<typeof start>, wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = wanted.exec(started.said());
      if (found) return found;
      assert.equal(started.process.exitCode, null, started.said());
      await Promise.race([once(started.process.stderr, 'data'), once(started.process, 'exit')]);
    }
  }

  it('serves until SIGTERM, and exits with 0', async () => {
    const started = start({ PORT: '0' });
    const [, url] = await heard(started, /Ultronex is at (\S+)\/ultronex\//);
    const response = await fetch(`${url}/ultronex/heartbeat`);
    assert.equal(response.status, 200);
    started.process.kill('SIGTERM');
    const [code] = await once(started.process, 'exit');
    assert.equal(code, 0, started.said());
  });

  it('exits with 78 for an invalid configuration, and lists every problem', async () => {
    const started = start({ PORT: 'x', SLACK_APP_TOKEN: 'nonsense', BASIC_AUTH_PASSWORD: 'scrypt$1$2$3' });
    const [code] = await once(started.process, 'exit');
    assert.equal(code, 78);
    assert.match(
      started.said(),
      /4 problems[\s\S]*PORT[\s\S]*SLACK_APP_TOKEN: write[\s\S]*the scrypt line is damaged[\s\S]*SLACK_BOT_TOKEN is not/,
    );
  });
});
