import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { freePort } from '../support/port.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const oauth = { clientId: '123.456', clientSecret: 'shh-client-secret' };
const keyOf = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;

async function setUp(t: TestContext, env: Record<string, string> = {}) {
  const teams = [{ id: 'T1' }, { id: 'T2', name: 'Acme <b>' }, { id: 'T3' }, { id: 'E1', name: 'Globex' }];
  const slack = await startFakeSlack({ oauth, teams });
  t.after(() => slack.stop());
  const port = await freePort();
  const options = {
    dataDir: tempDir(t),
    env: {
      ...{ ...slackEnv(slack), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
      ...{ SLACK_CLIENT_ID: oauth.clientId, SLACK_CLIENT_SECRET: oauth.clientSecret, TOKEN_KEYS: keyOf('k1', 1) },
      ...env,
    },
  };
  return { slack, options, program: await startProgram(t, options) };
}

const start = ({ url }: Program) => `${url}/slack/install?start=true`;

async function install(slack: FakeSlack, program: Program, team: string) {
  slack.oauth.decide({ team });
  return jarBrowser().open(start(program));
}

const listed = async (program: Program) => (await program.api('GET', '/ultronex/workspaces')).body.workspaces;

test('a workspace installs the app in a browser, again, and is removed', async (t) => {
  const { slack, program } = await setUp(t);
  const ask = await jarBrowser().get(`${program.url}/slack/install`);
  assert.equal(ask.status, 200);
  assert.match(ask.text, /post messages <small>chat:write<\/small>/);
  assert.doesNotMatch(ask.text, /channels:manage/, 'that is for the channel of alerts, which is in the own workspace');
  assert.match(ask.headers.get('content-security-policy') ?? '', /default-src 'self'/);

  const first = await install(slack, program, 'T2');
  assert.equal(first.status, 200, first.text);
  assert.match(first.text, /<h1>Ultronex is in Acme &#60;b&#62;<\/h1>/);
  assert.doesNotMatch(first.text, /It was there before/);
  const [row, ...others] = await listed(program);
  assert.deepEqual(others, []);
  const { installedAt, ...rest } = row;
  assert.ok(Date.now() - Date.parse(installedAt) < 60_000);
  assert.deepEqual(rest, {
    ...{ team: 'T2', name: 'Acme <b>', isOrg: false, enterprise: null, url: 'https://team-t2.slack.com/' },
    ...{ botUser: 'UBOTT2', installedBy: 'U1T2', missingScopes: [], trouble: null, rotates: false },
    ...{ tokenExpiresAt: null, key: 'k1', origin: 'install', namespace: '' },
  });

  const again = await install(slack, program, 'T2');
  assert.match(again.text, /It was there before\. Its patterns and messages are as they were\./);
  assert.equal((await listed(program)).length, 1);

  const wrong = await program.api('DELETE', '/ultronex/workspaces/T2', { confirm: 'T1' });
  assert.deepEqual([wrong.status, wrong.body.field], [422, 'confirm']);
  const removed = await program.api('DELETE', '/ultronex/workspaces/T2', { confirm: 'T2' });
  assert.deepEqual(removed.body, { team: 'T2', wasInstalled: true, isRevoked: true, why: '', rows: 0 });
  assert.equal(slack.team('T2').tokenState, 'account_inactive');
  assert.deepEqual(await listed(program), []);
  assert.equal((await program.api('DELETE', '/ultronex/workspaces/T2', { confirm: 'T2' })).status, 404);
  const home = await program.api('DELETE', '/ultronex/workspaces/T1', { confirm: 'T1' });
  assert.equal(home.status, 409);

  const { body: audit } = await program.api('GET', '/ultronex/audit?action=workspace');
  assert.deepEqual(
    audit.entries.map(({ action, target, actor, detail }: Record<string, unknown>) => [action, target, actor, detail]),
    [
      ['workspace remove', 'T2', { kind: 'user', name: 'ultronex' }, ''],
      ['workspace install', 'T2', { kind: 'slack', name: 'U1T2' }, 'again'],
      ['workspace install', 'T2', { kind: 'slack', name: 'U1T2' }, ''],
    ],
  );
  const secrets = /xoxb-test-2|shh-client-secret/;
  assert.doesNotMatch(JSON.stringify(program.logs()), secrets);
});

test('the way back from Slack is of use in the same browser, once, and with a new code alone', async (t) => {
  const { slack, program } = await setUp(t);
  slack.oauth.decide({ team: 'T2' });
  const victim = jarBrowser();
  const toSlack = await victim.get(start(program));
  assert.equal(toSlack.status, 302);
  const back = (await victim.get(toSlack.location)).location;
  const wrong = /<h1>This link is not valid here<\/h1>/;

  const thief = await jarBrowser().open(back);
  assert.deepEqual([thief.status, wrong.test(thief.text)], [400, true], 'another browser has no cookie');
  const other = jarBrowser();
  await other.get(start(program));
  assert.match((await other.open(back)).text, wrong, 'the cookie of another click is not the one');
  const changed = new URL(back);
  changed.searchParams.set('state', `${changed.searchParams.get('state')}x`);
  assert.match((await jarBrowser().open(changed.href)).text, wrong);
  assert.deepEqual(await listed(program), []);

  const right = jarBrowser();
  slack.oauth.decide({ team: 'T2' });
  const code = new URL((await right.get((await right.get(start(program))).location)).location);
  assert.equal((await right.open(code.href)).status, 200);
  const known = await program.api('GET', '/ultronex/audit?action=workspace');
  for (let reload = 1; reload <= 2; reload += 1) {
    const { status, text } = await right.open(code.href);
    assert.deepEqual(
      [status, /<h1>Ultronex is installed already<\/h1>/.test(text)],
      [200, true],
      'the same link again',
    );
    assert.doesNotMatch(text, /Acme|T2/);
  }
  assert.deepEqual((await program.api('GET', '/ultronex/audit?action=workspace')).body, known.body);
  const otherCode = new URL(code);
  otherCode.searchParams.set('code', 'other');
  assert.match((await right.open(otherCode.href)).text, wrong, 'another code');
  assert.deepEqual(right.cookies(), [], 'the cookie is gone');
  assert.match((await right.open(code.href)).text, wrong, 'without it');

  const replay = new URL((await right.get(start(program))).location);
  const withOldCode = new URL(code);
  withOldCode.searchParams.set('state', replay.searchParams.get('state') ?? '');
  const replayed = await right.open(withOldCode.href);
  assert.deepEqual([replayed.status, /The code from Slack was used before/.test(replayed.text)], [400, true]);
  assert.equal((await listed(program)).length, 1);
});

test('each other end of an installation has a page that says what happened', async (t) => {
  const { slack, program } = await setUp(t);
  const ends = async (decision: Parameters<typeof slack.oauth.decide>[0]) => {
    slack.oauth.decide(decision);
    const { status, text } = await jarBrowser().open(start(program));
    return `${status} ${/<h1>(.*?)<\/h1>/.exec(text)?.[1]} ${[...text.matchAll(/<p>(.*?)<\/p>/g)].map(([, each]) => each).join(' ')}`;
  };
  assert.match(await ends({ cancel: true }), /^200 Nothing was installed You cancelled/);
  assert.match(await ends({ team: 'T1' }), /^200 Team T1 has the bot already/);
  slack.oauth.answerAs('A2');
  assert.match(await ends({ team: 'T3' }), /^500 This server is not set up .*settings of two Slack apps/);
  slack.faults.add({ method: 'oauth.v2.access', kind: 'error', error: 'bad_client_secret' });
  assert.match(await ends({ team: 'T3' }), /^500 This server is not set up .*Slack refused it: bad_client_secret\./);
  slack.faults.add({ method: 'oauth.v2.access', kind: 'html' });
  assert.match(await ends({ team: 'T3' }), /^503 Slack did not answer The bot may be in your workspace already/);
  assert.deepEqual(await listed(program), []);
  assert.match(
    await ends({ team: 'T3', without: ['files:read'] }),
    /^200 Ultronex is in Team T3 Slack did not grant files:read\. Features that need it do not work/,
  );
  assert.match(
    await ends({ team: 'T2', without: ['files:read', 'files:write'] }),
    /^200 .*Slack did not grant files:read, files:write\. Features that need them do not work/,
  );
  await program.api('DELETE', '/ultronex/workspaces/T2', { confirm: 'T2' });
  assert.match(await ends({ team: 'E1' }), /^200 Ultronex is in all workspaces of Globex/);
  const rows = await listed(program);
  assert.deepEqual(
    rows.map(({ team, isOrg, missingScopes }: Record<string, unknown>) => [team, isOrg, missingScopes]),
    [
      ['E1', true, []],
      ['T3', false, ['files:read']],
    ],
  );
  const metrics = await (await fetch(`${program.url}/metrics`)).text();
  assert.match(metrics, /ultronex_installs_total\{end="cancelled"\} 1/);
  assert.match(metrics, /ultronex_installs_total\{end="other_app"\} 1/);
  assert.match(metrics, /ultronex_installs_total\{end="refused"\} 1/);
});

test('installations survive a restart, a lost key is told, and a rekey makes the former key needless', async (t) => {
  const { slack, options, program } = await setUp(t);
  for (const team of ['T2', 'T3']) await install(slack, program, team);
  const restart = async (running: Program, keys: string) => {
    await running.kill('SIGTERM');
    return startProgram(t, { ...options, env: { ...options.env, TOKEN_KEYS: keys } });
  };
  const health = (running: Program) =>
    eventually('the count', async () => {
      const { body } = await running.api('GET', '/ultronex/status');
      const part = body.parts.find(({ name }: { name: string }) => name === 'workspaces');
      return part.detail === 'not counted yet' ? null : part;
    });
  const rekey = (running: Program) => running.api('POST', '/ultronex/workspaces/rekey', {});

  const tooEarly = await restart(program, keyOf('k2', 2));
  const { state, detail } = await health(tooEarly);
  assert.equal(state, 'degraded');
  assert.match(detail, /^2 installed; the tokens of 2 do not open: TOKEN_KEYS lacks their key$/);
  assert.deepEqual((await rekey(tooEarly)).body, {
    key: 'k2',
    changed: 0,
    busy: 0,
    unopened: ['T2', 'T3'],
    next: null,
  });

  const both = await restart(tooEarly, `${keyOf('k2', 2)},${keyOf('k1', 1)}`);
  assert.equal((await health(both)).state, 'ok');
  assert.deepEqual((await rekey(both)).body, { key: 'k2', changed: 2, busy: 0, unopened: [], next: null });
  assert.deepEqual((await rekey(both)).body, { key: 'k2', changed: 0, busy: 0, unopened: [], next: null });

  const rekeyed = await restart(both, keyOf('k2', 2));
  assert.deepEqual(await health(rekeyed), { name: 'workspaces', state: 'ok', detail: '2 installed' });
  const removed = await rekeyed.api('DELETE', '/ultronex/workspaces/T3?erase=true', { confirm: 'T3' });
  assert.deepEqual(
    [removed.status, removed.body.isRevoked, slack.team('T3').tokenState],
    [200, true, 'account_inactive'],
  );
  assert.ok(removed.body.rows >= 1, 'the audit entry of the installation at least');
});

test('a workspace that removes the app in Slack is forgotten, and finds what it had when it comes back', async (t) => {
  const { slack, program } = await setUp(t);
  for (const team of ['T2', 'T3']) await install(slack, program, team);
  const patterns = async () => (await program.api('GET', '/ultronex/track?team=T2')).body;
  await program.api('POST', '/ultronex/track?team=T2', { pattern: 'kept', user: 'U1T2' });
  await program.api('POST', '/ultronex/slack/general?team=T2', 'kept, too');
  await slack.waitForPosts(1, 10_000, ({ team }) => team === 'T2');
  await slack.oauth.uninstall('T2');
  const rows = await eventually('the removal', async () => {
    const found = await listed(program);
    return found.length === 1 ? found : null;
  });
  assert.equal(rows[0].team, 'T3');
  assert.match((await patterns()).msg, /^No workspace "T2" has installed the app/, 'nobody reads it meanwhile');
  assert.match((await install(slack, program, 'T2')).text, /<h1>Ultronex is in Acme/);
  assert.deepEqual(await patterns(), { kept: 'U1T2' });
  const { body } = await program.api('GET', '/ultronex/messages?team=T2');
  assert.deepEqual(
    body.messages.map(({ state }: Record<string, string>) => state),
    ['sent'],
  );
  assert.equal((await listed(program)).length, 2);
});

test('what is about workspaces needs an admin', async (t) => {
  const { program } = await setUp(t);
  assert.equal((await fetch(`${program.url}/ultronex/workspaces`)).status, 401);
  const { body } = await program.api('POST', '/ultronex/tokens', { name: 'reader', scopes: ['read'] });
  const asReader = { authorization: `Bearer ${body.token}` };
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', '/T2'],
    ['POST', '/rekey'],
  ] as const) {
    const { status } = await program.api(
      method,
      `/ultronex/workspaces${path}`,
      method === 'GET' ? undefined : {},
      asReader,
    );
    assert.equal(status, 403, `${method} ${path}`);
  }
});

test('without SLACK_CLIENT_ID there is no way to install', async (t) => {
  const slack = await startFakeSlack();
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  assert.equal((await fetch(`${program.url}/slack/install`)).status, 404);
  const { status, body } = await program.api('GET', '/ultronex/workspaces');
  assert.equal(status, 403);
  assert.match(body.msg, /^Only your own workspace has the bot.*SLACK_CLIENT_ID=/);
});
