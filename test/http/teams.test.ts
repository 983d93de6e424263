import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pino from 'pino';
import { systemClock } from '../../src/domain/clock.ts';
import { hashOfSecret, newSecret } from '../../src/domain/token.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { createServer } from '../../src/http/server.ts';
import type { HttpWorkspace } from '../../src/http/team-of.ts';
import { createLiveFeed } from '../../src/live/index.ts';
import { createMetrics } from '../../src/observability/index.ts';
import type { Tracking } from '../../src/ports/tracking.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { newDelivery } from '../support/deliveries.ts';
import { installationOf } from '../support/installations.ts';
import type { ApiAnswer } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';
import { tokenOf } from '../support/tokens.ts';
import { perTeam } from './per-team.ts';
import { answerOf } from './support.ts';

/** T1 is the operator's workspace; T2 and T3 have installed the app; nobody else. */
const installed = ['T1', 'T2', 'T3'];
const folders: (() => void)[] = [];
const file = join(tempDir({ after: (run) => void folders.push(run as () => void) }), 'u.db');
const store = await createSqliteStore({ file, owner: randomUUID(), clock: systemClock, onError: assert.ifError });
const live = createLiveFeed(systemClock, 'run');
const subscriptionOf = (team: string) => ({
  id: `s${team}`,
  team,
  user: 'U1',
  pattern: `in ${team}`,
  channel: null,
  createdAt: 1,
});
const asked: string[] = [];

const workspaceOf = (team: string): HttpWorkspace => ({
  team: () => team,
  async findPerson(written) {
    asked.push(`${team} ${written}`);
    return { kind: 'found', id: `U9${team}` };
  },
  findChannel: async () => `C9${team}`,
  nameBook: {
    ofIds: async () => ({ names: [{ id: 'U1', kind: 'user', name: `ada of ${team}` }], problem: null }),
    search: async () => ({ names: [], problem: null }),
  },
  learnNames: async () => {},
});
const tracking: Partial<Tracking> = {
  ofTeam: (team) => [subscriptionOf(team)],
  heldBy: () => [],
  holdersOf: () => [],
  countOf: () => 0,
  check() {},
  warnings: () => [],
  find: (team) => [[0, team.length]],
};
const person = { actor: { kind: 'user' as const, name: 'op' }, grants: [{ scope: 'admin' as const, only: null }] };
const deps: Partial<HttpDeps> = {
  ...{ version: '0', startedAt: 0, clock: systemClock, metrics: createMetrics(), log: pino({ level: 'silent' }) },
  ...{ quote: () => '', off: [], newId: randomUUID, store, live, tracking: tracking as Tracking, ttlMs: 60_000 },
  ...{ pages: [], sources: ['api'], webRoot: import.meta.dirname, blocksOf: () => undefined },
  ...{
    destinationNamed: (name) => ({ kind: 'email', address: name }),
    destinationNames: () => ['mail'],
    replyTo: () => null,
  },
  people: { verify: () => person, isKnown: () => true, generation: () => 0, roleInSlack: () => null },
  workspaces: {
    areSeveral: true,
    home: () => workspaceOf('T1'),
    of: workspaceOf,
    isInstalled: async (team) => installed.includes(team),
  },
};
const server = await createServer({
  ...{ deps: deps as HttpDeps, guardSimulator: true, hostNames: [], trustedProxies: [], tags: [] },
  extra: [
    {
      plugin: async (scope) => void scope.get('/of-a-module', async () => ({ msg: 'mine' })),
      ...{ prefix: '/ultronex', requireLogin: true, scope: 'read' as const },
    },
  ],
});
await server.listen({ port: 0, host: '127.0.0.1' });
const base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/ultronex`;
after(async () => {
  await server.close();
  await store.close();
  for (const remove of folders) remove();
});

const secrets = new Map<string, string>();
for (const team of ['T1', 'T2', 'T3']) {
  const secret = newSecret();
  const scopes = ['read', 'post', 'track', 'incidents', 'jobs', 'control', 'admin'];
  await store.createToken(
    tokenOf({ id: team, name: team, hash: hashOfSecret(secret), scopes, team: team === 'T1' ? null : team }),
    0,
  );
  secrets.set(team, secret);
}
const now = systemClock.now();
const messages = new Map(
  ['T1', 'T2', 'T3'].map((team) => [team, newDelivery(now, { team, text: `secret of ${team}` })]),
);
await store.accept({ deliveries: [...messages.values()] });
for (const team of installed) await store.saveWorkspace(installationOf({ team }));
for (const team of installed) store.count(team, 'total_msg_count', Number(team.slice(1)));
for (const team of installed) store.countError(team, `Slack error : of ${team}`);

async function call(who: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  const response = await fetch(base + path, {
    method,
    headers: {
      authorization: who === 'op' ? `Basic ${btoa('op:op')}` : `Bearer ${secrets.get(who)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answerOf(response);
}

