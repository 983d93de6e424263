import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startFakeHeroku } from './index.ts';

async function start(t: TestContext, generation = 'cedar') {
  let now = Date.parse('2026-01-02T00:00:00Z');
  const heroku = await startFakeHeroku(() => now);
  t.after(() => heroku.close());
  heroku.world.addApp('shop', { web: 1 }, { generation });
  const call = async (method: string, path: string, body?: object) => {
    const headers = { accept: 'application/vnd.heroku+json; version=3', authorization: 'Bearer test-key' };
    const response = await fetch(`${heroku.url}/apps/shop${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, value: (await response.json()) as Record<string, string> };
  };
  const session = async (body: object) => (await call('POST', '/log-sessions', body)).value.logplex_url ?? '';
  const read = async (url: string, accept = '*/*') => {
    const response = await fetch(url, { headers: { accept } });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { heroku, runs: heroku.runs, call, session, read, pass };
}

test('a one-off dyno starts, writes, ends and is gone; the API shows neither its environment nor its exit status', async (t) => {
  const { heroku, runs, call } = await start(t);
  const { status, value } = await call('POST', '/dynos', { command: 'date', env: { A: '1' }, size: 'basic' });
  assert.deepEqual(
    [status, value.name, value.type, value.state, value.size],
    [201, 'run.8361', 'run', 'starting', 'basic'],
  );
  assert.equal('env' in value, false);
  runs.up('shop', 'run.8361');
  assert.equal((await call('GET', '/dynos/run.8361')).value.state, 'up');
  runs.exit('shop', 'run.8361', 2);
  assert.equal((await call('GET', '/dynos/run.8361')).status, 404);
  assert.equal((await call('GET', '/dynos')).value.length, 1);
  assert.throws(() => runs.up('shop', 'run.8361'), /has no dyno "run.8361"/);
  assert.equal(heroku.world.apps.get('shop')?.dynos.length, 1);
});

test('wrong parameters of a dyno are refused', async (t) => {
  const { call } = await start(t);
  const wrong = [
    {},
    { command: 1 },
    { env: { A: 1 } },
    { size: 'huge' },
    { time_to_live: 0 },
    { time_to_live: 86_401 },
  ];
  for (const each of wrong) {
    const body = { ...('command' in each || Object.keys(each).length === 0 ? {} : { command: 'date' }), ...each };
    assert.equal((await call('POST', '/dynos', body)).status, 422, JSON.stringify(each));
  }
  assert.equal((await call('POST', '/log-sessions', { lines: 0 })).status, 422);
});

test('a stop ends a one-off dyno with status 143, unless it ignores SIGTERM; a delete ends it with 137', async (t) => {
  const { runs, call, session, read } = await start(t);
  for (const command of ['a', 'b', 'c']) await call('POST', '/dynos', { command });
  for (const name of ['run.8361', 'run.8362', 'run.8363']) runs.up('shop', name);
  assert.equal((await call('POST', '/dynos/run.8361/actions/stop')).status, 202);
  runs.ignoresTerm = true;
  assert.equal((await call('POST', '/dynos/run.8362/actions/stop')).status, 202);
  assert.equal((await call('DELETE', '/dynos/run.8363')).status, 202);
  assert.equal((await call('POST', '/dynos/run.8363/actions/stop')).status, 404);
  const { text } = await read(await session({ source: 'heroku' }));
  assert.deepEqual(text.match(/run\.\d+\]: Process exited with status \d+/g), [
    'run.8361]: Process exited with status 143',
    'run.8363]: Process exited with status 137',
  ]);
});

test('the lines of a session are cut from the whole log of the app before they are filtered', async (t) => {
  const { heroku, session, read } = await start(t);
  heroku.log.add('shop', 'app', 'run.1', 'first');
  for (let line = 0; line < 5; line += 1) heroku.log.add('shop', 'app', 'web.1', `busy ${line}`);
  heroku.log.add('shop', 'heroku', 'run.1', 'last');
  const { type, text } = await read(await session({ dyno: 'run.1', lines: 6 }));
  assert.match(type ?? '', /^text\/plain/);
  assert.equal(text, '2026-01-02T00:00:00.000006+00:00 heroku[run.1]: last\n');
  assert.match((await read(await session({ dyno: 'run.1', lines: 7 }))).text, /first\n.*last\n$/);
  assert.match((await read(await session({ dyno: 'run.1', source: 'app' }))).text, /: first\n$/);
});

test('the address of a session needs no login, but its token, and is valid for five minutes', async (t) => {
  const { session, read, pass } = await start(t);
  const url = await session({});
  assert.equal((await read(url.replace(/srv=.*/, 'srv=x'))).status, 404);
  assert.equal((await read(url)).status, 200);
  pass(300_001);
  assert.equal((await read(url)).status, 404);
});

test('on Fir a session has new lines only, as events if they are asked for, else without anything between them', async (t) => {
  const { heroku, session } = await start(t, 'fir');
  heroku.log.add('shop', 'app', 'run-1', 'before');
  for (const [accept, end] of [
    ['text/event-stream', /^id: \d+\ndata: \S+ app\[run-1\]: one\n\nid: \d+\ndata: \S+ app\[run-1\]: two\n\n$/],
    ['*/*', /^\S+ app\[run-1\]: one\S+ app\[run-1\]: two$/],
  ] as const) {
    const response = await fetch(await session({ dyno: 'run-1' }), { headers: { accept } });
    heroku.log.add('shop', 'app', 'run-1', 'one');
    heroku.log.add('shop', 'app', 'run-1', 'two');
    heroku.log.breakOff('end');
    assert.match(await response.text(), end);
  }
});
