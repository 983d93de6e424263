import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FakeHetzner, Machines } from '../../fakes/hetzner/index.ts';
import { createMachines, startFakeHetzner } from '../../fakes/hetzner/index.ts';
import type { Client } from '../support.ts';
import { clientOf, serverInput, token } from '../support.ts';

/** Servers of the fake that are machines: cloud-init runs what the client sent, ssh answers at the promised address. */

const here = fileURLToPath(new URL('.', import.meta.url));
const tools = fileURLToPath(new URL('../../../../shared/tools/', import.meta.url));
const prefix = `hetzner-fake-${process.pid}`;

const run = promisify(execFile);

/** Not the synchronous one: the fake that Packer asks lives in this process. */
async function must(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const ran = run(command, args, { env: { ...process.env, CHECKPOINT_DISABLE: '1', ...env }, timeout: 180_000 });
  return (await ran.catch((error) => assert.fail(`${error.message}${error.stdout}`))).stdout.trim();
}

describe('machines', { skip: existsSync(tools) ? false : 'the tools are not beside this checkout' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hetzner-machines-'));
  const key = join(folder, 'key');
  let machines: Machines;
  let fake: FakeHetzner;
  let client: Client;

  before(async () => {
    await must(`${tools}docker-up`, []);
    // What builds the image of a machine.
    const built = await must('docker', ['images', '-q', 'standin/vps']);
    if (built === '') {
      await must(`${tools}vps-up`, [`${prefix}-seed`]);
      await must(`${tools}vps-up`, ['--rm', `${prefix}-seed`]);
    }
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    machines = createMachines({ prefix });
    fake = await startFakeHetzner({ token, ...machines.hooks });
    client = clientOf(fake);
    await client.post('/ssh_keys', { name: 'k', public_key: readFileSync(`${key}.pub`, 'utf8') });
  });
  after(async () => {
    await fake?.stop();
    await machines?.stop();
    rmSync(folder, { recursive: true });
    assert.equal(await must('docker', ['ps', '-aq', '--filter', `name=^${prefix}-`]), '');
    assert.equal(await must('docker', ['volume', 'ls', '-q', '--filter', `name=^${prefix}-`]), '');
  });

  const ssh = (ip: string, command: string) =>
    must('ssh', [
      ...['-i', key, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=10'],
      ...[`root@${ip}`, command],
    ]);

  /** Looks at the action until the machine has booted. */
  async function ready(action: { id: number }): Promise<void> {
    for (let status = 'running'; status === 'running'; ) {
      const answer = await client.get(`/actions/${action.id}`);
      assert.equal(answer.action.error, null, JSON.stringify(answer.action.error));
      status = answer.action.status;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('run their user_data and let the key in; a rebuilt one knows nothing of it', async () => {
    const user_data = '#cloud-config\nwrite_files:\n  - { path: /root/hello, content: "from cloud-init" }\n';
    const { server, action, next_actions } = await client.post('/servers', serverInput({ ssh_keys: ['k'], user_data }));
    await ready(action);
    await ready(next_actions[0]);
    const { ip } = server.public_net.ipv4;
    assert.equal(
      await ssh(ip, 'cloud-init status --wait >/dev/null; cat /root/hello; hostname'),
      'from cloud-initultronex',
    );
    await ssh(ip, 'touch /root/mine');
    const rebuilt = await client.post(`/servers/${server.id}/actions/rebuild`, { image: 'debian-13' });
    await ready(rebuilt.action);
    assert.equal(await ssh(ip, 'cloud-init status --wait >/dev/null; ls /root'), 'hello');
    await ready((await client.request('DELETE', `/servers/${server.id}`)).body.action);
  });

  it('become a snapshot by Packer over ssh, from which the next one starts', async () => {
    await must('packer', ['build', '-color=false', join(here, 'build-ssh.pkr.hcl')], {
      HCLOUD_ENDPOINT: fake.url,
      HCLOUD_TOKEN: token,
    });
    const { images } = await client.get('/images?type=snapshot&label_selector=role=ultronex');
    const input = serverInput({ name: 'copy', image: images[0].id, ssh_keys: ['k'], user_data: '#cloud-config\n{}\n' });
    const { server, action } = await client.post('/servers', input);
    await ready(action);
    const { ip } = server.public_net.ipv4;
    assert.equal(
      await ssh(ip, 'cloud-init status --wait >/dev/null; cat /root/packed /var/lib/docker/pulled; hostname'),
      'made by Packer\nan image\ncopy',
    );
  });
});
