import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { wrapperText } from '../../../src/modules/jobs/targets/process/wrapper.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/temp.ts';

/** Shells that are /bin/sh somewhere: Debian, Alpine, Fedora. */
const shells = [['dash'], ['busybox', 'sh'], ['bash', '--posix']] as const;

for (const [name, ...args] of shells) {
  const command = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  describe(`the wrapper in ${name}`, { skip: lacks(command === '', 'not installed') }, () => {
    it('gives the job its environment and nothing else, and writes pid and exit code', async (t) => {
      const { dir, run } = folder(t);
      await run(['/usr/bin/env'], { stat: 'mine', NAME: 'a\n$(b)' });
      const lines = readFileSync(join(dir, 'output'), 'utf8')
        .split('\n')
        .filter((line) => !line.startsWith('_='));
      assert.deepEqual(lines.sort(), ['', '$(b)', 'NAME=a', 'PATH=/usr/bin:/bin', 'stat=mine']);
      assert.equal(readFileSync(join(dir, 'exit'), 'utf8'), '0\n  \n');
      assert.match(readFileSync(join(dir, 'pid'), 'utf8'), /^\d+ \(\w+\) \w( -?\d+){49}\n$/);
    });

    it('outlives SIGTERM, and the job does not', async (t) => {
      const { dir, run } = folder(t);
      const script = join(dir, 'script');
      writeFileSync(script, '#!/bin/sh\necho ready\nsleep 100\n', { mode: 0o755 });
      const code = await run([script], {}, (pid) => process.kill(-pid, 'SIGTERM'));
      assert.equal(readFileSync(join(dir, 'exit'), 'utf8'), '143\n\n');
      assert.equal(readFileSync(join(dir, 'output'), 'utf8'), 'ready\n', 'it writes nothing of its own');
      assert.equal(code, 'SIGKILL', 'at last it ends its group and itself');
    });

    it('runs nothing when somebody was first', async (t) => {
      for (const first of ['file', 'folder']) {
        const { dir, run } = folder(t);
        if (first === 'file') writeFileSync(join(dir, 'pid'), 'theirs');
        else mkdirSync(join(dir, 'pid'));
        assert.equal(await run(['/usr/bin/touch', join(dir, 'ran')]), 125);
        assert.equal(existsSync(join(dir, 'ran')), false);
        if (first === 'file') assert.equal(readFileSync(join(dir, 'pid'), 'utf8'), 'theirs');
      }
    });

    it('runs nothing when its folder was removed', async (t) => {
      const { dir } = folder(t);
      const gone = `cd "${dir}" && rm -r "${dir}" && mkdir "${dir}" && exec "$@"`;
      const whole = ['sh', '-c', gone, 'sh', command, ...args, '-c', wrapperText, 'job', '/', '/usr/bin/touch'];
      assert.equal(spawnSync('setsid', ['-w', ...whole]).status, 125);
      assert.equal(existsSync(join(dir, 'pid')), false);
    });
  });

  function folder(t: TestContext) {
    const dir = tempDir(t);
    writeFileSync(join(dir, 'exit'), '    \n');
    /** Resolves with the exit code or the signal. `onOutput` is called with the pid. */
    function run(job: string[], env: Record<string, string> = {}, onOutput?: (pid: number) => void) {
      const [file = '', ...rest] = job;
      // The wrapper runs a file without arguments.
      const script = join(dir, 'job');
      if (rest.length > 0) writeFileSync(script, `#!/bin/sh\nexec ${file} ${rest.join(' ')}\n`, { mode: 0o755 });
      const child = spawn(command, [...args, '-c', wrapperText, 'job', '/', rest.length > 0 ? script : file], {
        ...{ cwd: dir, env: { PATH: '/usr/bin:/bin', ...env }, detached: true },
        stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
      });
      let output = '';
      child.stdout?.on('data', (bytes) => {
        output += bytes;
        onOutput?.(child.pid ?? 0);
      });
      return new Promise((resolve) => {
        child.once('close', (code, signal) => {
          writeFileSync(join(dir, 'output'), output);
          resolve(code ?? signal);
        });
      });
    }
    return { dir, run };
  }
}
