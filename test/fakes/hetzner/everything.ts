import assert from 'node:assert/strict';
import { certify } from '../tls/certificate.ts';
import type { FakeHetzner, Json } from './index.ts';
import type { Client } from './test-support.ts';
import { publicKey, serverInput } from './test-support.ts';

/** Uses every route once with success, and is refused now and then: the requests whose answers shapes.test.ts checks. */
export async function playEverything(client: Client, fake: FakeHetzner): Promise<void> {
  const made = await before(client);
  const server = await servers(client, made);
  await resources(client, made, server);
  await zones(client);
  await balancers(client, made, server);
  await changes(client, server);
  for (const kind of [
    'servers',
    'firewalls',
    'networks',
    'primary_ips',
    'images',
    'volumes',
    'load_balancers',
    'certificates',
    'zones',
  ]) {
    const { actions } = await client.get(`/${kind}/actions?sort=id:desc&status=success`);
    assert.ok(actions.length > 0, kind);
    await client.get(`/${kind}/actions/${actions[0].id}`);
    const resource = actions.at(-1).resources.find(({ type }: { type: string }) => `${type}s` === kind).id;
    await client.get(`/${kind}/${kind === 'zones' ? 'example.org' : resource}/actions`);
    if (kind !== 'zones') await client.get(`/${kind}/${resource}/actions/${actions.at(-1).id}`);
  }
  await client.get('/actions');
  await client.get(`/actions/${fake.state.actions[0]?.id}`);
  await refusals(client);
  await after(client, made, server);
}

interface Made {
  key: number;
  firewall: number;
  network: number;
  v4: number;
  v6: number;
  group: number;
}

async function before(client: Client): Promise<Made> {
  for (const path of ['/locations', '/locations/1', '/server_types', '/server_types/108', '/pricing'])
    await client.get(path);
  await client.get('/images?include_deprecated=true&architecture=x86&sort=created:desc&per_page=2');
  await client.get('/images/310557660');
  const { ssh_key } = await client.post('/ssh_keys', { name: 'k', public_key: publicKey('k'), labels: { a: 'b' } });
  const rules = [{ direction: 'in', protocol: 'tcp', port: '22', source_ips: ['0.0.0.0/0', '::/0'] }];
  const { firewall } = await client.post('/firewalls', { name: 'f', rules, labels: { a: 'b' } });
  const subnets = [{ type: 'cloud', network_zone: 'eu-central' }];
  const { network } = await client.post('/networks', { name: 'n', ip_range: '10.0.0.0/16', subnets });
  const v4 = await client.post('/primary_ips', { name: 'v4', type: 'ipv4', location: 'fsn1', assignee_type: 'server' });
  const v6 = await client.post('/primary_ips', { name: 'v6', type: 'ipv6', location: 'fsn1' });
  const { placement_group } = await client.post('/placement_groups', { name: 'g', type: 'spread' });
  const ids = { key: ssh_key.id, firewall: firewall.id, network: network.id, group: placement_group.id };
  return { ...ids, v4: v4.primary_ip.id, v6: v6.primary_ip.id };
}

async function servers(client: Client, made: Made): Promise<number> {
  const { server } = await client.post('/servers', {
    ...serverInput({ ssh_keys: ['k'], user_data: '#cloud-config', labels: { role: 'x' }, placement_group: made.group }),
    firewalls: [{ firewall: made.firewall }],
    networks: [made.network],
    public_net: { enable_ipv4: true, enable_ipv6: true, ipv4: made.v4, ipv6: made.v6 },
  });
  const act = (name: string, body: Json = {}) => client.post(`/servers/${server.id}/actions/${name}`, body);
  await client.get(`/servers/${server.id}`);
  await client.get('/servers?label_selector=role=x&status=running&name=ultronex');
  await client.put(`/servers/${server.id}`, { name: 'ultronex-1', labels: { role: 'y' } });
  for (const name of ['shutdown', 'poweron', 'reboot', 'reset', 'enable_backup', 'disable_backup']) await act(name);
  for (const name of ['enable_rescue', 'disable_rescue', 'reset_password']) await act(name);
  for (const on of [true, false]) await act('change_protection', { delete: on, rebuild: on });
  const { image } = await act('create_image', { type: 'snapshot', description: 's', labels: { role: 'ultronex' } });
  await client.put(`/images/${image.id}`, { description: 's2', labels: { role: 'other' } });
  await client.post(`/images/${image.id}/actions/change_protection`, { delete: false });
  await client.get('/images?type=snapshot&label_selector=role=other');
  await act('rebuild', { image: image.id });
  await client.remove(`/images/${image.id}`);
  await act('detach_from_network', { network: made.network });
  await act('attach_to_network', { network: made.network, ip: '10.0.0.7', alias_ips: ['10.0.0.8'] });
  await act('change_alias_ips', { network: made.network, alias_ips: [] });
  return server.id;
}

