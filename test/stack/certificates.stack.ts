import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { eventually } from '../support/program.ts';
import { attempt } from './command.ts';
import { startLoad } from './load.ts';
import { containerOf, hostName, repository, type Stack } from './stack.ts';

export function certificateTests(stack: () => Stack): void {
  test('a renewed certificate is served without a dropped request, and survives a restart', {
    timeout: 180_000,
  }, async (t) => {
    const { docker } = stack();
    const before = await serial();
    const load = startLoad(stack());
    await docker('exec', containerOf('certbot'), 'python3', '/deploy/run.py', '--renew-now', '--force');
    const after = await eventually(
      'another certificate',
      async () => {
        const now = await serial();
        return now !== before && now;
      },
      60_000,
    );
    await wait(2_000);
    const { answered, failures } = await load.end();
    t.diagnostic(`${answered} requests answered meanwhile, ${failures.length} failed`);
    assert.deepEqual(failures, []);
    await docker('restart', '-t', '5', containerOf('haproxy'));
    assert.equal(await eventually('HAProxy again', () => serial().catch(() => null), 30_000), after);
  });

  test('what the authority refuses is said, counted, and changes nothing', { timeout: 60_000 }, async () => {
    const { docker, folder } = stack();
    const name = 'ultronex-test-refused';
    const certbot = (await docker('inspect', '-f', '{{.Config.Image}}', containerOf('certbot'))).trim();
    const folders = ['/certificates', '/admin', '/textfile', '/etc/letsencrypt'].flatMap((path) => ['--tmpfs', path]);
    const mounts = ['-v', `${join(repository, 'deploy/certbot')}:/deploy:ro`, '-v', `${folder}/pebble:/pebble:ro`];
    const env = {
      HOST_NAMES: 'nobody.test',
      ACME_SERVER: 'https://pebble:14000/dir',
      REQUESTS_CA_BUNDLE: '/pebble/ca.pem',
    };
    const settings = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    const run = ['run', '-d', '--name', name, '--network', 'ultronex-test_app', ...folders, ...mounts, ...settings];
    await docker(...run, '--entrypoint', 'python3', certbot, '/deploy/run.py');
    try {
      await eventually('its own certificate', async () => {
        const { code } = await attempt('docker', ['exec', name, 'python3', '/deploy/run.py', '--check']);
        return code === 0;
      });
      const renewed = await attempt('docker', ['exec', name, 'python3', '/deploy/run.py', '--renew-now']);
      assert.equal(renewed.code, 1);
      const metrics = await docker('exec', name, 'cat', '/textfile/certificates.prom');
      assert.match(metrics, /ultronex_certificate_renewal_failed 1\n/);
      assert.match(metrics, /ultronex_certificate_self_signed 1\n/);
      assert.match(await docker('logs', name), /certificate not renewed.*nobody\.test/);
    } finally {
      await docker('rm', '-f', name);
    }
  });

  test('ACME_STAGING asks the test authority', { timeout: 30_000 }, async () => {
    const { docker } = stack();
    const certbot = (await docker('inspect', '-f', '{{.Config.Image}}', containerOf('certbot'))).trim();
    const mount = ['-v', `${join(repository, 'deploy/certbot')}:/deploy:ro`];
    const code = 'import run; print(run.server)';
    for (const [staging, host] of [
      ['true', 'acme-staging-v02'],
      ['', 'acme-v02'],
    ]) {
      const run = ['run', '--rm', '--network', 'none', ...mount, '-w', '/deploy', '-e', `ACME_STAGING=${staging}`];
      const said = await docker(
        ...run,
        '-e',
        'PYTHONDONTWRITEBYTECODE=1',
        '--entrypoint',
        'python3',
        certbot,
        '-c',
        code,
      );
      assert.equal(said.trim(), `https://${host}.api.letsencrypt.org/directory`);
    }
  });

  test('a reload of HAProxy drops no request', { timeout: 90_000 }, async (t) => {
    const load = startLoad(stack());
    for (let reload = 0; reload < 5; reload++) {
      await wait(1_000);
      await stack().docker('exec', containerOf('haproxy'), 'sh', '-c', 'kill -USR2 1');
    }
    await wait(2_000);
    const { answered, failures } = await load.end();
    t.diagnostic(`${answered} requests answered during five reloads, ${failures.length} failed`);
    assert.deepEqual(failures, []);
  });

  test('the days left are a metric', async () => {
    const found = await eventually(
      'the metric in Prometheus',
      async () => {
        const query = encodeURIComponent('min(ultronex_certificate_expiry_timestamp_seconds) - time()');
        const { json } = await stack().inside(`http://prometheus:9090/api/v1/query?query=${query}`);
        return json.data.result[0]?.value[1];
      },
      120_000,
    );
    assert.ok(Number(found) > 86_400, `${found} seconds left`);
  });
}

/** Of the certificate that the published port shows. */
function serial(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: 18_443, servername: hostName, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
