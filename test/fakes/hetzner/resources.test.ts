import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from './index.ts';
import { publicKey, serverInput, withHetzner } from './test-support.ts';

const ssh = { direction: 'in', protocol: 'tcp', port: '22', source_ips: ['192.0.2.0/24'] };

describe('ssh keys', () => {
  it('have the fingerprint that ssh-keygen prints', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      // ssh-keygen -E md5 -lf
      const public_key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test\n';
      const { ssh_key } = await post('/ssh_keys', { name: 'k', public_key });
      assert.equal(ssh_key.fingerprint, '0f:a2:0a:d7:38:3e:65:45:08:6b:63:84:1c:ff:dc:ba');
      assert.equal(ssh_key.public_key, public_key, 'as it was sent, or Terraform calls the provider broken');
      assert.equal((await get(`/ssh_keys?fingerprint=${ssh_key.fingerprint}`)).ssh_keys.length, 1);
      assert.deepEqual((await refusal('POST', '/ssh_keys', { name: 'x', public_key: 'secret' })).fields, [
        'public_key',
      ]);
      await post('/ssh_keys', { name: 'other', public_key: publicKey('other') });
    });
  });
});

describe('firewalls', () => {
  it('refuse rules that make no sense, naming the rule', async () => {
    await withHetzner({}, async ({ refusal }) => {
      const cases: [Json, string][] = [
        [{ ...ssh, direction: 'up' }, 'rules.0.direction'],
        [{ ...ssh, protocol: 'sctp' }, 'rules.0.protocol'],
        [{ ...ssh, port: undefined }, 'rules.0.port'],
        [{ ...ssh, port: '70000' }, 'rules.0.port'],
        [{ ...ssh, port: '90-80' }, 'rules.0.port'],
        [{ ...ssh, protocol: 'icmp' }, 'rules.0.port'],
        [{ ...ssh, source_ips: [] }, 'rules.0.source_ips'],
        [{ ...ssh, source_ips: ['192.0.2.1/24'] }, 'rules.0.source_ips'],
        [{ ...ssh, source_ips: ['2001:db8::1/32'] }, 'rules.0.source_ips'],
      ];
      for (const [rule, field] of cases) {
        assert.deepEqual(
          (await refusal('POST', '/firewalls', { name: 'f', rules: [rule] })).fields,
          [field],
          JSON.stringify(rule),
        );
      }
      const many = Array.from({ length: 51 }, () => ssh);
      assert.deepEqual((await refusal('POST', '/firewalls', { name: 'f', rules: many })).fields, ['rules']);
    });
  });

  it('apply to servers and by label, and are not deleted while they do', async () => {
    await withHetzner({}, async ({ get, post, put, refusal, remove }) => {
      const { server } = await post('/servers', serverInput({ labels: { role: 'bot' } }));
      const direct = { type: 'server', server: { id: server.id } };
      const byLabel = { type: 'label_selector', label_selector: { selector: 'role=bot' } };
      const { firewall } = await post('/firewalls', { name: 'f', rules: [ssh], apply_to: [direct] });
      const path = `/firewalls/${firewall.id}`;
      assert.equal((await refusal('DELETE', path)).code, 'resource_in_use');
      assert.equal(
        (await refusal('POST', `${path}/actions/apply_to_resources`, { apply_to: [direct] })).code,
        'firewall_already_applied',
      );
      await post(`${path}/actions/remove_from_resources`, { remove_from: [direct] });
      await post(`${path}/actions/apply_to_resources`, { apply_to: [byLabel] });
      const on = async () => (await get(`/servers/${server.id}`)).server.public_net.firewalls;
      assert.deepEqual(await on(), [{ id: firewall.id, status: 'applied' }]);
      assert.deepEqual((await get(path)).firewall.applied_to, [{ ...byLabel, applied_to_resources: [direct] }]);
      await put(`/servers/${server.id}`, { labels: { role: 'web' } });
      assert.deepEqual(await on(), []);
      await post(`${path}/actions/set_rules`, { rules: [] });
      assert.deepEqual((await get(path)).firewall.rules, []);
      await post(`${path}/actions/remove_from_resources`, { remove_from: [byLabel] });
      await remove(path);
    });
  });
});