async function resources(client: Client, { key, firewall, network, group }: Made, server: number): Promise<void> {
  const kinds = { ssh_keys: key, firewalls: firewall, networks: network, placement_groups: group };
  for (const [kind, id] of Object.entries(kinds)) {
    await client.get(`/${kind}?label_selector=!nothing&sort=name:desc`);
    await client.get(`/${kind}/${id}`);
    await client.put(`/${kind}/${id}`, { name: `${kind}-2`, labels: { a: 'c' } });
  }
  const rules = [{ direction: 'out', protocol: 'icmp', destination_ips: ['10.0.0.0/8'], description: 'ping' }];
  await client.post(`/firewalls/${firewall}/actions/set_rules`, { rules });
  const target = { type: 'label_selector', label_selector: { selector: 'role in (x,y)' } };
  await client.post(`/firewalls/${firewall}/actions/apply_to_resources`, { apply_to: [target] });
  await client.get(`/firewalls/${firewall}`);
  await client.post(`/firewalls/${firewall}/actions/remove_from_resources`, { remove_from: [target] });
  const act = (name: string, body: Json) => client.post(`/networks/${network}/actions/${name}`, body);
  await act('add_subnet', { type: 'cloud', network_zone: 'eu-central', ip_range: '10.0.9.0/24' });
  await act('delete_subnet', { ip_range: '10.0.9.0/24' });
  await act('add_route', { destination: '10.100.1.0/24', gateway: '10.0.0.7' });
  await act('delete_route', { destination: '10.100.1.0/24', gateway: '10.0.0.7' });
  await act('change_ip_range', { ip_range: '10.0.0.0/12' });
  await act('change_protection', { delete: false });
  const { volume } = await client.post('/volumes', { name: 'v', size: 10, server, format: 'ext4', automount: false });
  const path = `/volumes/${volume.id}`;
  await client.get(path);
  await client.get('/volumes?status=available');
  await client.post(`${path}/actions/detach`);
  await client.post(`${path}/actions/attach`, { server });
  await client.post(`${path}/actions/resize`, { size: 20 });
  await client.post(`${path}/actions/change_protection`, { delete: false });
  await client.put(path, { name: 'v2' });
  await client.post(`${path}/actions/detach`);
  await client.remove(path);
}

async function zones(client: Client): Promise<void> {
  const { zone } = await client.post('/zones', { name: 'example.com', mode: 'primary', ttl: 300 });
  await client.get('/zones?name=example.com');
  await client.get(`/zones/${zone.id}`);
  await client.put('/zones/example.com', { labels: { a: 'b' } });
  await client.post('/zones/example.com/actions/change_ttl', { ttl: 600 });
  await client.post('/zones/example.com/actions/change_protection', { delete: false });
  await client.post('/zones/example.com/rrsets', { name: 'www', type: 'A', records: [{ value: '192.0.2.1' }] });
  const set = '/zones/example.com/rrsets/www/A';
  await client.get(set);
  await client.get('/zones/example.com/rrsets?type=A&sort=name');
  await client.put(set, { labels: { a: 'b' } });
  await client.post(`${set}/actions/set_records`, { records: [{ value: '192.0.2.2', comment: 'two' }] });
  await client.post(`${set}/actions/add_records`, { records: [{ value: '192.0.2.3' }] });
  await client.post(`${set}/actions/remove_records`, { records: [{ value: '192.0.2.3' }] });
  await client.post(`${set}/actions/change_ttl`, { ttl: 60 });
  await client.post(`${set}/actions/change_protection`, { change: false });
  const secondary = { name: 'example.org', mode: 'secondary', primary_nameservers: [{ address: '192.0.2.53' }] };
  await client.post('/zones', secondary);
  await client.post('/zones/example.org/actions/change_primary_nameservers', {
    primary_nameservers: [{ address: '192.0.2.54', port: 53 }],
  });
  assert.equal((await client.request('DELETE', set)).status, 201);
  assert.equal((await client.request('DELETE', '/zones/example.com')).status, 201);
}

