import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FakeHetzner, FakeHetznerOptions, FaultSpec } from '../index.ts';
import { startFakeHetzner } from '../index.ts';
import { publicKey, token } from '../test-support.ts';

/** The fake is worth something only if Hetzner's own clients take it for Hetzner: Terraform's provider, Packer, the CLI. */

const here = fileURLToPath(new URL('.', import.meta.url));
const tools = fileURLToPath(new URL('../../../../../shared/tools/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hetzner-clients-'));
after(() => rmSync(folder, { recursive: true }));

const missing = (command: string) => (spawnSync(command, ['version']).error ? `${command} is not installed` : false);

interface Ran {
  code: number | null;
  output: string;
}

function run(command: string, args: string[], env: Record<string, string>, cwd = folder): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, CHECKPOINT_DISABLE: '1', ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const reaching = (fake: FakeHetzner) => ({ HCLOUD_ENDPOINT: fake.url, HCLOUD_TOKEN: token });

async function withFake(
  options: Partial<FakeHetznerOptions>,
  use: (fake: FakeHetzner) => Promise<void>,
): Promise<void> {
  const fake = await startFakeHetzner({ token, ...options });
  try {
    await use(fake);
    assert.deepEqual(fake.faults.unmet(), []);
  } finally {
    await fake.stop();
  }
}

/** What is left in the project, by kind. */
function left({ state }: FakeHetzner): string[] {
  const { sshKeys, firewalls, networks, primaryIps, servers, volumes, placementGroups, zones, rrsets } = state;
  const kinds = { sshKeys, firewalls, networks, primaryIps, servers, volumes, placementGroups, zones, rrsets };
  return Object.entries(kinds).flatMap(([kind, { all }]) => all.map(({ name }) => `${kind} ${name}`));
}

