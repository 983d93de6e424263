import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startFakeHeroku } from '../fakes/heroku/index.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const run = promisify(execFile);

/** A folder with JOBS_BIN and JOBS_DIR. */
function folders(t: TestContext, scripts: Record<string, string>, yaml = '') {
  const dir = tempDir(t);
  const [bin, jobs] = [join(dir, 'bin'), join(dir, 'jobs')];
  for (const folder of [bin, jobs]) mkdirSync(folder);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  if (yaml !== '') writeFileSync(join(jobs, 'jobs.yaml'), yaml);
  return { dataDir: join(dir, 'data'), env: { JOBS_BIN: bin, JOBS_DIR: jobs }, out: join(dir, 'out') };
}

const ended = (program: Program, id: string) =>
  eventually(`the end of ${id}`, async () => {
    const { body } = await program.api('GET', `/ultronex/jobs/${id}`);
    return body.endedAt === null ? null : body;
  });

test('the walk of the tutorial with our routes in place of those of Heroku: a call, its log, its exit code', async (t) => {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  heroku.world.addApp('example', { web: 1, serverless: 0 });
  heroku.runs.programs.set('serverless', ({ NAME = 'World' }) => ({ lines: [`Hello ${NAME}!`], status: 0 }));
  const env = { HEROKU_API_KEY: 'test-key', HEROKU_API_URL: heroku.url };
  const { url, user, password } = await startProgram(t, { dataDir: tempDir(t), env });
  const curl = async (...args: string[]) => (await run('curl', ['-sS', '-u', `${user}:${password}`, ...args])).stdout;
  const body = '{"target":"heroku","app":"example","command":"serverless","env":{"NAME":"Daniela"},"timeout":"10m"}';
  const started = JSON.parse(
    await curl('-X', 'POST', `${url}/ultronex/jobs`, '-H', 'Content-Type: application/json', '-d', body),
  );
  assert.match(started.state, /^(queued|starting)$/);
  const log = await curl('-N', '--max-time', '20', `${url}/ultronex/jobs/${started.id}/logs?follow`);
  assert.match(log, /^data: Hello Daniela!$/m);
  assert.equal(await curl(`${url}/ultronex/jobs/${started.id}/logs`), 'Hello Daniela!\n');
  const job = JSON.parse(await curl(`${url}/ultronex/jobs/${started.id}`));
  assert.deepEqual([job.state, job.exitCode, job.name], ['succeeded', 0, 'run.8361']);
  const waited = JSON.parse(
    await curl(`${url}/ultronex/jobs?wait=30s`, '-H', 'Content-Type: application/json', '-d', body),
  );
  assert.deepEqual([waited.state, waited.output], ['succeeded', 'Hello Daniela!\n']);
});

test('a job with a name outlives a stop of the program, is followed by the next one to its end, and is run once', async (t) => {
  const yaml = `jobs:
  - name: count
    target: process
    file: count.sh
    arguments: { FILE: { type: string, required: true } }
    timeout: 10m
    who: viewer
`;
  const { dataDir, env, out } = folders(
    t,
    { 'count.sh': 'echo begin >>"$FILE"\necho one\nwhile [ ! -e "$FILE.go" ]; do sleep 0.1; done\necho two\nexit 4' },
    yaml,
  );
  const first = await startProgram(t, { dataDir, env });
  const { status, body } = await first.api('POST', '/ultronex/jobs/count', { FILE: out });
  assert.equal(status, 202);
  const { id } = body;
  await eventually(
    'its first line',
    async () => (await first.api('GET', `/ultronex/jobs/${id}/logs`)).body === 'one\n',
  );
  assert.equal(await first.kill('SIGTERM'), 0);
  const second = await startProgram(t, { dataDir, env });
  await eventually('that it is followed again', async () =>
    /1 running/.test(JSON.stringify((await second.api('GET', '/ultronex/status')).body)),
  );
  writeFileSync(`${out}.go`, '');
  const job = await ended(second, id);
  assert.deepEqual([job.state, job.exitCode, job.job], ['failed', 4, 'count']);
  assert.equal((await second.api('GET', `/ultronex/jobs/${id}/logs`)).body, 'one\ntwo\n');
  const { stdout } = await run('cat', [out]);
  assert.equal(stdout, 'begin\n');
});
