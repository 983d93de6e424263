import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { answerOf, authorization, said, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';

const dir = join(tempDir({ after } as never), 'watch');
mkdirSync(dir);
writeFileSync(
  join(dir, 'all.yaml'),
  `channel: '#ops'
beats:
  - { name: backup, cron: '0 3 * * *', timezone: Europe/Berlin, grace: 2h, start-grace: 30m }
  - { name: poller, every: 5m, grace: 1m }
  - { name: job, every: 1h }
`,
);
const api = await startApi({ after }, { WATCH_DIR: dir });

const ping = async (path: string, method = 'GET', body?: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  answerOf(await fetch(`${api.base}/beat/${path}`, { method, body, headers: { authorization, ...headers } }));
const beat = async (name: string) =>
  (await api.call('GET', '/beats')).body.beats.find((each: { name: string }) => each.name === name);

test('a beat that never pinged is shown as waiting, and built-in ones are not shown', async () => {
  const { status, body, headers } = await api.call('GET', '/beats');
  assert.deepEqual([status, headers.get('cache-control')], [200, 'no-store']);
  assert.deepEqual(
    body.beats.map(({ name }: { name: string }) => name),
    ['backup', 'job', 'poller'],
  );
  assert.deepEqual(await beat('backup'), {
    ...{ name: 'backup', state: 'waiting', problem: null, schedule: '0 3 * * * (Europe/Berlin)' },
    ...{ graceSeconds: 7_200, startGraceSeconds: 1_800, last: null, due: null, lastRunSeconds: null },
    ...{ exitCode: null, log: '' },
  });
});

test('GET, HEAD and POST ping, are answered OK as plain text, and are never cached', async () => {
  for (const method of ['GET', 'HEAD', 'POST']) {
    const { status, body, headers } = await ping('poller', method);
    assert.deepEqual([status, body], [200, method === 'HEAD' ? '' : 'OK'], method);
    assert.match(headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
  const { state, due, last } = await beat('poller');
  assert.deepEqual([state, Date.parse(due) - Date.parse(last)], ['ok', 300_000]);
});

test('start, fail, log and exit codes set the state', async () => {
  for (const [path, state, exitCode = null] of [
    ['job/start', 'running'],
    ['job', 'ok'],
    ['job/fail', 'failed'],
    ['job/log', 'failed'],
    ['job/start?rid=0b7a4d6e-2f8b-4a55-8a7e-3a3b1a3f2c11', 'running'],
    ['job/7?rid=0b7a4d6e-2f8b-4a55-8a7e-3a3b1a3f2c11', 'failed', 7],
    ['job/0', 'ok', 0],
    ['job/255', 'failed', 255],
    ['job', 'ok'],
  ] as const) {
    const method = path.includes('7') ? 'HEAD' : 'GET';
    assert.equal((await ping(path, method)).status, 200, path);
    const now = await beat('job');
    assert.deepEqual([now.state, now.exitCode], [state, exitCode], path);
    if (path.startsWith('job/7')) assert.ok(now.lastRunSeconds !== null && now.lastRunSeconds >= 0);
  }
});

test('a body of any type and length is the last log: its last 10 kB, with wrong bytes replaced', async () => {
  for (const [body, log, headers = {}] of [
    ['all well', 'all well'],
    ['{"a":', '{"a":', { 'content-type': 'application/json' }],
    ['a=b', 'a=b', { 'content-type': 'what ever; =' }],
    [new Uint8Array([0x61, 0xff, 0x00, 0x62]), 'a\ufffd\ufffdb', { 'content-type': 'application/octet-stream' }],
    ['x'.repeat(10_000), 'x'.repeat(10_000)],
    [`begin${'x'.repeat(9_999)}!`, `${'x'.repeat(9_999)}!`],
    // The cut splits the first €, which has three bytes.
    [`${'€'.repeat(4_000)}ab`, `${'€'.repeat(3_332)}ab`],
    ['y'.repeat(3_000_000), 'y'.repeat(10_000), { 'content-encoding': 'gzip' }],
    ['', 'y'.repeat(10_000)],
  ] as [string | Uint8Array<ArrayBuffer>, string, object?][]) {
    const { status, body: answer } = await ping('poller/log', 'POST', body, headers);
    assert.deepEqual([status, answer], [200, 'OK'], `${body}`.slice(0, 40));
    assert.equal((await beat('poller')).log, log);
  }
});

test('what cannot be taken is refused with the value and the remedy', async () => {
  for (const [path, status, reason] of [
    ['nothing', 404, /There is no beat "nothing"\. Add it to a file of WATCH_DIR/],
    ['job/256', 422, /"256" is no report of a beat\. Write start, fail, log, or an exit code from 0 to 255/],
    ['job/-1', 422, /"-1" is no report/],
    ['job/01', 422, /"01" is no report/],
    ['job/stop', 422, /"stop" is no report/],
    ['job?rid=a%20b', 422, /rid "a b" is no id of a run\. Send a UUID/],
    [`job?rid=${'a'.repeat(65)}`, 422, /no id of a run/],
    ['job?run=1', 422, /run/],
    ['job/start/now', 404, /./],
  ] as const) {
    const { status: got, body } = await ping(path, 'POST');
    assert.equal(got, status, path);
    assert.match(`${body.msg} ${body.reason}`, reason);
  }
  const long = await ping(`job?rid=${'a'.repeat(10_000)}`, 'POST');
  assert.ok(long.body.reason.length < 200, 'a long id is not sent back whole');
  assert.match((await ping('job?rid=a%0ab', 'POST')).body.reason, /rid "a b"/);
  assert.equal((await ping(`job?rid=${'a'.repeat(64)}`)).status, 200);
  assert.equal((await ping('job', 'PUT')).status, 405);
});

test('a token for one beat pings that one alone', async () => {
  const { body } = await api.call('POST', '/tokens', { name: 'backup-job', scopes: ['beat:backup'] });
  const bearer = { authorization: `bearer ${body.token}` };
  assert.equal((await ping('backup/start', 'GET', undefined, bearer)).status, 200);
  for (const path of ['job', 'nothing', 'job/fail']) {
    const { status, body: answer } = await ping(path, 'GET', undefined, bearer);
    assert.equal(status, 403);
    assert.match(answer.msg, /has the scope beat:backup; this needs beat:(job|nothing)/);
  }
  assert.equal((await api.call('GET', '/beats', undefined, bearer)).status, 403);
  assert.equal((await fetch(`${api.base}/beat/backup`)).status, 401);
  assert.equal((await fetch(`${api.base}/beat/backup?token=${body.token}`)).status, 401);
});

test('a page of another site cannot ping with the login that the browser has stored', async () => {
  const { status, body } = await ping('job', 'GET', undefined, { 'sec-fetch-site': 'cross-site' });
  assert.equal(status, 403);
  assert.match(body.msg, /A page of another site requested this ping/);
});

test('a failure is a card in the channel of its file, and the next success its end', async () => {
  await ping('backup/3', 'POST', 'pg_dump: no space left on <!channel>\n');
  const cards = async () => (await said(api)).filter(({ text }) => text.includes('*Beat backup '));
  await eventually('the card', async () => (await cards()).length === 1);
  const [card] = await cards();
  assert.match(card.text, /\*Beat backup failed\* · error · firing\nExit code 3 at /);
  assert.match(card.text, /```\npg_dump: no space left on &lt;!channel&gt;\n```/);
  await ping('backup');
  await eventually('its end', async () =>
    (await cards()).some(({ text }) => text.startsWith(':white_check_mark: *Beat backup is well again*')),
  );
});

test('the metrics count beats by state, and have the times of each', async () => {
  const text = await (await fetch(`${api.origin}/metrics`)).text();
  assert.match(text, /^ultronex_beats\{state="ok"\} 3$/m);
  assert.match(text, /^ultronex_beats\{state="late"\} 0$/m);
  assert.match(text, /^ultronex_beat_up\{beat="backup"\} 1$/m);
  const { last, due } = await beat('backup');
  assert.ok(text.includes(`ultronex_beat_last_ping_timestamp_seconds{beat="backup"} ${Date.parse(last) / 1_000}\n`));
  assert.ok(text.includes(`ultronex_beat_due_timestamp_seconds{beat="backup"} ${Date.parse(due) / 1_000}\n`));
});
