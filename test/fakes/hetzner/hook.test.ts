import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import type { FakeHetzner, Json, ServerStart } from './index.ts';
import { clientOf, publicKey, serverInput, token, withHetzner } from './test-support.ts';

describe('the machine behind a server', () => {
  it('is started by the hook, whose address the server then has; create_server waits for it', async () => {
    const started: [Json, ServerStart][] = [];
    const ended: unknown[] = [];
    let ready: (machine: { ipv4: string }) => void = () => undefined;
    const onServerCreate = (server: Json, start: ServerStart) => {
      started.push([server, start]);
      return new Promise<{ ipv4: string }>((resolve) => {
        ready = resolve;
      });
    };
    const onServerDelete = async ({ id }: Json) => void ended.push(id);
    await withHetzner({ onServerCreate, onServerDelete }, async ({ get, post, request }) => {
      const { ssh_key } = await post('/ssh_keys', { name: 'k', public_key: publicKey('k') });
      const input = serverInput({ user_data: '#cloud-config', ssh_keys: [ssh_key.id] });
      const { server, action } = await post('/servers', input);
      assert.deepEqual(started[0]?.[1], {
        userData: '#cloud-config',
        sshKeys: [{ name: 'k', public_key: publicKey('k') }],
      });
      assert.equal(started[0]?.[0].name, 'ultronex');
      for (let look = 0; look < 3; look += 1)
        assert.equal((await get(`/actions/${action.id}`)).action.status, 'running');
      ready({ ipv4: '172.17.0.9' });
      assert.equal((await get(`/actions/${action.id}`)).action.status, 'success');
      assert.equal((await get(`/servers/${server.id}`)).server.public_net.ipv4.ip, '172.17.0.9');
      await request('DELETE', `/servers/${server.id}`);
      assert.deepEqual(ended, [server.id]);
    });
  });

  it('is copied for a snapshot, which is not there before', async () => {
    const copied: unknown[] = [];
    let done: () => void = () => undefined;
    const onImageCreate = (server: Json, image: Json) => {
      copied.push([server.name, image.labels]);
      return new Promise<void>((resolve) => {
        done = resolve;
      });
    };
    await withHetzner({ onImageCreate }, async ({ get, post, finish }) => {
      const { server } = await post('/servers', serverInput());
      const input = { type: 'snapshot', labels: { role: 'ultronex' } };
      const { action, image } = await post(`/servers/${server.id}/actions/create_image`, input);
      assert.deepEqual(copied, [['ultronex', { role: 'ultronex' }]]);
      assert.equal((await get(`/images/${image.id}`)).image.status, 'creating');
      done();
      await finish(action);
      assert.equal((await get(`/images/${image.id}`)).image.status, 'available');
    });
  });

  it('gets the device of a volume, also of one that is made for it, and loses it again', async () => {
    const seen: unknown[] = [];
    const note = (what: string) => async (server: Json, volume: Json) =>
      void seen.push([what, server.name, volume.linux_device]);
    await withHetzner(
      { onVolumeAttach: note('attach'), onVolumeDetach: note('detach') },
      async ({ get, post, finish }) => {
        const { server } = await post('/servers', serverInput());
        const made = await post('/volumes', { name: 'data', size: 10, format: 'ext4', server: server.id });
        await finish(made.action, ...made.next_actions);
        const { id, linux_device: device } = made.volume;
        await finish((await post(`/volumes/${id}/actions/detach`, {})).action);
        assert.equal((await get(`/volumes/${id}`)).volume.server, null);
        await finish((await post(`/volumes/${id}/actions/attach`, { server: server.id })).action);
        assert.deepEqual(seen, [
          ['attach', 'ultronex', device],
          ['detach', 'ultronex', device],
          ['attach', 'ultronex', device],
        ]);
      },
    );
  });

  it('that does not start fails the action', async () => {
    const onServerCreate = () => Promise.reject(new Error('no room'));
    await withHetzner({ onServerCreate }, async ({ post, finish }) => {
      const { action } = await post('/servers', serverInput());
      const [failed] = (await finish(action)) as unknown as { status: string; error: { message: string } }[];
      assert.deepEqual([failed?.status, failed?.error.message], ['error', 'no room']);
    });
  });
});

describe('as a process', () => {
  it('says where it is, and asks a command for the address', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hetzner-'));
    const hook = `cat >>${folder}/asked; echo booting; echo 192.0.2.77`;
    const args = ['--import', 'tsx', 'test/fakes/hetzner/cli.ts', '--port', '0', '--token', token, '--hook', hook];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { url } = JSON.parse(String(line)) as { url: string };
      const { get, post, finish, request } = clientOf({ url } as FakeHetzner);
      const { server, action } = await post('/servers', serverInput({ user_data: 'x' }));
      // The hook is a process: looks come faster than its end.
      while ((await get(`/actions/${action.id}`)).action.status === 'running');
      assert.equal((await get(`/servers/${server.id}`)).server.public_net.ipv4.ip, '192.0.2.77');
      const gone = await request('DELETE', `/servers/${server.id}`);
      assert.equal(gone.status, 423, 'start_server was not looked at yet');
      await finish(action);
      while ((await request('DELETE', `/servers/${server.id}`)).status === 423);
      while ((await get('/actions?status=running')).actions.length > 0) await get('/actions');
      const asked = readFileSync(`${folder}/asked`, 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text));
      assert.deepEqual(
        asked.map(({ event, userData }) => [event, userData]),
        [
          ['create', 'x'],
          ['delete', undefined],
        ],
      );
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    }
  });
});
