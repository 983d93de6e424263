import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import type { FakeHetzner, Json } from '../fakes/hetzner/index.ts';
import type { Client } from '../fakes/hetzner/test-support.ts';
import { serverInput, token, withHetzner } from '../fakes/hetzner/test-support.ts';

const script = resolve(import.meta.dirname, '../../deploy/bin/destroy-everything');

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function destroy(
  fake: FakeHetzner,
  typed: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Ran> {
  const settings = {
    PATH: process.env.PATH,
    HCLOUD_ENDPOINT: fake.url,
    HCLOUD_TOKEN: token,
    DESTROY_PAUSE_SECONDS: '0',
  };
  return new Promise((done) => {
    const child = execFile('bash', [script, ...args], { env: { ...settings, ...env } }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined).end(typed);
  });
}

const labelsOf = (stack: string) => ({ role: 'ultronex', stack, 'managed-by': 'terraform' });

/** What terraform/ makes for one server, protected as it does. */
async function stack({ post, finish }: Client, name: string, zone: { id: number; name: string }) {
  const labels = labelsOf(name);
  const one = async (path: string, kind: string, body: object) => {
    const made = await post(path, { labels, ...body });
    if (made.action) await finish(made.action);
    return made[kind] as { id: number };
  };
  const address = await one('/primary_ips', 'primary_ip', { name: `${name}-ipv4`, type: 'ipv4', location: 'nbg1' });
  const volume = await one('/volumes', 'volume', { name: `${name}-data`, size: 10, location: 'nbg1' });
  const firewall = await one('/firewalls', 'firewall', { name, rules: [] });
  const network = await one('/networks', 'network', { name, ip_range: '10.77.0.0/24' });
  const made = await post(
    '/servers',
    serverInput({
      ...{ name, labels, location: 'nbg1', firewalls: [{ firewall: firewall.id }] },
      public_net: { enable_ipv4: true, enable_ipv6: false, ipv4: address.id },
    }),
  );
  await finish(made.action, ...made.next_actions);
  await finish((await post(`/volumes/${volume.id}/actions/attach`, { server: made.server.id })).action);
  for (const path of [`/primary_ips/${address.id}`, `/volumes/${volume.id}`])
    await finish((await post(`${path}/actions/change_protection`, { delete: true })).action);
  const record = { name: name === 'ultronex' ? 'bot' : name, type: 'A', records: [{ value: '203.0.113.10' }], labels };
  await finish((await post(`/zones/${zone.id}/rrsets`, record)).action);
  return { server: made.server as { id: number }, volume, address, firewall, network };
}

async function project(client: Client) {
  const { zone, action } = await client.post('/zones', { name: 'example.com', mode: 'primary' });
  await client.finish(action);
  return { zone, ours: await stack(client, 'ultronex', zone), other: await stack(client, 'bot-2', zone) };
}

const counts = ({ state }: FakeHetzner) => ({
  servers: state.servers.all.length,
  volumes: state.volumes.all.length,
  addresses: state.primaryIps.all.length,
  firewalls: state.firewalls.all.length,
  networks: state.networks.all.length,
  zones: state.zones.all.length,
  records: state.rrsets.all.filter(({ type }) => type === 'A').length,
});
const all = { servers: 2, volumes: 2, addresses: 2, firewalls: 2, networks: 2, zones: 1, records: 2 };

describe('deploy/bin/destroy-everything', () => {
  it('deletes all of one server when its name is typed, and nothing of another one', async () => {
    await withHetzner({}, async (client, fake) => {
      await project(client);
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 0, ran.stderr + ran.stdout);
      assert.deepEqual(counts(fake), {
        ...{ servers: 1, volumes: 1, addresses: 1, firewalls: 1, networks: 1 },
        ...{ zones: 1, records: 1 },
      });
      for (const line of [
        'server ultronex',
        'volume with all data ultronex-data',
        'address ultronex-ipv4',
        'DNS record bot',
      ])
        assert.match(ran.stdout, new RegExp(`^deleted: ${line} `, 'm'));
      assert.match(ran.stdout, /the zone example\.com, which was there before/);
      const again = await destroy(fake, '');
      assert.equal(again.code, 0, again.stderr);
      assert.match(again.stdout, /Nothing of ultronex is in this project/);
    });
  });

  it('deletes nothing when another name is typed, or none, or with --dry-run', async () => {
    await withHetzner({}, async (client, fake) => {
      await project(client);
      for (const typed of ['bot-2\n', '']) {
        const ran = await destroy(fake, typed);
        assert.equal(ran.code, 1);
        assert.match(ran.stderr, /nothing was changed/);
      }
      const dry = await destroy(fake, 'ultronex\n', ['--dry-run']);
      assert.equal(dry.code, 0, dry.stderr);
      assert.match(dry.stdout, /^ {2}server ultronex /m);
      assert.deepEqual(counts(fake), all);
    });
  });

  it('deletes a zone that Terraform made, and names the snapshots that are left', async () => {
    await withHetzner({}, async (client, fake) => {
      const { zone, ours } = await project(client);
      await client.put(`/zones/${zone.id}`, { labels: labelsOf('ultronex') });
      await client.finish((await client.post(`/zones/${zone.id}/actions/change_protection`, { delete: true })).action);
      const image = { type: 'snapshot', description: 'ultronex-v1', labels: { role: 'ultronex' } };
      await client.finish((await client.post(`/servers/${ours.server.id}/actions/create_image`, image)).action);
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 0, ran.stderr + ran.stdout);
      assert.equal(fake.state.zones.all.length, 0);
      assert.match(ran.stdout, /Left:\n {2}the snapshot ultronex-v1 \(\d+\)/);
    });
  });

  it('deletes the load balancer, its certificate and the placement group of several machines', async () => {
    await withHetzner({}, async (client, fake) => {
      const { ours } = await project(client);
      const labels = labelsOf('ultronex');
      const { placement_group } = await client.post('/placement_groups', { name: 'ultronex', type: 'spread', labels });
      const server = { ...serverInput({ name: 'ultronex-2', labels }), placement_group: placement_group.id };
      await client.post('/servers', { ...server, location: 'nbg1' });
      const managed = { name: 'ultronex', type: 'managed', domain_names: ['bot.example.com'], labels };
      const { certificate } = await client.post('/certificates', managed);
      const balancer = { name: 'ultronex', load_balancer_type: 'lb11', location: 'nbg1', labels };
      const { load_balancer } = await client.post('/load_balancers', balancer);
      const act = (name: string, body: Json) =>
        client.post(`/load_balancers/${load_balancer.id}/actions/${name}`, body);
      await client.post(`/networks/${ours.network.id}/actions/add_subnet`, {
        type: 'cloud',
        network_zone: 'eu-central',
      });
      await act('attach_to_network', { network: ours.network.id });
      await act('add_service', { protocol: 'https', http: { certificates: [certificate.id] } });
      await act('change_protection', { delete: true });
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 0, ran.stderr + ran.stdout);
      for (const kind of ['loadBalancers', 'certificates', 'placementGroups'] as const)
        assert.equal(fake.state[kind].all.length, 0, kind);
      for (const line of [
        'server ultronex-2',
        'load balancer ultronex',
        'certificate ultronex',
        'placement group ultronex',
      ])
        assert.match(ran.stdout, new RegExp(`^deleted: ${line} `, 'm'));
    });
  });

  it('goes on after a refusal, says it, and ends the work when it is run again', async () => {
    const refusal = { method: 'DELETE', path: '/volumes/{id}', status: 403, code: 'forbidden', message: 'not today' };
    await withHetzner({ faults: [refusal] }, async (client, fake) => {
      await project(client);
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 1);
      assert.match(ran.stderr, /not deleted: volume with all data ultronex-data \(\d+\): not today \(forbidden\)/);
      assert.deepEqual(
        { ...counts(fake) },
        { ...all, servers: 1, addresses: 1, firewalls: 1, networks: 1, records: 1 },
      );
      const again = await destroy(fake, 'ultronex\n');
      assert.equal(again.code, 0, again.stderr);
      assert.equal(counts(fake).volumes, 1);
    });
  });

  it('waits for actions that take time, and for what is locked', async () => {
    await withHetzner({ actionPolls: 2 }, async (client, fake) => {
      await project(client);
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 0, ran.stderr + ran.stdout);
      assert.equal(counts(fake).servers, 1);
    });
  });

  it('reads every page of a list', async () => {
    await withHetzner({}, async (client, fake) => {
      for (let number = 0; number < 51; number += 1)
        await client.post('/networks', { name: `n${number}`, ip_range: '10.0.0.0/16', labels: labelsOf('ultronex') });
      const ran = await destroy(fake, 'ultronex\n');
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal(fake.state.networks.all.length, 0);
    });
  });

  it('refuses a missing, a broken and a wrong token, and never shows one', async () => {
    await withHetzner({}, async (client, fake) => {
      await project(client);
      const wrong = 'e'.repeat(64);
      const cases: [Record<string, string>, RegExp][] = [
        [{ HCLOUD_TOKEN: '' }, /which project\? export HCLOUD_TOKEN/],
        [{ HCLOUD_TOKEN: 'short' }, /has 64 letters and digits/],
        [{ HCLOUD_TOKEN: wrong }, /servers cannot be listed: unable to authenticate \(unauthorized\)/],
      ];
      for (const [env, said] of cases) {
        const ran = await destroy(fake, 'ultronex\n', [], env);
        assert.equal(ran.code, 1);
        assert.match(ran.stderr, said);
        assert.doesNotMatch(ran.stdout + ran.stderr, /e{64}|short/);
      }
      assert.deepEqual(counts(fake), all);
      const ran = await destroy(fake, 'bot-2\n', ['--name', 'bot-2'], { HCLOUD_TOKEN: '', TF_VAR_hcloud_token: token });
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal(counts(fake).servers, 1);
    });
  });

  it('has --help, and refuses options and names that cannot be', async () => {
    await withHetzner({}, async (_client, fake) => {
      assert.match((await destroy(fake, '', ['--help'])).stdout, /^Usage: .*--dry-run/);
      assert.equal((await destroy(fake, '', ['--nonsense'])).code, 2);
      assert.equal((await destroy(fake, '', ['--name', 'a,role=x'])).code, 2);
    });
  });
});