describe('Terraform', { skip: missing('terraform') }, () => {
  let initialized: { env: Record<string, string>; folder: string } | undefined;

  /** Terraform in a folder without state, its provider installed once. */
  async function terraform(fake: FakeHetzner) {
    if (!initialized) {
      const lines = existsSync(tools) ? (await run(`${tools}terraform-up`, [], {})).output.split('\n') : [];
      const mirror = lines.find((line) => line.startsWith('/'));
      initialized = { folder: join(folder, 'terraform'), env: mirror ? { TF_CLI_CONFIG_FILE: mirror } : {} };
      cpSync(join(here, 'main.tf'), join(initialized.folder, 'main.tf'));
      const { code, output } = await run('terraform', ['init', '-no-color'], initialized.env, initialized.folder);
      assert.equal(code, 0, output);
    }
    const { env, folder: cwd } = initialized;
    for (const file of ['terraform.tfstate', 'terraform.tfstate.backup']) rmSync(join(cwd, file), { force: true });
    const base = { ...env, ...reaching(fake), TF_VAR_public_key: publicKey('terraform') };
    return async (args: string[], more: Record<string, string> = {}) => {
      const { code, output } = await run('terraform', [...args, '-no-color'], { ...base, ...more }, cwd);
      const counts = /(\d+) added, (\d+) changed, (\d+) destroyed|Resources: (\d+) destroyed/.exec(output);
      return {
        code,
        output,
        counts: counts
          ?.slice(1)
          .filter((count) => count !== undefined)
          .map(Number),
      };
    };
  }
  const apply = ['apply', '-auto-approve'];
  const plan = ['plan', '-detailed-exitcode'];

  it('applies, plans nothing more, changes in place, heals drift, destroys', async () => {
    await withFake({}, async (fake) => {
      const tf = await terraform(fake);
      const first = await tf(apply);
      assert.deepEqual([first.code, first.counts], [0, [15, 0, 0]], first.output);
      const second = await tf(plan);
      assert.equal(second.code, 0, second.output);
      const changed = { TF_VAR_changed: 'true', TF_VAR_server_type: 'cpx22' };
      const third = await tf(apply, changed);
      assert.deepEqual([third.code, third.counts], [0, [0, 6, 0]], third.output);
      assert.equal((await tf(plan, changed)).code, 0);
      const [server] = fake.state.servers.all;
      assert.deepEqual([server?.status, server?.type.name, server?.backup_window], ['running', 'cpx22', '22-02']);
      if (server) server.labels = { by: 'hand' };
      assert.equal((await tf(plan, changed)).code, 2);
      assert.deepEqual((await tf(apply, changed)).counts, [0, 1, 0]);
      const last = await tf(['destroy', '-auto-approve'], changed);
      assert.deepEqual([last.code, last.counts], [0, [15]], last.output);
      assert.deepEqual(left(fake), []);
    });
  });

  const refusals: { what: string; env?: Record<string, string>; fault?: FaultSpec; says: RegExp }[] = [
    { what: 'a wrong token', env: { HCLOUD_TOKEN: 'x'.repeat(64) }, says: /Error code: unauthorized/ },
    {
      what: 'a type that is sold out',
      env: { TF_VAR_server_type: 'cx23' },
      says: /error during placement \(resource_unavailable, \w+\)/,
    },
    {
      what: 'a type that is not sold there',
      env: { TF_VAR_server_type: 'cpx11' },
      says: /unsupported location for server type \(invalid_input/,
    },
    {
      what: 'a server that does not start',
      fault: { action: 'start_server', code: 'action_failed', message: 'Action failed' },
      says: /Action failed \(action_failed, \d+\)/,
    },
  ];
  for (const { what, env, fault, says } of refusals) {
    it(`says so of ${what}; the next apply goes on from there`, async () => {
      await withFake({ faults: fault ? [fault] : [] }, async (fake) => {
        const tf = await terraform(fake);
        const refused = await tf(apply, env);
        assert.equal(refused.code, 1);
        assert.match(refused.output, says);
        assert.equal((await tf(apply)).code, 0);
        assert.equal((await tf(plan)).code, 0);
      });
    });
  }

  it('finds its own orphan in the way after an answer got lost', async () => {
    await withFake({ faults: [{ method: 'POST', path: '/servers', lost: true }] }, async (fake) => {
      const tf = await terraform(fake);
      assert.equal((await tf(apply)).code, 1);
      assert.match((await tf(apply)).output, /server name is already used \(uniqueness_error/);
    });
  });

  it('tries again after a conflict, the rate limit and a timeout', async () => {
    const faults: FaultSpec[] = [
      { method: 'POST', path: '/networks', status: 409, code: 'conflict' },
      { method: 'POST', path: '/firewalls', status: 429, code: 'rate_limit_exceeded' },
      { method: 'POST', path: '/zones', status: 504, code: 'timeout' },
    ];
    await withFake({ faults }, async (fake) => {
      const { code, output } = await (await terraform(fake))(apply);
      assert.equal(code, 0, output);
    });
  });
});

describe('Packer', { skip: missing('packer') }, () => {
  const build = (fake: FakeHetzner, ...args: string[]) =>
    run('packer', ['build', '-color=false', ...args, join(here, 'build.pkr.hcl')], reaching(fake));

  it('leaves a snapshot with its labels and nothing else', async () => {
    await withFake({}, async (fake) => {
      const { code, output } = await build(fake);
      assert.equal(code, 0, output);
      const [snapshot, ...more] = fake.state.images.all.filter(({ type }) => type === 'snapshot');
      assert.deepEqual([snapshot?.description, snapshot?.status, more.length], ['ultronex-1', 'available', 0]);
      assert.deepEqual(snapshot?.labels, { role: 'ultronex', version: '1' });
      assert.deepEqual(left(fake), []);
    });
  });

  it('cleans up after a snapshot that failed and a type that is sold out', async () => {
    await withFake({ faults: [{ action: 'create_image' }] }, async (fake) => {
      assert.equal((await build(fake)).code, 1);
      const soldOut = await build(fake, '-var', 'server_type=cx23');
      assert.match(soldOut.output, /error during placement \(resource_unavailable\)/);
      assert.deepEqual(left(fake), []);
    });
  });
});

describe('the CLI', { skip: missing('hcloud') }, () => {
  const commands = `
    ssh-key create --name k --public-key-from-file key.pub
    firewall create --name f
    firewall add-rule f --direction in --protocol tcp --port 22 --source-ips 0.0.0.0/0
    network create --name n --ip-range 10.0.0.0/16
    network add-subnet n --type cloud --network-zone eu-central --ip-range 10.0.1.0/24
    primary-ip create --name p --type ipv4 --datacenter fsn1-dc1
    server create --name s --type cpx12 --image debian-13 --location fsn1 --ssh-key k --firewall f --network n --label a=b
    server list --selector a=b
    server describe s
    server poweroff s
    server change-type s cpx22
    server reboot s
    server add-label s c=d
    server create-image s --type snapshot --description d --label role=ultronex
    image list --type snapshot --selector role=ultronex
    server set-rdns s --hostname s.example.com
    server enable-protection s delete rebuild
    server disable-protection s delete rebuild
    server enable-backup s
    server rebuild s --image debian-12
    volume create --name v --size 10 --server s
    volume detach v
    volume attach v --server s
    volume resize v --size 20
    volume detach v
    volume delete v
    server detach-from-network s --network n
    server attach-to-network s --network n --ip 10.0.1.7
    server ip s
    server delete s
    server-type list
    location list
    firewall delete f
    network delete n
    primary-ip delete p
    ssh-key delete k`;

  it('takes every command of a server’s life', async () => {
    await withFake({}, async (fake) => {
      writeFileSync(join(folder, 'key.pub'), publicKey('cli'));
      for (const line of commands.trim().split('\n')) {
        const { code, output } = await run('hcloud', line.trim().split(' '), reaching(fake));
        assert.equal(code, 0, `hcloud ${line.trim()}: ${output}`);
      }
      assert.deepEqual(left(fake), []);
    });
  });
});
