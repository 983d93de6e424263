import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig, offFeatures, settingSchemas } from '../../src/app/index.ts';

import { startApi } from './support.ts';

const names = (env: Record<string, string>) => offFeatures(loadConfig(env)).map(({ name }) => name);
const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

test('what the settings leave out is listed, and nothing that they turn on', () => {
  assert.deepEqual(names({}), ['slack', 'containers', 'dashboards', 'gif']);
  assert.deepEqual(names(tokens), ['simulator', 'containers', 'dashboards', 'replies', 'gif', 'links']);
  const stack = {
    ...tokens,
    DOCKER_READ_URL: 'http://docker-read:2375',
    HAPROXY_METRICS_URL: 'http://haproxy:8405/metrics',
    PUBLIC_URL: 'https://bot.example.com',
    GIPHY_API_KEY: 'key',
    REPLIES: 'on',
  };
  assert.deepEqual(names(stack), ['simulator', 'control']);
  assert.deepEqual(names({ ...stack, DOCKER_ACT_URL: 'http://docker-act:2375' }), ['simulator']);
  assert.ok(names({ DOCKER_READ_URL: 'http://docker-read:2375' }).includes('traffic'));
});

test('each names a setting that there is, or a command', () => {
  const known = new Set([...Object.keys(settingSchemas), 'COMPOSE_PROFILES']);
  for (const env of [{}, tokens, { DOCKER_READ_URL: 'http://docker-read:2375' }]) {
    for (const { setting, text } of offFeatures(loadConfig(env))) {
      for (const [, name = ''] of setting.matchAll(/^([A-Z_]+)=/gm)) assert.ok(known.has(name), name);
      assert.match(text, /\.$/);
    }
  }
});

test('the status tells what is off to those with the password alone', async (t) => {
  const api = await startApi(t);
  const { body } = await api.call('GET', '/status');
  assert.deepEqual(
    body.off.map(({ name }: { name: string }) => name),
    ['slack', 'containers', 'dashboards', 'gif'],
  );
  const open = (await (await fetch(`${api.base}/status`)).json()) as object;
  assert.equal('off' in open, false);
});

test('the addresses of a part that is off say how it is turned on', async (t) => {
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

test('with Slack the simulator’s addresses say why it is not there', async (t) => {
  const api = await startApi(t, { ...tokens, SLACK_API_URL: 'http://127.0.0.1:9/api/' });
  const { status, body } = await api.call('GET', '/simulator/state');
  assert.equal(status, 403);
  assert.match(body.msg, /Slack is the workspace.*PORT=8081/);
});
