import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { freePort } from '../support/port.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const command = join(import.meta.dirname, '../../dist/cli/main.js');
const mib = 1024 * 1024;

/** Runs in the program. At SIGUSR2 it fetches a short page 500 times, then writes how much memory V8 took. */
const probe = `
import v8 from 'node:v8';
process.on('SIGUSR2', async () => {
  const newSpace = v8.getHeapSpaceStatistics().find((each) => each.space_name === 'new_space').space_size;
  for (let n = 0; n < 500; n++) await (await fetch('http://127.0.0.1:' + process.env.PORT + '/healthz')).text();
  console.error('V8: ' + JSON.stringify({ newSpace, zones: v8.getHeapStatistics().peak_malloced_memory }));
});`;

async function startAndFetch(t: TestContext): Promise<{ newSpace: number; zones: number }> {
  const preload = `data:text/javascript,${encodeURIComponent(probe)}`;
  const child = spawn(process.execPath, ['--import', preload, command, 'serve'], {
    env: { PATH: process.env.PATH, PORT: String(await freePort()), DATA_DIR: tempDir(t), LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await eventually('the program serves', () => said.includes('Ultronex is at'));
  child.kill('SIGUSR2');
  return eventually('the program measured itself', () => JSON.parse(/^V8: (.*)$/m.exec(said)?.[1] ?? 'null'));
}

it('ultronex serve keeps V8’s new space small, and takes no memory to optimize WebAssembly', async (t) => {
  const { newSpace, zones } = await startAndFetch(t);
  // 16 MiB if the space grows while the program loads.
  assert.ok(newSpace <= 8 * mib, `the new space has ${newSpace / mib} MiB after the start`);
  // 25 to 38 MiB if V8 optimizes the parser of `fetch`.
  assert.ok(zones < 20 * mib, `V8’s compilers took ${zones / mib} MiB`);
});
