import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startFakeHeroku } from '../../fakes/heroku/index.ts';
import { type Api, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';

async function open(t: TestContext) {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  heroku.world.addApp('example', { serverless: 0 });
  const dir = tempDir(t);
  const env = { HEROKU_API_KEY: 'test-key', HEROKU_API_URL: heroku.url, DATA_DIR: dir, WATCH_DIR: dir, JOBS_DIR: dir };
  /** Starts the program on the same store. Its last line stops it. */
  async function program(): Promise<{ api: Api; stop(): Promise<void> }> {
    const stops: (() => unknown)[] = [];
    const api = await startApi({ after: (run) => void stops.push(run) }, env);
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) for (const run of stops) await run();
      isStopped = true;
    };
    t.after(stop);
    return { api, stop };
  }
  return { heroku, runs: heroku.runs, program };
}

const request = { target: 'heroku', app: 'example', command: 'serverless', env: { NAME: 'Daniela' } };

test('a request runs a one-off dyno and gets its output', async (t) => {
  const { runs, program } = await open(t);
  runs.programs.set('serverless', ({ NAME }) => ({ lines: [`Hello ${NAME}!`, '::result {"ok":true}'], status: 0 }));
  const { api } = await program();
  const { status, body } = await api.call('POST', '/jobs?wait=30s', request);
  assert.equal(status, 200);
  assert.deepEqual(
    [body.name, body.state, body.exitCode, body.output, body.result],
    ['run.8361', 'succeeded', 0, 'Hello Daniela!\n::result {"ok":true}\n', { ok: true }],
  );
});

test('a run goes on while the program is restarted, also if the answer to its creation was lost', async (t) => {
  const { heroku, runs, program } = await open(t);
  const first = await program();
  runs.losesAnswer = true;
  const { id } = (await first.api.call('POST', '/jobs', request)).body;
  await eventually('the log is read', () => heroku.log.readers === 1);
  runs.up('example', 'run.8361');
  runs.say('example', 'run.8361', 'one');
  await eventually('a line is stored', async () => (await first.api.call('GET', `/jobs/${id}`)).body.lines === 1);
  await first.stop();
  runs.say('example', 'run.8361', 'two');
  runs.exit('example', 'run.8361', 3);
  const { api } = await program();
  await eventually('the job has ended', async () => (await api.call('GET', `/jobs/${id}`)).body.state === 'failed');
  const { body } = await api.call('GET', `/jobs/${id}`);
  assert.deepEqual([body.name, body.exitCode, body.lines], ['run.8361', 3, 2]);
  assert.equal(
    heroku.requests.filter(({ method, url }) => method === 'POST' && url.pathname.endsWith('/dynos')).length,
    1,
  );
});