describe('networks', () => {
  it('hand out addresses of the subnets in the zone of the server', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      const { network } = await post('/networks', { name: 'n', ip_range: '10.0.0.0/16' });
      const { server } = await post('/servers', serverInput());
      const attach = [`/servers/${server.id}/actions/attach_to_network`, { network: network.id }] as const;
      assert.equal((await refusal('POST', ...attach)).code, 'no_subnet_available');
      const subnet = (ip_range: string) =>
        [
          `/networks/${network.id}/actions/add_subnet`,
          { type: 'cloud', network_zone: 'eu-central', ip_range },
        ] as const;
      await post(...subnet('10.0.1.0/24'));
      assert.deepEqual((await refusal('POST', ...subnet('10.0.1.128/25'))).fields, ['ip_range']);
      assert.deepEqual((await refusal('POST', ...subnet('10.1.0.0/24'))).fields, ['ip_range']);
      assert.deepEqual((await refusal('POST', attach[0], { network: network.id, ip: '10.0.2.5' })).fields, ['ip']);
      await post(...attach);
      const { private_net } = (await get(`/servers/${server.id}`)).server;
      assert.deepEqual([private_net[0].network, private_net[0].ip], [network.id, '10.0.1.1']);
      assert.equal((await refusal('POST', ...attach)).code, 'server_already_attached');
      assert.deepEqual((await get(`/networks/${network.id}`)).network.servers, [server.id]);
      assert.equal(
        (await refusal('POST', `/networks/${network.id}/actions/delete_subnet`, { ip_range: '10.0.1.0/24' })).code,
        'service_error',
      );
      const wrong = { name: 'x', ip_range: '192.0.2.0/24' };
      assert.deepEqual((await refusal('POST', '/networks', wrong)).fields, ['ip_range'], 'not a private range');
    });
  });
});

describe('volumes', () => {
  it('are attached to one server of their place, and only grow', async () => {
    await withHetzner({}, async ({ get, post, refusal, request, remove }) => {
      const { server } = await post('/servers', serverInput());
      const { server: far } = await post('/servers', serverInput({ name: 'far', location: 'hel1' }));
      const { volume } = await post('/volumes', { name: 'v', size: 10, location: 'fsn1', format: 'ext4' });
      assert.equal(volume.linux_device, `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`);
      const path = `/volumes/${volume.id}`;
      assert.deepEqual((await refusal('POST', `${path}/actions/attach`, { server: far.id })).fields, ['server']);
      await post(`${path}/actions/attach`, { server: server.id });
      assert.deepEqual((await get(`/servers/${server.id}`)).server.volumes, [volume.id]);
      assert.equal(
        (await refusal('POST', `${path}/actions/attach`, { server: server.id })).code,
        'volume_already_attached',
      );
      assert.deepEqual((await refusal('POST', `${path}/actions/resize`, { size: 10 })).fields, ['size']);
      await post(`${path}/actions/resize`, { size: 20 });
      assert.equal((await refusal('DELETE', path)).status, 422, 'attached');
      await request('DELETE', `/servers/${server.id}`);
      assert.deepEqual((await get(path)).volume.server, null, 'it outlives the server');
      await remove(path);
      assert.deepEqual((await refusal('POST', '/volumes', { name: 'w', size: 9 })).fields.sort(), ['location', 'size']);
    });
  });
});

describe('zones', () => {
  it('have name servers from the start, and sets of records', async () => {
    await withHetzner({}, async ({ get, post, refusal, request }) => {
      await post('/zones', { name: 'example.com', mode: 'primary' });
      const sets = async () => (await get('/zones/example.com/rrsets')).rrsets.map((set: { id: string }) => set.id);
      assert.deepEqual(await sets(), ['@/SOA', '@/NS']);
      const records = [{ value: '192.0.2.1' }];
      const { rrset } = await post('/zones/example.com/rrsets', { name: '*.bot', type: 'A', records });
      assert.deepEqual([rrset.id, rrset.ttl, rrset.records], ['*.bot/A', null, [{ value: '192.0.2.1', comment: '' }]]);
      assert.equal(
        (await refusal('POST', '/zones/example.com/rrsets', { name: '*.bot', type: 'A', records })).code,
        'uniqueness_error',
      );
      const path = `/zones/example.com/rrsets/${encodeURIComponent('*.bot')}/A`;
      await post(`${path}/actions/set_records`, { records: [{ value: '192.0.2.2', comment: 'moved' }] });
      assert.deepEqual((await get(path)).rrset.records, [{ value: '192.0.2.2', comment: 'moved' }]);
      assert.equal((await get('/zones/example.com')).zone.record_count, 5);
      const odd = await refusal('POST', `${path}/actions/set_records`, { records: [{ value: 'nowhere' }] });
      assert.deepEqual(odd.fields, ['records.0.value']);
      await post(`${path}/actions/change_protection`, { change: true });
      assert.equal((await refusal('DELETE', path)).code, 'protected');
      await post(`${path}/actions/change_protection`, { change: false });
      assert.equal((await request('DELETE', path)).status, 201);
      assert.equal((await refusal('GET', path)).code, 'not_found');
    });
  });
});
