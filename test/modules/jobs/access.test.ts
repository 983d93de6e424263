import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startJobs } from './http-support.ts';

const api = await startJobs({ after });
const { jobs, call } = api;
const [greeter, both, starter, reader, poster] = [
  api.newToken('greeter', 'jobs:greet'),
  api.newToken('both', 'jobs:greet', 'jobs:look'),
  api.newToken('starter', 'jobs'),
  api.newToken('reader', 'read'),
  api.newToken('poster', 'post'),
];
const admin = api.newToken('root', 'admin');
const free = { target: 'process', file: 'hello' };
const started = async (name: string) => (await call('cy', 'POST', `/jobs/${name}`)).body.id as string;

test('a token of one job starts, sees and stops that job, and nothing else', async () => {
  const { status, body } = await call(greeter, 'POST', '/jobs/greet', 'NAME=Daniela');
  assert.equal(status, 202);
  const other = await started('look');
  const nameless = (await call('ada', 'POST', '/jobs', free)).body.id;
  const { body: list } = await call(greeter, 'GET', '/jobs');
  assert.deepEqual(new Set(list.jobs.map(({ job }: { job: string }) => job)), new Set(['greet']));
  const { body: known } = await call(greeter, 'GET', '/jobs/definitions');
  assert.deepEqual([known.definitions.map(({ name }: { name: string }) => name), known.targets], [['greet'], []]);
  assert.equal((await call(greeter, 'GET', `/jobs/${body.id}`)).status, 200);
  assert.equal((await call(greeter, 'GET', `/jobs/${body.id}/logs`)).status, 200);
  assert.equal((await call(greeter, 'DELETE', `/jobs/${body.id}`)).status, 202);
  const refused: [method: string, path: string, body?: unknown][] = [
    ['POST', '/jobs/look'],
    ['POST', '/jobs', free],
    ['POST', '/jobs', {}],
    ['GET', '/jobs?job=look'],
  ];
  for (const id of [other, nameless]) {
    refused.push(['GET', `/jobs/${id}`], ['GET', `/jobs/${id}/logs`], ['GET', `/jobs/${id}/logs?follow`]);
    refused.push(['DELETE', `/jobs/${id}`]);
  }
  for (const [method, path, sent] of refused) {
    const { status: refusal, body: said } = await call(greeter, method, path, sent);
    assert.equal(refusal, 403, `${method} ${path}`);
    assert.match(said.msg, /^The token "greeter" has the scope jobs:greet; this needs jobs/);
  }
});

test('a token of two jobs lists both, and no others', async () => {
  await started('look');
  await started('wipe');
  const { body } = await call(both, 'GET', '/jobs');
  assert.deepEqual(new Set(body.jobs.map(({ job }: { job: string }) => job)), new Set(['greet', 'look']));
});

test('a token without the scope jobs starts and stops nothing, whatever it may read', async () => {
  const id = await started('greet');
  for (const token of [reader, poster]) {
    for (const [method, path, body] of [
      ['POST', '/jobs/greet'],
      ['POST', '/jobs/look'],
      ['POST', '/jobs', free],
      ['DELETE', `/jobs/${id}`],
    ] as const) {
      const { status, body: said } = await call(token, method, path, body);
      assert.equal(status, 403, `${method} ${path}`);
      assert.match(said.msg, /this needs jobs/);
    }
  }
  assert.equal((await call(reader, 'GET', `/jobs/${id}`)).status, 200);
  assert.equal((await call(poster, 'GET', `/jobs/${id}`)).status, 403);
});

test('a token acts as an operator, unless its scope names the job', async () => {
  assert.equal((await call(starter, 'POST', '/jobs', free)).status, 202);
  assert.equal((await call(starter, 'POST', '/jobs/greet')).status, 202);
  assert.equal((await call(starter, 'POST', '/jobs/wipe')).status, 403);
  assert.equal((await call(admin, 'POST', '/jobs/wipe')).status, 202);
  const wiper = api.newToken('wiper', 'jobs:wipe');
  assert.equal((await call(wiper, 'POST', '/jobs/wipe')).status, 202);
  assert.equal(jobs.asked.at(-1)?.by.role, 'admin');
  assert.deepEqual(jobs.asked.at(-1)?.by.grants, [{ scope: 'jobs', only: 'wipe' }]);
});

test('a person needs the role that the definition names, and operator without one', async () => {
  assert.equal((await call('bo', 'POST', '/jobs/look')).status, 202);
  const own = await started('look');
  assert.equal((await call('bo', 'DELETE', `/jobs/${own}`)).status, 202);
  assert.equal((await call('bo', 'POST', '/jobs/greet')).status, 403);
  const { status, body } = await call('bo', 'POST', '/jobs', free);
  assert.deepEqual([status, body.msg], [403, '"bo" is viewer; this needs the role operator.']);
  assert.equal((await call('bo', 'DELETE', `/jobs/${await started('greet')}`)).status, 403);
  assert.equal((await call('ada', 'POST', '/jobs/wipe')).status, 403);
  const { actor, action, target, outcome } = api.audit.at(-1) ?? {};
  assert.deepEqual([actor?.name, action, target, outcome], ['ada', 'job start', 'wipe', 'refused']);
  assert.equal((await call('cy', 'POST', '/jobs/wipe')).status, 202);
});

test('a page of another site starts nothing', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' };
  assert.equal((await call('ada', 'POST', '/jobs/greet', 'NAME=x', headers)).status, 403);
});

test('nothing is shown without a login', async () => {
  for (const path of ['/jobs', '/jobs/definitions', `/jobs/${await started('greet')}/logs`]) {
    assert.equal((await fetch(api.base + path)).status, 401, path);
  }
});

test('the list of definitions says which of them the caller may run, and whether it may describe jobs', async () => {
  const mayOf = async (who: string) => {
    const { body } = await call(who, 'GET', '/jobs/definitions');
    const names = body.definitions
      .filter(({ mayRun }: { mayRun: boolean }) => mayRun)
      .map(({ name }: { name: string }) => name);
    return [...names, ...(body.mayStart ? ['others'] : [])].join(' ');
  };
  assert.equal(await mayOf('bo'), 'look');
  assert.equal(await mayOf('ada'), 'greet look others');
  assert.equal(await mayOf('cy'), 'greet look wipe others');
  assert.equal(await mayOf(greeter), 'greet');
  assert.equal(await mayOf(starter), 'greet look others');
  assert.equal(await mayOf(reader), '');
  assert.equal(await mayOf(admin), 'greet look wipe others');
  assert.deepEqual((await call('bo', 'GET', '/jobs/definitions')).body.caller, { kind: 'user', name: 'bo' });
});
