import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startFakeHeroku } from './index.ts';

/*
 * The requests of the tutorial "Serverless on Heroku" (https://github.com/felix-seifert/serverless-on-heroku), as they are written
 * there. Only the address of the API is another one.
 */
const withoutVersion = 'curl -X POST https://api.heroku.com/apps/$APP_NAME/dynos';
const withoutKey = String.raw`curl -X POST https://api.heroku.com/apps/$APP_NAME/dynos \
-H "Accept: application/vnd.heroku+json; version=3"`;
const withoutCommand = String.raw`curl -X POST https://api.heroku.com/apps/$APP_NAME/dynos \
-H "Accept: application/vnd.heroku+json; version=3" \
-H "Authorization: Bearer $TOKEN"`;
const withoutArguments = String.raw`curl -X POST https://api.heroku.com/apps/$APP_NAME/dynos \
-H "Accept: application/vnd.heroku+json; version=3" \
-H "Authorization: Bearer $TOKEN" \
-H "Content-Type: application/json" \
-d '{
  "command": "serverless",
  "type": "run"
}'`;
const withArguments = String.raw`curl -X POST https://api.heroku.com/apps/$APP_NAME/dynos \
-H "Accept: application/vnd.heroku+json; version=3" \
-H "Authorization: Bearer $TOKEN" \
-H "Content-Type: application/json" \
-d '{
  "command": "serverless",
  "type": "run",
  "env": {
    "NAME": "Daniela"
  }
}'`;
const logSession = String.raw`curl -n -X POST https://api.heroku.com/apps/$APP_NAME/log-sessions \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $TOKEN" \
-H "Accept: application/vnd.heroku+json; version=3" \
-d '{
  "dyno": "run.8361",
  "source": "app",
  "tail": true
}'`;
const readLog = 'curl <LOGPLEX_URL>';

test('the requests of the tutorial work on the fake Heroku', async (t) => {
  const heroku = await startFakeHeroku();
  t.after(() => heroku.close());
  heroku.world.addApp('example', { serverless: 0 });
  heroku.runs.programs.set('serverless', ({ NAME }) => ({ lines: [`Hello ${NAME?.trim() || 'World'}!`], status: 0 }));
  heroku.runs.nextNumber = 8_360;
  const env = { PATH: process.env.PATH, APP_NAME: 'example', TOKEN: 'test-key', HOME: '/nonexistent' };
  const here = (command: string) => command.replace('https://api.heroku.com', heroku.url);
  const curl = async (command: string) => {
    const { stdout } = await promisify(execFile)('bash', ['-c', here(command)], { env, timeout: 60_000 });
    return JSON.parse(stdout);
  };

  assert.equal((await curl(withoutVersion)).id, 'unauthorized');
  assert.equal((await curl(withoutKey)).id, 'unauthorized');
  assert.deepEqual(await curl(withoutCommand), { id: 'invalid_params', message: 'Require params: command.' });
  const first = await curl(withoutArguments);
  assert.deepEqual([first.name, first.type, first.command], ['run.8360', 'run', 'npm run serverless']);
  const second = await curl(withArguments);
  assert.equal(second.name, 'run.8361');
  assert.deepEqual(heroku.runs.envs.get('run.8361'), { NAME: 'Daniela' });

  const { logplex_url: url } = await curl(logSession);
  const reading = promisify(execFile)('bash', ['-c', readLog.replace('<LOGPLEX_URL>', `'${url}'`)], {
    env,
    timeout: 60_000,
  });
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  reading.then(over, over);
  while (heroku.log.readers === 0 && !isOver) await setImmediate();
  // The session goes on until somebody ends it; before that, curl keeps its output back from a pipe.
  heroku.log.breakOff('end');
  const { stdout } = await reading;
  assert.match(stdout, /^\d{4}-\d\d-\d\dT\S+\+00:00 app\[run\.8361\]: Hello Daniela!\n$/);
});
