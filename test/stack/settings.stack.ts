import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { attempt } from './command.ts';
import { repository, type Stack } from './stack.ts';

export function settingsTests(stack: () => Stack): void {
  test('a wrong .env stops the start with the names of what is missing', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ultronex-wrong-'));
    const project = ['compose', '-p', 'ultronex-wrong'];
    try {
      for (const part of ['docker-compose.yml', 'deploy']) {
        cpSync(join(repository, part), join(folder, part), { recursive: true });
      }
      writeFileSync(
        join(folder, '.env'),
        'HOST_NAMES=bot.example.com\nSLACK_APP_TOKEN=xapp-secret\nLOKI_RETENTION=3d\n',
      );
      const up = await attempt('docker', [...project, 'up', '--no-build', 'setup'], { cwd: folder });
      const said = up.stdout + up.stderr;
      for (const name of ['SLACK_BOT_TOKEN', 'LOKI_RETENTION']) assert.ok(said.includes(name), said);
      assert.match(said, /exited with code 78/);
      assert.doesNotMatch(said, /xapp-secret/);
    } finally {
      await attempt('docker', [...project, 'down', '--volumes', '--remove-orphans'], { cwd: folder });
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('no secret is in an image’s or a container’s description', async () => {
    const { docker, password } = stack();
    const ids = (await docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=ultronex-test'))
      .trim()
      .split('\n');
    const described = (await docker('inspect', ...ids)) + (await docker('inspect', 'ultronex:latest'));
    for (const secret of [password, 'xoxb-test-1', 'xapp-test-1']) assert.ok(!described.includes(secret), secret);
  });

  test('only HAProxy publishes ports, and only docker-read, docker-act and docker-jobs have Docker’s socket', async () => {
    const { docker } = stack();
    const names = (await docker('ps', '--format', '{{.Names}}', '--filter', 'name=ultronex-test-')).trim().split('\n');
    for (const name of names) {
      const { HostConfig, Mounts } = JSON.parse(await docker('inspect', '-f', '{{json .}}', name));
      const published = Object.keys(HostConfig.PortBindings ?? {}).length;
      assert.equal(published, name.includes('haproxy') ? 3 : 0, name);
      const socket = Mounts.some(({ Source }: { Source: string }) => Source.endsWith('docker.sock'));
      assert.equal(socket, /docker-(read|act|jobs)/.test(name), name);
      if (/pebble|fake-slack/.test(name)) continue;
      assert.ok(HostConfig.ReadonlyRootfs, `${name} has a read-only root`);
      assert.deepEqual(HostConfig.CapDrop, ['ALL'], name);
      assert.ok(HostConfig.Memory > 0, `${name} has a memory limit`);
      assert.equal(HostConfig.RestartPolicy.Name, 'unless-stopped', name);
    }
  });
}
