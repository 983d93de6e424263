import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certify } from '../tls/certificate.ts';
import type { Client } from './test-support.ts';
import { serverInput, withHetzner } from './test-support.ts';

/** A load balancer in a network, and a certificate for it. */
async function balanced(client: Client) {
  const subnets = [{ type: 'cloud', network_zone: 'eu-central', ip_range: '10.77.0.0/24' }];
  const { network } = await client.post('/networks', { name: 'n', ip_range: '10.77.0.0/24', subnets });
  const input = { name: 'l', load_balancer_type: 'lb11', location: 'fsn1' };
  const { load_balancer } = await client.post('/load_balancers', input);
  const actions = `/load_balancers/${load_balancer.id}/actions`;
  await client.post(`${actions}/attach_to_network`, { network: network.id, ip: '10.77.0.10' });
  await client.post('/zones', { name: 'example.com', mode: 'primary' });
  const managed = { name: 'm', type: 'managed', domain_names: ['bot.example.com'] };
  const { certificate } = await client.post('/certificates', managed);
  const get = async () => (await client.get(`/load_balancers/${load_balancer.id}`)).load_balancer;
  return { actions, network: network.id as number, certificate: certificate.id as number, get };
}

describe('load balancers and certificates', () => {
  it('a service gets what was not said, and refuses what Hetzner refuses', async () => {
    await withHetzner({}, async (client) => {
      const { actions, certificate, get } = await balanced(client);
      const add = `${actions}/add_service`;
      const health = { protocol: 'http', port: 8081, interval: 3, timeout: 2, retries: 2, http: { path: '/healthz' } };
      const http = { certificates: [certificate], redirect_http: true };
      const service = { protocol: 'https', destination_port: 8081, http, health_check: health };
      assert.deepEqual((await client.refusal('POST', add, { protocol: 'https' })).fields, ['http.certificates']);
      const hasty = { ...service, health_check: { ...health, interval: 2 } };
      assert.deepEqual((await client.refusal('POST', add, hasty)).fields, ['health_check.interval']);
      await client.post(add, service);
      const [made] = (await get()).services;
      assert.deepEqual([made.listen_port, made.http.sticky_sessions, made.http.redirect_http], [443, false, true]);
      assert.deepEqual(made.health_check.http.status_codes, ['2??', '3??']);
      assert.equal((await client.refusal('POST', add, service)).code, 'source_port_already_used');
      assert.equal((await client.refusal('DELETE', `/certificates/${certificate}`)).code, 'resource_in_use');
    });
  });

  it('targets by their labels are those servers that have them now, in the private network only when attached', async () => {
    await withHetzner({}, async (client) => {
      const { actions, network, get } = await balanced(client);
      const target = { type: 'label_selector', label_selector: { selector: 'role=x' }, use_private_ip: true };
      await client.post(`${actions}/add_target`, target);
      assert.equal((await client.refusal('POST', `${actions}/add_target`, target)).code, 'target_already_defined');
      assert.deepEqual((await get()).targets[0].targets, []);
      const { server } = await client.post('/servers', serverInput({ labels: { role: 'x' } }));
      assert.deepEqual(
        (await get()).targets[0].targets.map((one: { server: { id: number } }) => one.server.id),
        [server.id],
      );
      const alone = { type: 'server', server: { id: server.id }, use_private_ip: true };
      const refused = await client.refusal('POST', `${actions}/add_target`, alone);
      assert.equal(refused.code, 'server_not_attached_to_network');
      const other = { network, ip: '10.77.0.10' };
      const taken = await client.refusal('POST', `/servers/${server.id}/actions/attach_to_network`, other);
      assert.equal(taken.code, 'ip_not_available');
    });
  });

  it('a managed certificate is issued only for names in a zone of the project', async () => {
    await withHetzner({}, async (client) => {
      await balanced(client);
      const managed = { name: 'other', type: 'managed', domain_names: ['bot.example.org'] };
      const { action, certificate } = await client.post('/certificates', managed);
      const [ended] = (await client.finish(action)) as { status: string; error?: { message: string } }[];
      assert.equal(ended?.status, 'error');
      assert.match(ended?.error?.message ?? '', /no zone of this project has bot\.example\.org/);
      const { status } = (await client.get(`/certificates/${certificate.id}`)).certificate;
      assert.deepEqual([status.issuance, status.error.code], ['failed', 'dns_zone_not_found']);
    });
  });

  it('an uploaded certificate must have its own key', async () => {
    await withHetzner({}, async (client) => {
      const make = (name: string) =>
        certify({ name, names: [name], validity: { from: Date.UTC(2026, 0), to: Date.UTC(2027, 0) }, issuer: null });
      const [one, two] = [make('bot.example.com'), make('bot.example.com')];
      const upload = { name: 'u', certificate: one.certificate, private_key: two.key };
      assert.deepEqual((await client.refusal('POST', '/certificates', upload)).fields, ['certificate']);
      const { certificate } = await client.post('/certificates', { ...upload, private_key: one.key });
      assert.deepEqual([certificate.domain_names, certificate.status], [['bot.example.com'], null]);
      assert.equal(certificate.not_valid_after, '2027-01-01T00:00:00.000Z');
    });
  });
});
