import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const prlimit = (pid: number | undefined, bytes: number | string) =>
  spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`], { encoding: 'utf8' });
const missing = spawnSync('prlimit', ['--version']).error !== undefined;

/** The limit of a process' file size stands for a full disk: writes beyond it fail, and it can be lifted again. */
test('a full disk: 503 with a reason, not ready, and back by itself', {
  skip: missing && !process.env.CI ? 'needs prlimit of util-linux' : false,
}, async (t) => {
  const dataDir = tempDir(t);
  const program = await startProgram(t, { dataDir });
  const post = (text: string) => program.api('POST', '/ultronex/slack', { msg: { channel: 'general', text } });
  const before = await post('before');
  assert.equal(before.status, 200);

  const size = statSync(join(dataDir, 'ultronex.db-wal')).size;
  const limited = prlimit(program.child.pid, size);
  assert.equal(limited.status, 0, limited.stderr);
  const refused = await eventually('a refusal', async () => {
    const answer = await post('x'.repeat(30_000));
    return answer.status === 503 && answer;
  });
  assert.match(refused.body.msg, /store cannot be written.*disk space/i);
  assert.equal(refused.headers.get('retry-after'), '5');
  await eventually('not ready', async () => {
    const { status, body } = await program.api('GET', '/readyz');
    return status === 503 && /store/.test(body.reasons.join());
  });
  const forProxy = await program.api('GET', '/readyz?for=proxy');
  assert.equal(forProxy.status, 503, 'a proxy sends its requests elsewhere');
  assert.match(forProxy.body.reasons.join(), /^store: /);
  assert.equal((await program.api('GET', `/ultronex/messages/${before.body.id}`)).status, 200, 'reading goes on');

  assert.equal(prlimit(program.child.pid, 'unlimited').status, 0);
  const after = await eventually('accepted again', async () => {
    const answer = await post('after');
    return answer.status === 200 && answer;
  });
  await eventually('ready again', async () => (await program.api('GET', '/readyz')).status === 200);
  await eventually('delivered', async () => {
    const { body } = await program.api('GET', `/ultronex/messages/${after.body.id}`);
    return body.state === 'sent';
  });
});
