import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig, offFeatures, settingSchemas } from '../../src/app/index.ts';

import { authorization, startApi } from './support.ts';

const names = (env: Record<string, string>) => offFeatures(loadConfig(env)).map(({ name }) => name);
const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

test('features that are off are listed, and features that are on are not', () => {
  assert.deepEqual(names({}), [
    'slack',
    'containers',
    'dashboards',
    'all-events',
    'heroku',
    'jobs',
    'workspaces',
    'gif',
  ]);
  assert.deepEqual(names(tokens), [
    'simulator',
    'containers',
    'dashboards',
    'all-events',
    'heroku',
    'jobs',
    'workspaces',
    'replies',
    'gif',
    'links',
  ]);
  const stack = {
    ...tokens,
    DOCKER_READ_URL: 'http://docker-read:2375',
    HAPROXY_METRICS_URL: 'http://haproxy:8405/metrics',
    PUBLIC_URL: 'https://bot.example.com',
    GIPHY_API_KEY: 'key',
    REPLIES: 'on',
  };
  assert.deepEqual(names(stack), ['simulator', 'control', 'all-events', 'heroku', 'jobs', 'workspaces']);
  assert.deepEqual(names({ ...stack, DOCKER_ACT_URL: 'http://docker-act:2375' }), [
    'simulator',
    'all-events',
    'heroku',
    'jobs',
    'workspaces',
  ]);
  assert.ok(names({ SLACK_BOT_TOKEN: 'xoxb-1' }).includes('events'));
  assert.ok(!names({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's' }).includes('events'));
  assert.ok(!names({ HEROKU_API_KEY: 'a-long-key' }).includes('heroku'));
  assert.ok(names({ DOCKER_READ_URL: 'http://docker-read:2375' }).includes('traffic'));
});

test('each feature that is off names an existing setting, or a command', () => {
  const known = new Set([...Object.keys(settingSchemas), 'COMPOSE_PROFILES']);
  for (const env of [{}, tokens, { DOCKER_READ_URL: 'http://docker-read:2375' }]) {
    for (const { setting, text } of offFeatures(loadConfig(env))) {
      for (const [, name = ''] of setting.matchAll(/^([A-Z_]+)=/gm)) assert.ok(known.has(name), name);
      assert.match(text, /\.$/);
    }
  }
});

test('the status lists features that are off only with the login', async (t) => {
  const api = await startApi(t);
  const { body } = await api.call('GET', '/status');
  assert.deepEqual(
    body.off.map(({ name }: { name: string }) => name),
    ['slack', 'containers', 'dashboards', 'all-events', 'heroku', 'jobs', 'workspaces', 'gif'],
  );
  const open = (await (await fetch(`${api.base}/status`)).json()) as object;
  assert.equal('off' in open, false);
});

test('the routes of a feature that is off say how to turn it on', async (t) => {
  const api = await startApi(t);
  for (const [method, path, body] of [
    ['GET', '/containers/list', undefined],
    ['GET', '/containers/ultronex/logs', undefined],
    ['POST', '/containers/ultronex/actions', { action: 'restart' }],
  ] as const) {
    const { status, body: answer } = await api.call(method, path, body);
    assert.equal(status, 403, path);
    assert.match(answer.msg, /To turn it on: DOCKER_READ_URL=http:\/\/127\.0\.0\.1:2375$/);
  }
  assert.equal((await fetch(`${api.base}/containers/list`)).status, 401, 'after the login');
});

test('with Slack the simulator’s routes say why it is off', async (t) => {
  const api = await startApi(t, { ...tokens, SLACK_API_URL: 'http://127.0.0.1:9/api/' });
  const { status, body } = await api.call('GET', '/simulator/state');
  assert.equal(status, 403);
  assert.match(body.msg, /Slack is the workspace.*PORT=8081/);
});

test('the address of a feature that is off says how to turn it on, also without a further part', async (t) => {
  const api = await startApi(t);
  for (const [method, path] of [
    ['POST', '/jobs'],
    ['GET', '/jobs'],
    ['GET', '/heroku'],
  ] as const) {
    const { status, body } = await api.call(method, path, method === 'POST' ? '{}' : undefined);
    assert.equal(status, 403, `${method} ${path}`);
    assert.match(body.msg, /To turn it on: /);
  }
  const page = await fetch(`${api.base}/containers`, { headers: { authorization } });
  assert.equal(page.status, 200);
  const sent = await fetch(`${api.base}/jobs`, { headers: { authorization, accept: 'text/html' } });
  assert.equal(sent.status, 200, 'browsers get the page, which says the same');
  assert.match(sent.headers.get('content-type') ?? '', /^text\/html/);
  assert.equal((await fetch(`${api.base}/jobs`, { headers: { accept: 'text/html' } })).status, 401);
});
