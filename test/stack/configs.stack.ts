import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attempt } from './command.ts';
import { containerOf, repository, type Stack } from './stack.ts';

/** Each service's own checker over the files it gets. */
export function configTests(stack: () => Stack): void {
  const inside = (service: string, ...command: string[]) =>
    attempt('docker', ['exec', containerOf(service), ...command]);
  const ends = async (checked: ReturnType<typeof attempt>, expected = /(?:)/) => {
    const { code, stdout, stderr } = await checked;
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout + stderr, expected);
  };

  test('docker compose config, with each profile and for 4 GB', async () => {
    for (const files of [['docker-compose.yml'], ['docker-compose.yml', 'deploy/compose-4gb.yml']]) {
      const named = files.flatMap((file) => ['-f', join(repository, file)]);
      await ends(
        attempt('docker', ['compose', ...named, '--profile', 'control', '--profile', 'jobs', 'config', '--quiet']),
      );
    }
  });

  test('haproxy -c', async () => {
    const folder = '/usr/local/etc/haproxy';
    const users = '/run/secrets/users.cfg';
    await ends(inside('haproxy', 'haproxy', '-c', '-f', `${folder}/haproxy.cfg`, '-f', users));
    await ends(inside('docker-read', 'haproxy', '-c', '-f', `${folder}/docker-read.cfg`));
    await ends(inside('docker-act', 'haproxy', '-c', '-f', `${folder}/docker-act.cfg`));
  });

  test('promtool check config, promtool test rules', async (t) => {
    for (const file of ['prometheus', 'prometheus-replicas']) {
      await ends(inside('prometheus', 'promtool', 'check', 'config', '--lint=all', `/etc/prometheus/${file}.yml`));
    }
    const cases = readdirSync(join(repository, 'deploy/prometheus/tests')).map(
      (file) => `/etc/prometheus/tests/${file}`,
    );
    const mount = `${join(repository, 'deploy/prometheus')}:/etc/prometheus:ro`;
    const image = (await stack().docker('inspect', '-f', '{{.Config.Image}}', containerOf('prometheus'))).trim();
    const run = ['run', '--rm', '--network', 'none', '-v', mount, '--entrypoint', 'promtool', image, 'test', 'rules'];
    await ends(attempt('docker', [...run, ...cases]), /SUCCESS/);
    t.diagnostic(`${cases.length} files of cases`);
  });

  test('amtool check-config', () =>
    ends(inside('alertmanager', 'amtool', 'check-config', '/run/secrets/alertmanager.yml')));

  test('loki -verify-config, otelcol validate', async () => {
    const verify = ['loki', '-config.file=/etc/loki/config.yaml', '-config.expand-env=true', '-verify-config'];
    await ends(inside('loki', ...verify));
    const bucket = ['LOG_STORE=s3', 'LOG_BUCKET=logs', 'LOG_BUCKET_ENDPOINT=https://storage.example.com'];
    const set = bucket.flatMap((setting) => ['-e', setting]);
    await ends(attempt('docker', ['exec', ...set, containerOf('loki'), ...verify]));
    const gates = '--feature-gates=stanza.synchronousLogEmitter';
    await ends(inside('otelcol', '/otelcol-contrib', 'validate', '--config=/etc/otelcol-contrib/config.yaml', gates));
  });
}
