import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { user } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { auditOf, startSite } from './support.ts';

describe('an action', () => {
  it('is done, with a line in the audit log before and after it', async (t) => {
    const { act, docker, dataDir, audited } = await startSite(t);
    docker.beforeAct = () => assert.deepEqual(audited(), ['restart stack-loki-1: begun']);
    const { status, body } = await act('stack-loki-1', 'restart');
    assert.deepEqual([status, body], [200, { msg: 'restart: done.' }]);
    assert.deepEqual(docker.acts, ['restart stack-loki-1']);
    const [begun, done] = auditOf(dataDir);
    assert.deepEqual({ ...begun, outcome: 'done', at: done?.at }, done);
    const { actor, from, outcome } = begun ?? {};
    assert.deepEqual([actor, from, outcome], [{ kind: 'user', name: user }, '127.0.0.1', 'begun']);
  });

  it('is one of five, and the list shows its effect at once', async (t) => {
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

  it('needs the container’s name as confirmation', async (t) => {
    const { act, docker, audited } = await startSite(t);
    const { status, body } = await act('job', 'start', 'jobs');
    assert.deepEqual([status, body.field], [422, 'confirm']);
    assert.match(body.reason, /repeat the container’s name, job/);
    assert.deepEqual([docker.acts, audited()], [[], []]);
  });

  it('is refused with the reason for a container that the stack depends on', async (t) => {
    const { act, docker, audited } = await startSite(t);
    for (const [name, action, why] of [
      ['stack-ultronex-1', 'restart', /This is Ultronex itself/],
      ['stack-docker-read-1', 'stop', /has the Docker socket/],
      ['agent', 'start', /has the Docker socket/],
      ['stack-haproxy-1', 'stop', /served through HAProxy/],
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

  it('on an unknown container is a 404', async (t) => {
    const { act, audited } = await startSite(t);
    const { status, body } = await act('nobody', 'start');
    assert.equal(status, 404);
    assert.match(body.msg, /no container "nobody".*lists them/);
    assert.deepEqual(audited(), []);
  });

  it('that Docker refuses has failed, with Docker’s message', async (t) => {
    const { act, audited } = await startSite(t);
    const { status, body } = await act('stack-loki-1', 'unpause');
    assert.equal(status, 409);
    assert.match(body.msg, /^Docker: Container \w+ is not paused$/);
    assert.deepEqual(audited(), ['unpause stack-loki-1: begun', `unpause stack-loki-1: failed, ${body.msg}`]);
  });

  it('has failed when Docker disappears during it', async (t) => {
    const { act, docker, audited } = await startSite(t);
    docker.beforeAct = () => docker.reset();
    const { status, body } = await act('stack-loki-1', 'stop');
    assert.equal(status, 503);
    assert.match(body.msg, /^Docker does not answer at /);
    assert.deepEqual(audited(), ['stop stack-loki-1: begun', `stop stack-loki-1: failed, ${body.msg}`]);
  });

  it('is not done when the audit log cannot be written', async (t) => {
    const { api, act, docker, dataDir } = await startSite(t);
    renameSync(join(dataDir, 'ultronex.db'), join(dataDir, 'away.db'));
    const post = () => api.call('POST', '/slack', { msg: { channel: '#general', text: 'x' } });
    await eventually('a store that refuses writes', async () => (await post()).status === 503);
    const { status, body, headers } = await act('stack-loki-1', 'restart');
    assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
    assert.match(body.msg, /^The audit log cannot be written, so nothing was done\. .*ultronex\.db/);
    assert.deepEqual(docker.acts, []);
  });

  it('is refused for a page of another site', async (t) => {
    const { api, docker } = await startSite(t);
    const body = { action: 'start', confirm: 'job' };
    const headers = { 'sec-fetch-site': 'cross-site' };
    assert.equal((await api.call('POST', '/containers/job/actions', body, headers)).status, 403);
    assert.deepEqual(docker.acts, []);
  });

  it('is listed under /audit once, with its outcome', async (t) => {
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
