import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serverInput, withHetzner } from './test-support.ts';

describe('actions', () => {
  it('run for as many looks as said, then succeed; the server changes with them', async () => {
    await withHetzner({ actionPolls: 2 }, async ({ get, post }) => {
      const { action, next_actions, server } = await post('/servers', serverInput());
      assert.deepEqual([action.status, server.status, server.locked], ['running', 'initializing', true]);
      const looks = [];
      for (let look = 0; look < 3; look += 1) looks.push((await get(`/actions/${action.id}`)).action.status);
      assert.deepEqual(looks, ['running', 'running', 'success']);
      assert.equal((await get(`/servers/${server.id}`)).server.status, 'starting');
      for (let look = 0; look < 3; look += 1) await get(`/actions?id=${next_actions[0].id}`);
      const { server: booted } = await get(`/servers/${server.id}`);
      assert.deepEqual([booted.status, booted.locked], ['running', false]);
    });
  });

  it('are over at once with 0', async () => {
    await withHetzner({ actionPolls: 0 }, async ({ post }) => {
      const { action } = await post('/servers', serverInput());
      assert.deepEqual([action.status, action.progress, typeof action.finished], ['success', 100, 'string']);
    });
  });

  it('are found by id, status and resource, and sorted', async () => {
    await withHetzner({ actionPolls: 1 }, async ({ get, post, finish, refusal }) => {
      const { action, server, next_actions } = await post('/servers', serverInput());
      await finish(action, ...next_actions);
      const { action: off } = await post(`/servers/${server.id}/actions/poweroff`);
      const ids = async (path: string) => (await get(path)).actions.map(({ id }: { id: number }) => id);
      assert.deepEqual(await ids(`/actions?id=${action.id}&id=${off.id}&sort=id:desc`), [off.id, action.id]);
      assert.deepEqual(await ids(`/servers/${server.id}/actions?sort=command`), [
        action.id,
        next_actions[0].id,
        off.id,
      ]);
      assert.deepEqual((await refusal('GET', '/actions/7')).code, 'not_found');
    });
  });

  it('fail when told so: the error is in the action, the effect does not come', async () => {
    await withHetzner({ actionPolls: 1 }, async ({ get, post, finish }, fake) => {
      fake.faults.add({ action: 'start_server', code: 'action_failed', message: 'no luck' });
      const { action, next_actions, server } = await post('/servers', serverInput());
      const [create, start] = await finish(action, ...next_actions);
      assert.equal(create?.status, 'success');
      assert.deepEqual((start as unknown as { error: object }).error, { code: 'action_failed', message: 'no luck' });
      assert.equal((await get(`/servers/${server.id}`)).server.status, 'starting');
      assert.deepEqual(fake.faults.unmet(), []);
    });
  });

  it('lock what they work on; a client that tries again gets through', async () => {
    await withHetzner({ actionPolls: 1 }, async ({ request, post, refusal }) => {
      const { server } = await post('/servers', serverInput());
      const path = `/servers/${server.id}`;
      assert.deepEqual(await refusal('DELETE', path), { status: 423, code: 'locked', fields: [] });
      const statuses = [];
      for (let attempt = 0; attempt < 5; attempt += 1) statuses.push((await request('DELETE', path)).status);
      assert.ok(statuses.includes(200), String(statuses));
    });
  });

  it('of a network answer conflict instead', async () => {
    await withHetzner({ actionPolls: 3 }, async ({ post, refusal }) => {
      const { network } = await post('/networks', { name: 'n', ip_range: '10.0.0.0/16' });
      const subnet = { type: 'cloud', network_zone: 'eu-central' };
      await post(`/networks/${network.id}/actions/add_subnet`, subnet);
      const second = await refusal('POST', `/networks/${network.id}/actions/add_subnet`, subnet);
      assert.deepEqual(second, { status: 409, code: 'conflict', fields: [] });
    });
  });
});
