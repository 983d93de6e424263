import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  image?: string;
  build?: unknown;
  pull_policy?: string;
  pids_limit?: number;
  mem_limit?: string;
  tmpfs?: string | string[];
  ports?: string[];
  network_mode?: string;
  depends_on?: Record<string, unknown>;
  environment?: Record<string, string>;
  healthcheck?: { start_period?: string };
}

const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const all = Object.entries(services);
/** `${NAME:-512m}` → 512 */
const mebibytes = (text = '') => Number(/(\d+)(?:m|MiB)\}?$/.exec(text)?.[1] ?? Number.NaN);

describe('docker-compose.yml', () => {
  it('builds each tag for one service; the others with that tag neither build nor pull it', () => {
    const built = all.filter(([, { build }]) => build !== undefined);
    assert.deepEqual(
      built.map(([name]) => name),
      ['ultronex'],
    );
    const tags = built.map(([, { image }]) => image);
    assert.equal(new Set(tags).size, tags.length);
    const others = all.filter(([, { image, build }]) => tags.includes(image) && build === undefined);
    assert.ok(others.some(([name]) => name === 'setup'));
    for (const [name, { pull_policy }] of others) assert.equal(pull_policy, 'never', name);
  });

  it('bounds the processes and the memory of each service', () => {
    for (const [name, { pids_limit, mem_limit }] of all) {
      assert.ok(pids_limit !== undefined && pids_limit > 0 && pids_limit <= 512, `${name}: ${pids_limit} processes`);
      assert.ok(mebibytes(mem_limit) > 0, `${name}: ${mem_limit}`);
    }
  });

  it('gives each tmpfs a size, which fits into the memory of its service', () => {
    let seen = 0;
    for (const [name, { tmpfs = [], mem_limit }] of all) {
      for (const each of [tmpfs].flat()) {
        const size = /[:,]size=(\d+)m(,|$)/.exec(each)?.[1];
        assert.ok(size, `${name}: "${each}" has no size`);
        assert.ok(Number(size) < mebibytes(mem_limit), `${name}: ${each} of ${mem_limit}`);
        seen += 1;
      }
    }
    assert.ok(seen >= 5, `${seen}`);
  });

  it('opens ports for HAProxy alone, and puts no service into the machine’s network', () => {
    for (const [name, { ports, network_mode }] of all) {
      assert.equal(ports === undefined, name !== 'haproxy', name);
      assert.notEqual(network_mode, 'host', name);
    }
    const udp = services.haproxy?.ports?.filter((port) => port.endsWith('/udp')) ?? [];
    assert.equal(udp.length, 1);
    assert.match(read('haproxy/haproxy.cfg'), /bind quic4@:8443 /, 'what is open over UDP is listened on');
  });

  it('waits for Grafana nowhere, and gives it time and a limit for its garbage', () => {
    for (const [name, { depends_on = {} }] of all) assert.ok(!('grafana' in depends_on), name);
    const { mem_limit, environment = {}, healthcheck } = services.grafana ?? {};
    assert.equal(mebibytes(mem_limit), 512);
    assert.equal(healthcheck?.start_period, '180s');
    const soft = mebibytes(environment.GOMEMLIMIT);
    assert.ok(soft > 400 && soft < 512, `${soft} MiB`);
    assert.equal(environment.GF_SERVER_ROOT_URL__FILE, '/run/secrets/root_url');
    assert.equal(environment.GF_SERVER_ROOT_URL, undefined);
  });

  it('fits into 2 GB with all its limits together', () => {
    const sum = all
      .filter(([name]) => name !== 'setup' && name !== 'docker-act')
      .reduce((total, [, { mem_limit }]) => total + mebibytes(mem_limit), 0);
    assert.ok(sum < 1_900, `${sum} MiB`);
    const documented = /^\| together \| ([\d,]+) MiB/m.exec(read('docs/stack.md'))?.[1]?.replace(',', '');
    assert.equal(Number(documented), sum + mebibytes(services['docker-act']?.mem_limit));
  });

  it('pins a patch release of each image, or the minor whose patches are compatible', () => {
    for (const [name, { image = '' }] of all) {
      if (image.startsWith('ultronex:')) continue;
      // The patch can be raised by a setting whose name holds the minor, so that it ends with that minor.
      const pin = /:v?(\d+)\.(\d+)\.\$\{[A-Z_]+_(\d+)_(\d+)_PATCH:-\d+\}$/.exec(image);
      if (pin === null) assert.match(image, /:v?\d+\.\d+$/, name);
      else assert.deepEqual(pin.slice(1, 3), pin.slice(3), `${name}: ${image}`);
    }
  });
});
