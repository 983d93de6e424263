import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publicKey, serverInput, withHetzner } from './test-support.ts';

describe('servers', () => {
  it('get addresses of their own, which go with them', async () => {
    await withHetzner({}, async ({ get, post, request }, { state }) => {
      const { server, root_password } = await post('/servers', serverInput());
      const { ipv4, ipv6 } = server.public_net;
      assert.match(ipv4.ip, /^203\.0\.113\.\d+$/);
      assert.match(ipv6.ip, /^2001:db8:[0-9a-f]+::\/64$/);
      assert.equal(ipv4.dns_ptr, `static.${ipv4.ip.split('.').reverse().join('.')}.clients.your-server.de`);
      assert.equal(typeof root_password, 'string', 'a server without a key gets a password');
      assert.equal((await get('/primary_ips')).primary_ips.length, 2);
      const answer = await request('DELETE', `/servers/${server.id}`);
      assert.deepEqual([answer.status, answer.body.action.command], [200, 'delete_server']);
      assert.deepEqual([state.servers.all.length, state.primaryIps.all.length], [0, 0]);
    });
  });

  it('take primary IPs, which outlive them', async () => {
    await withHetzner({}, async ({ get, post, request, refusal, remove }) => {
      const make = async (type: string, location = 'fsn1') =>
        (await post('/primary_ips', { name: `${type}-${location}`, type, location, auto_delete: false })).primary_ip;
      const [v4, v6, far] = [await make('ipv4'), await make('ipv6'), await make('ipv4', 'hel1')];
      const asking = (ipv4: number, ipv6: number) =>
        serverInput({ public_net: { enable_ipv4: true, enable_ipv6: true, ipv4, ipv6 } });
      assert.equal((await refusal('POST', '/servers', asking(v6.id, v4.id))).code, 'primary_ip_version_mismatch');
      assert.equal((await refusal('POST', '/servers', asking(far.id, v6.id))).code, 'primary_ip_datacenter_mismatch');
      const { server } = await post('/servers', asking(v4.id, v6.id));
      assert.equal(server.public_net.ipv4.ip, v4.ip);
      const second = { ...asking(v4.id, v6.id), name: 'second' };
      assert.equal((await refusal('POST', '/servers', second)).code, 'primary_ip_assigned');
      assert.equal((await refusal('DELETE', `/primary_ips/${v4.id}`)).code, 'must_be_unassigned');
      assert.equal((await refusal('POST', `/primary_ips/${v4.id}/actions/unassign`)).code, 'server_not_stopped');
      await request('DELETE', `/servers/${server.id}`);
      assert.equal((await get(`/primary_ips/${v4.id}`)).primary_ip.assignee_id, null);
      await remove(`/primary_ips/${v4.id}`);
    });
  });

  it('go without addresses, and change them only when off', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      const { server } = await post(
        '/servers',
        serverInput({ public_net: { enable_ipv4: false, enable_ipv6: false } }),
      );
      assert.deepEqual([server.public_net.ipv4, server.public_net.ipv6], [null, null]);
      const { primary_ip } = await post('/primary_ips', { name: 'p', type: 'ipv4', location: 'fsn1' });
      const assign = [
        `/primary_ips/${primary_ip.id}/actions/assign`,
        { assignee_id: server.id, assignee_type: 'server' },
      ] as const;
      assert.equal((await refusal('POST', ...assign)).code, 'server_not_stopped');
      await post(`/servers/${server.id}/actions/poweroff`);
      await post(...assign);
      assert.equal((await get(`/servers/${server.id}`)).server.public_net.ipv4.ip, primary_ip.ip);
    });
  });

  it('have names in the other direction', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      const { server } = await post('/servers', serverInput());
      const path = `/servers/${server.id}/actions/change_dns_ptr`;
      const v6 = server.public_net.ipv6.ip.replace('/64', '1');
      await post(path, { ip: server.public_net.ipv4.ip, dns_ptr: 'bot.example.com' });
      await post(path, { ip: v6, dns_ptr: 'bot.example.com' });
      const { public_net } = (await get(`/servers/${server.id}`)).server;
      assert.equal(public_net.ipv4.dns_ptr, 'bot.example.com');
      assert.deepEqual(public_net.ipv6.dns_ptr, [{ ip: v6, dns_ptr: 'bot.example.com' }]);
      await post(path, { ip: v6, dns_ptr: null });
      assert.deepEqual((await get(`/servers/${server.id}`)).server.public_net.ipv6.dns_ptr, []);
      assert.deepEqual((await refusal('POST', path, { ip: '192.0.2.1', dns_ptr: 'x.example.com' })).fields, ['ip']);
    });
  });

  it('change type when off, to one that fits and can be had', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      const { server } = await post('/servers', serverInput());
      const path = `/servers/${server.id}`;
      const change = (server_type: string, upgrade_disk = false) =>
        [`${path}/actions/change_type`, { server_type, upgrade_disk }] as const;
      assert.equal((await refusal('POST', ...change('cpx22'))).code, 'server_not_stopped');
      await post(`${path}/actions/poweroff`);
      assert.equal((await refusal('POST', ...change('cax11'))).code, 'invalid_server_type');
      assert.equal((await refusal('POST', ...change('cx33'))).code, 'resource_unavailable');
      await post(...change('cpx22', true));
      const { server: bigger } = await get(path);
      assert.deepEqual([bigger.server_type.name, bigger.primary_disk_size, bigger.status], ['cpx22', 80, 'running']);
      await post(`${path}/actions/poweroff`);
      assert.equal((await refusal('POST', ...change('cpx12'))).code, 'invalid_server_type', 'its disk is smaller now');
    });
  });

  it('become snapshots, from which others start', async () => {
    await withHetzner({ actionPolls: 1 }, async ({ get, post, finish, refusal }) => {
      const { server, action, next_actions } = await post('/servers', serverInput());
      await finish(action, ...next_actions);
      const shot = await post(`/servers/${server.id}/actions/create_image`, {
        type: 'snapshot',
        labels: { role: 'ultronex' },
      });
      assert.equal(shot.image.status, 'creating');
      const early = await refusal('POST', '/servers', serverInput({ name: 'b', image: shot.image.id }));
      assert.deepEqual(early.fields, ['image']);
      await finish(shot.action);
      const copy = await post('/servers', serverInput({ name: 'c', image: String(shot.image.id) }));
      assert.equal(copy.server.image.id, shot.image.id);
      assert.equal((await get(`/images/${shot.image.id}`)).image.created_from.name, 'ultronex');
      assert.equal((await refusal('DELETE', '/images/310557660')).code, 'invalid_input', 'a system image stays');
    });
  });

  it('keep what the API never gives back where a test can look', async () => {
    await withHetzner({}, async ({ post }, { state }) => {
      const { ssh_key } = await post('/ssh_keys', { name: 'k', public_key: publicKey('k') });
      await post('/servers', serverInput({ ssh_keys: [ssh_key.id], user_data: '#cloud-config\n' }));
      const [server] = state.servers.all;
      assert.deepEqual([server?.userData, server?.sshKeys[0]?.name], ['#cloud-config\n', 'k']);
    });
  });

  it('start in a placement group only as long as there is room', async () => {
    await withHetzner({}, async ({ post, refusal }) => {
      const { placement_group } = await post('/placement_groups', { name: 'g', type: 'spread' });
      const member = (n: number) => serverInput({ name: `s${n}`, placement_group: placement_group.id });
      for (let n = 0; n < 10; n += 1) await post('/servers', member(n));
      assert.equal((await refusal('POST', '/servers', member(10))).code, 'placement_error');
      assert.equal((await refusal('DELETE', `/placement_groups/${placement_group.id}`)).code, 'resource_in_use');
    });
  });
});