const idOf = (team: string) => messages.get(team)?.id ?? '';
const textsOf = ({ body }: ApiAnswer) => body.messages.map(({ text }: { text: string }) => text);

test('a token of a workspace reads its data, the operator that of any workspace, without ?team= that of their own', async () => {
  const own = `secret of T2`;
  assert.deepEqual(textsOf(await call('T2', 'GET', '/messages')), [own]);
  assert.deepEqual(textsOf(await call('T2', 'GET', '/messages?team=T2&q=secret')), [own]);
  assert.deepEqual(textsOf(await call('op', 'GET', '/messages')), ['secret of T1']);
  assert.deepEqual(textsOf(await call('op', 'GET', '/messages?team=T2')), [own]);
  assert.deepEqual(textsOf(await call('T1', 'GET', '/messages?team=T3')), ['secret of T3']);
  for (const [who, query, total] of [
    ['T2', '', 2],
    ['op', '', 1],
    ['op', '?team=T3', 3],
  ] as const) {
    assert.equal((await call(who, 'GET', `/stats${query}`)).body.total_msg_count, total);
    assert.deepEqual((await call(who, 'GET', `/external${query}`)).body.errors, { [`Slack error : of T${total}`]: 1 });
    assert.deepEqual(Object.keys((await call(who, 'GET', `/track${query}`)).body), [`in T${total}`]);
    assert.equal(
      (await call(who, 'GET', `/names?ids=U1${query.replace('?', '&')}`)).body.names[0].name,
      `ada of T${total}`,
    );
  }
});

type Paths = Record<string, Record<string, { parameters?: { name: string }[] }>>;

test('a token of a workspace sees and changes no message, pattern or name of another one', async () => {
  const { paths } = server.swagger() as { paths: Paths };
  const declared = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === 'team'))
      .map(([method]) => `${method.toUpperCase()} ${path.replace('/ultronex', '')}`),
  );
  assert.deepEqual(
    declared.sort(),
    Object.keys(perTeam).sort(),
    'a route about one workspace needs a line in the list',
  );
  for (const other of ['T1', 'T3']) {
    for (const [route, [written, body]] of Object.entries(perTeam)) {
      const [method = '', of = ''] = route.split(' ');
      const path = written.replace('ID', of.startsWith('/track') ? `s${other}` : idOf(other));
      if (written.includes('ID')) assert.equal((await call('T2', method, path, body)).status, 404, route);
      const answer = await call('T2', method, `${path}${path.includes('?') ? '&' : '?'}team=${other}`, body);
      const said = answer.body.msg ?? answer.body.replace('action_prohibited: ', '');
      assert.deepEqual([answer.status, said], [403, `The token is of the workspace T2, not of ${other}.`], route);
    }
    assert.equal((await store.delivery(idOf(other)))?.state, 'queued');
  }
});

test('every route that is not declared to be of one workspace is closed to the tokens of workspaces', async () => {
  const open = ['/heartbeat', '/bot', '/healthz'];
  let closed = 0;
  const { paths } = server.swagger() as { paths: Paths };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { parameters = [] }] of Object.entries(methods)) {
      const url = path.replace('/ultronex', '').replaceAll(/\{\w+\}/g, 'x');
      if (open.includes(url) || parameters.some(({ name }) => name === 'team')) continue;
      const answer = await call(
        'T2',
        method.toUpperCase(),
        url,
        ['post', 'patch', 'put'].includes(method) ? {} : undefined,
      );
      assert.equal(answer.status, 403, `${method} ${path}`);
      assert.match(JSON.stringify(answer.body), /for the operator of the program only/, `${method} ${path}`);
      closed += 1;
    }
  }
  assert.ok(closed > 0, 'there are such routes');
  for (const path of ['/of-a-module', '/events?all', '/openapi.json', '/docs/', '/messages.html']) {
    assert.notEqual((await call('T2', 'GET', path)).status, 200, path);
  }
  assert.equal((await call('T1', 'GET', '/of-a-module')).status, 200, 'the operator’s token is let in');
});