async function balancers(client: Client, { network }: Made, server: number): Promise<void> {
  await client.get('/load_balancer_types');
  await client.get('/load_balancer_types/1');
  const validity = { from: Date.UTC(2026, 0), to: Date.UTC(2036, 0) };
  const own = certify({ name: 'bot.example.com', names: ['bot.example.com'], validity, issuer: null });
  await client.post('/certificates', { name: 'u', certificate: own.certificate, private_key: own.key });
  const managed = { name: 'm', type: 'managed', domain_names: ['bot.example.org'] };
  await client.refusal('POST', '/certificates', { name: 'none', type: 'managed' });
  await client.post('/certificates', { ...managed, name: 'elsewhere', domain_names: ['bot.elsewhere.com'] });
  await client.post('/zones', { name: 'example.net', mode: 'primary' });
  const { certificate } = await client.post('/certificates', { ...managed, domain_names: ['bot.example.net'] });
  await client.get('/certificates?type=managed');
  await client.get(`/certificates/${certificate.id}`);
  await client.put(`/certificates/${certificate.id}`, { labels: { a: 'b' } });
  const input = { name: 'l', load_balancer_type: 'lb11', location: 'fsn1', labels: { a: 'b' } };
  const { load_balancer } = await client.post('/load_balancers', input);
  const path = `/load_balancers/${load_balancer.id}`;
  const act = (name: string, body: Json = {}) => client.post(`${path}/actions/${name}`, body);
  await act('attach_to_network', { network, ip: '10.0.0.9' });
  const http = { certificates: [certificate.id], redirect_http: true };
  const health_check = {
    protocol: 'http',
    port: 8081,
    interval: 3,
    timeout: 2,
    retries: 2,
    http: { path: '/healthz' },
  };
  await act('add_service', { protocol: 'https', listen_port: 443, destination_port: 8081, http, health_check });
  await act('add_service', { protocol: 'tcp', listen_port: 22 });
  await client.refusal('POST', `${path}/actions/add_service`, { protocol: 'https' });
  await act('update_service', { listen_port: 22, proxyprotocol: true });
  await act('delete_service', { listen_port: 22 });
  const selector = { type: 'label_selector', label_selector: { selector: 'role in (x,y)' }, use_private_ip: true };
  for (const target of [{ type: 'server', server: { id: server } }, selector]) await act('add_target', target);
  await client.get(path);
  await client.get('/load_balancers?label_selector=a=b');
  await client.put(path, { name: 'l2' });
  await act('change_dns_ptr', { ip: load_balancer.public_net.ipv4.ip, dns_ptr: 'bot.example.net' });
  await act('change_type', { load_balancer_type: 'lb21' });
  await act('change_algorithm', { type: 'least_connections' });
  await act('disable_public_interface');
  await act('enable_public_interface');
  await act('change_protection', { delete: false });
  await client.get(`/servers/${server}`);
  await client.get(`/networks/${network}`);
  await client.refusal('DELETE', `/certificates/${certificate.id}`);
  await act('remove_target', { type: 'server', server: { id: server } });
  await act('remove_target', { type: 'label_selector', label_selector: { selector: 'role in (x,y)' } });
  await act('detach_from_network', { network });
  await client.remove(path);
  await client.remove(`/certificates/${certificate.id}`);
}

/** What only a server that is off takes. */
async function changes(client: Client, server: number): Promise<void> {
  const act = (name: string, body: Json = {}) => client.post(`/servers/${server}/actions/${name}`, body);
  const { public_net, placement_group } = (await client.get(`/servers/${server}`)).server;
  const { id, ip } = public_net.ipv4;
  await act('change_dns_ptr', { ip, dns_ptr: 'bot.example.com' });
  await act('poweroff');
  await act('change_type', { server_type: 'cpx22', upgrade_disk: false });
  await act('poweroff');
  await act('remove_from_placement_group');
  await act('add_to_placement_group', { placement_group: placement_group.id });
  const path = `/primary_ips/${id}`;
  await client.get('/primary_ips?sort=created:desc');
  await client.get(path);
  await client.put(path, { auto_delete: false, labels: { a: 'b' } });
  await client.post(`${path}/actions/change_dns_ptr`, { ip, dns_ptr: null });
  await client.post(`${path}/actions/change_protection`, { delete: false });
  await client.post(`${path}/actions/unassign`);
  await client.post(`${path}/actions/assign`, { assignee_id: server, assignee_type: 'server' });
}

async function refusals(client: Client): Promise<void> {
  const unknown = await client.request('GET', '/servers', undefined, 'wrong');
  assert.equal(unknown.status, 401);
  await client.refusal('GET', '/servers/1');
  await client.refusal('GET', '/servers?sort=colour');
  await client.refusal('POST', '/servers', {});
  await client.refusal('POST', '/ssh_keys', { name: 'again', public_key: publicKey('k') });
}

async function after(client: Client, { key, firewall, network, v4, v6, group }: Made, server: number): Promise<void> {
  assert.equal((await client.request('DELETE', `/servers/${server}`)).status, 200);
  const rest = { firewalls: firewall, networks: network, placement_groups: group, ssh_keys: key };
  for (const [kind, id] of Object.entries(rest)) await client.remove(`/${kind}/${id}`);
  for (const id of [v4, v6]) await client.remove(`/primary_ips/${id}`);
}
