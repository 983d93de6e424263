import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startApi } from '../../http/support.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/temp.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/jobs.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
/** Without blanks, as the generated one. */
const password = 'correct-horse';
const folder = tempDir({ after } as never);
const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** Runs a block in the folder, as a reader does who has this program at a port. */
function run(block: string, env: Record<string, string>): Promise<{ code: number; out: string; err: string }> {
  const cli = `node --import '${import.meta.resolve('tsx')}' '${join(root, 'src/cli/main.ts')}'`;
  const script = [
    'set -eu',
    `npx() { shift; ${cli} "$@"; }`,
    'curl() { command curl -sS --fail-with-body "$@"; }',
    block.replaceAll(':8080', `:${env.PORT}`),
  ].join('\n');
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, timeout: 60_000 };
    execFile('bash', ['-c', script], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

test('the way from nothing to a call works as docs/jobs.md says', {
  skip: lacks(!hasTools, 'needs bash and curl'),
}, async (t) => {
  for (const name of ['data', 'jobs']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'data/password'), password);
  const [script = '', call = '', file = '', named = '', cli = '', token = '', ...rest] = blocks;
  assert.deepEqual(rest, []);
  assert.equal((await run(script, { PORT: '0' })).code, 0);
  const settings = {
    DATA_DIR: join(folder, 'data'),
    JOBS_BIN: join(folder, 'bin'),
    JOBS_DIR: join(folder, 'jobs'),
  };
  const api = await startApi(t, { ...settings, BASIC_AUTH_PASSWORD: password });
  const env = { ...settings, PORT: new URL(api.origin).port };

  const called = await run(call, env);
  const { state, exitCode, output } = JSON.parse(called.out);
  assert.deepEqual([state, exitCode, output], ['succeeded', 0, 'Hello Daniela!\n'], called.err);

  const checked = await run(file, env);
  assert.deepEqual([checked.code, checked.out], [0, '1 job, no problem: greet.\n'], checked.err);

  let answer = await run(named, env);
  // The file is read within seconds.
  for (const end = Date.now() + 20_000; answer.code !== 0 && Date.now() < end; ) answer = await run(named, env);
  assert.equal(JSON.parse(answer.out).output, 'Hello Daniela!\n', answer.err);

  const ran = await run(cli, env);
  assert.deepEqual([ran.code, ran.out], [0, 'Hello Daniela!\n'], ran.err);
  assert.match(ran.err, /^Job [0-9a-f-]{36}\n$/);

  const { out: secret } = await run(token, env);
  const headers = { authorization: `Bearer ${secret.trim()}` };
  const post = (path: string, body: string) =>
    fetch(`${api.base}${path}`, { method: 'POST', headers, body: new URLSearchParams(body) });
  assert.equal((await post('/jobs/greet', 'NAME=Bo')).status, 202);
  assert.equal((await post('/jobs', 'target=process')).status, 403);
});