test('what is posted or tracked is of the workspace, its people are looked up there, and keys of workspaces do not meet', async () => {
  const post = async (who: string, query = '') => {
    const response = await fetch(`${base}/slack${query}`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${secrets.get(who)}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
      },
      body: JSON.stringify({ msg: { channel: '@ada', text: 'hello' } }),
    });
    return (await response.json()) as { id: string };
  };
  const ids = [(await post('T2')).id, (await post('T2')).id, (await post('T1', '?team=T3')).id, (await post('T1')).id];
  assert.equal(new Set(ids).size, 3, 'the second one is the first one again');
  const found = await Promise.all(ids.map((id) => store.delivery(id)));
  assert.deepEqual(
    found.map((delivery) => [delivery?.team, delivery?.destination.address]),
    [
      ['T2', 'U9T2'],
      ['T2', 'U9T2'],
      ['T3', 'U9T3'],
      ['T1', 'U9T1'],
    ],
  );
  assert.equal((await call('T2', 'POST', '/track', { pattern: 'x', user: '@ada', channel: '#ops' })).status, 201);
  assert.deepEqual(
    (await store.tracking('T2')).subscriptions.map(({ user, channel }) => [user, channel]),
    [['U9T2', 'C9T2']],
  );
  assert.deepEqual((await store.tracking('T1')).subscriptions, []);
});

test('destinations besides Slack are the operator’s: a token of a workspace reaches none, and learns no name', async () => {
  const to = (who: string) => call(who, 'POST', '/slack', { msg: { to: 'mail', text: 'x' } });
  const refused = await to('T2');
  assert.equal(refused.status, 403);
  assert.match(refused.body.msg, /^The token is of the workspace T2, and this is for the operator/);
  assert.equal((await to('T1')).status, 200);
});

test('an unknown or strange ?team= is refused by its name', async () => {
  const unknown = await call('op', 'GET', '/messages?team=T9');
  assert.deepEqual(
    [unknown.status, unknown.body.msg.slice(0, 43)],
    [404, 'No workspace "T9" has installed the app. GE'],
  );
  for (const team of ['', 'x', '%27', 'T1&team=T2']) {
    assert.equal((await call('op', 'GET', `/messages?team=${team}`)).status, 422, team);
  }
  assert.equal((await call('op', 'GET', '/of-a-module?team=T2')).status, 422, 'where it has no meaning');
});

test('the live feed shows the events of one workspace; the health of parts is the operator’s', async () => {
  const card = { level: 'success', what: 'sent', channel: '#x', deliveryId: null, trace: null } as const;
  for (const team of ['T1', 'T2', 'T3', '']) live.publish({ ...card, team, text: `live ${team}` });
  async function heard(who: string, query = '') {
    const stop = new AbortController();
    const response = await fetch(`${base}/events${query}`, {
      headers: { authorization: `Bearer ${secrets.get(who)}` },
      signal: stop.signal,
    });
    const reader = response.body?.getReader();
    let text = '';
    for (let n = 0; n < 20 && !text.includes('end'); n += 1) {
      if (n === 1) for (const team of ['T1', 'T2', 'T3']) live.publish({ ...card, team, text: `end ${team}` });
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    }
    stop.abort();
    return [...text.matchAll(/"text":"(live[^"]*)"/g)].map(([, said]) => said);
  }
  assert.deepEqual(await heard('T2'), ['live T2']);
  assert.deepEqual(await heard('T1'), ['live T1', 'live ']);
  assert.deepEqual(await heard('T1', '?team=T3'), ['live T3']);
});

test('what a token of a workspace does is in the audit log with its workspace', async () => {
  await call('T2', 'DELETE', `/track/sT2`);
  const { items } = await store.auditEntries({ action: 'stop tracking' }, null, 10);
  assert.deepEqual(items.map(({ team, actor, outcome }) => [team, actor.name, outcome]).at(0), ['T2', 'T2', 'done']);
});
