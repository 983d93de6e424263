import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { user } from '../../http/support.ts';
import { auditOf, startSite } from './support.ts';

describe('an action', () => {
  it('is done, and written down before and after', async (t) => {
    const { act, docker, dataDir, audited } = await startSite(t);
    docker.beforeAct = () => assert.deepEqual(audited(), ['restart stack-loki-1: begun']);
    const { status, body } = await act('stack-loki-1', 'restart');
    assert.deepEqual([status, body], [200, { msg: 'restart: done.' }]);
    assert.deepEqual(docker.acts, ['restart stack-loki-1']);
    const [begun, done] = auditOf(dataDir);
    assert.deepEqual({ ...begun, outcome: 'done', at: done?.at }, done);
    const { via, who, from, outcome } = begun ?? {};
    assert.deepEqual([via, who, from, outcome], ['http', user, '127.0.0.1', 'begun']);
  });

  it('is one of five, and the list shows at once what it did', async (t) => {
    const { api, act, docker } = await startSite(t);
    const stateOf = async (name: string): Promise<string> =>
      (await api.call('GET', '/containers/list')).body.containers.find((each: { name: string }) => each.name === name)
        .state;
    const states: string[] = [];
    const deeds = ['pause', 'unpause', 'stop', 'start', 'restart'];
    for (const action of deeds) {
      assert.equal((await act('stack-loki-1', action)).status, 200, action);
      states.push(await stateOf('stack-loki-1'));
    }
    assert.deepEqual(states, ['paused', 'running', 'exited', 'running', 'running']);
    assert.deepEqual(
      docker.acts,
      deeds.map((action) => `${action} stack-loki-1`),
    );
    const unknown = await act('stack-loki-1', 'remove');
    assert.deepEqual([unknown.status, unknown.body.field], [422, 'action']);
  });

  it('needs the name a second time', async (t) => {
    const { act, docker, audited } = await startSite(t);
    const { status, body } = await act('job', 'start', 'jobs');
    assert.deepEqual([status, body.field], [422, 'confirm']);
    assert.match(body.reason, /repeat the container’s name, job/);
    assert.deepEqual([docker.acts, audited()], [[], []]);
  });

  it('is refused where the stack stands on it, with the reason', async (t) => {
    const { act, docker, audited } = await startSite(t);
    for (const [name, action, why] of [
      ['stack-ultronex-1', 'restart', /This is Ultronex itself/],
      ['stack-docker-read-1', 'stop', /holds the Docker socket/],
      ['agent', 'start', /holds the Docker socket/],
      ['stack-haproxy-1', 'stop', /comes through HAProxy/],
    ] as const) {
      const { status, body } = await act(name, action);
      assert.equal(status, 409, name);
      assert.match(body.msg, why);
      assert.equal(audited().at(-1), `${action} ${body.msg.replace(': ', ': refused, ')}`);
    }
    assert.equal((await act('stack-haproxy-1', 'restart')).status, 200);
    assert.deepEqual(docker.acts, ['restart stack-haproxy-1']);
  });

  it('is refused while control is off, with the remedy', async (t) => {
    const { act, docker, audited } = await startSite(t, { DOCKER_ACT_URL: '' });
    const { status, body } = await act('job', 'start');
    assert.equal(status, 403);
    assert.match(body.msg, /COMPOSE_PROFILES=control and DOCKER_ACT_URL=.* into \.env/);
    assert.deepEqual([docker.acts, audited()], [[], []]);
  });

  it('on a container that is not there is 404', async (t) => {
    const { act, audited } = await startSite(t);
    const { status, body } = await act('nobody', 'start');
    assert.equal(status, 404);
    assert.match(body.msg, /no container "nobody".*lists them/);
    assert.deepEqual(audited(), []);
  });

  it('that Docker refuses has failed, in Docker’s words', async (t) => {
    const { act, audited } = await startSite(t);
    const { status, body } = await act('stack-loki-1', 'unpause');
    assert.equal(status, 409);
    assert.match(body.msg, /^Docker: Container \w+ is not paused$/);
    assert.deepEqual(audited(), ['unpause stack-loki-1: begun', `unpause stack-loki-1: failed, ${body.msg}`]);
  });

  it('during which Docker goes away has failed', async (t) => {
    const { act, docker, audited } = await startSite(t);
    docker.beforeAct = () => docker.reset();
    const { status, body } = await act('stack-loki-1', 'stop');
    assert.equal(status, 503);
    assert.match(body.msg, /^Docker does not answer at /);
    assert.deepEqual(audited(), ['stop stack-loki-1: begun', `stop stack-loki-1: failed, ${body.msg}`]);
  });

  it('is not done when it cannot be written down', async (t) => {
    const { act, docker, dataDir } = await startSite(t);
    mkdirSync(join(dataDir, 'audit.log'));
    const { status, body, headers } = await act('stack-loki-1', 'restart');
    assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
    assert.match(body.msg, /audit\.log takes no line .*so nothing was done/);
    assert.deepEqual(docker.acts, []);
  });

  it('asked for by another site’s page is refused', async (t) => {
    const { api, docker } = await startSite(t);
    const body = { action: 'start', confirm: 'job' };
    const headers = { 'sec-fetch-site': 'cross-site' };
    assert.equal((await api.call('POST', '/containers/job/actions', body, headers)).status, 403);
    assert.deepEqual(docker.acts, []);
  });

  it('is listed under /audit once, with how it ended', async (t) => {
    const { api, act } = await startSite(t);
    await act('job', 'start');
    await act('agent', 'stop');
    const { status, body } = await api.call('GET', '/containers/audit');
    assert.equal(status, 200);
    const shown = body.entries.map(({ action, container, outcome }: Record<string, string>) =>
      [action, container, outcome].join(' '),
    );
    assert.deepEqual(shown, ['stop agent refused', 'start job done']);
    assert.match(body.entries[0].detail, /Docker socket/);
  });
});
