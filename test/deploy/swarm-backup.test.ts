import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { tempDir } from '../support/temp.ts';
import { machine } from './backup-machine.ts';
import type { FakeState } from './fake-docker.ts';

const url = 'postgres://ultronex:secret@haproxy:5432/ultronex';
const [replica, haproxy] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];

/** The machine of a swarm that keeps the data. */
function swarm(t: TestContext, more: Partial<FakeState> = {}) {
  const repository = join(tempDir(t), 'repository');
  const { run, ...others } = machine(t, repository);
  others.write('.env', `ULTRONEX_VERSION=one\nDATABASE_URL='${url}'\n`);
  const containers = [
    { id: replica, service: 'ultronex', image: 'ultronex:one' },
    { id: haproxy, service: 'haproxy', image: 'haproxy:3.2' },
  ];
  others.change({ label: 'true', containers, ...more });
  return {
    ...others,
    backup: (...args: string[]) => run('../swarm/backup', ...args),
    saved: (name: string) => readFileSync(join(repository, 'stage', name), 'utf8'),
    hasRepository: () => existsSync(repository),
    savedNames: () => readdirSync(join(repository, 'stage')).sort(),
  };
}

describe('deploy/swarm/backup', { concurrency: 2 }, () => {
  it('saves the store, .env and the own folders, with the image that the swarm runs, and shows no password', async (t) => {
    const { backup, saved, savedNames, calls, beats, left, write } = swarm(t);
    write('access/users.yaml', 'users: []\n', 0o640);
    const { code, stdout, stderr } = await backup();
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Store: 3 messages, checked$/m);
    assert.deepEqual(savedNames(), ['env', 'files', 'manifest', 'store']);
    assert.equal(saved('store/ultronex.db'), `the store of ${url}`);
    assert.ok(saved('env').includes(`DATABASE_URL='${url}'\n`));
    assert.equal(saved('files/access/users.yaml'), 'users: []\n');
    assert.match(saved('manifest'), /^version=two\nat=\S+Z\nhost=\S+\n$/);
    const copied = calls().find((call) => call.startsWith('run ')) ?? '';
    assert.match(copied, new RegExp(`--network container:${haproxy} .* ultronex:two backup /backup/ultronex\\.db$`));
    assert.ok(!calls().some((call) => call.includes('secret@')));
    assert.deepEqual(beats(), ['server-backup 0: Backup made; the repository has 1']);
    assert.deepEqual(left(), ['last']);
  });

  it('a database with an authority of its own is copied with DATABASE_CA', async (t) => {
    const { backup, saved, write, calls } = swarm(t);
    write('.env', `ULTRONEX_VERSION=one\nDATABASE_URL='${url}'\nDATABASE_CA=LS0tQ0E=\n`);
    const { code, stderr } = await backup();
    assert.equal(code, 0, stderr);
    assert.equal(saved('store/ultronex.db'), `the store of ${url} LS0tQ0E=`);
    assert.ok(!calls().some((call) => call.includes('LS0tQ0E=')));
  });

  it('a store that cannot be copied fails the backup, leaves nothing behind, and is reported', async (t) => {
    const { backup, hasRepository, beats, left } = swarm(t, { copy: 'ultronex backup: the database is away' });
    const { code, stderr } = await backup();
    assert.equal(code, 1);
    const reason = 'the store could not be copied, as said above; nothing was written';
    assert.equal(stderr, `ultronex backup: the database is away\nbackup: ${reason}\n`);
    assert.ok(!hasRepository());
    assert.deepEqual(left(), []);
    assert.deepEqual(beats(), [`server-backup 1: ${reason}`]);
  });

  it('a machine without the label refuses with the remedy, and changes nothing', async (t) => {
    for (const label of [undefined, '']) {
      const { backup, calls, beats } = swarm(t, { label });
      const { code, stderr } = await backup();
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^backup: this machine is not the manager with the label ultronex\.data; run this on .*: docker node ls --filter /,
      );
      assert.ok(!calls().some((call) => call.startsWith('run ')));
      assert.deepEqual(beats(), []);
    }
  });

  it('works without a replica on the machine, and says what is missing', async (t) => {
    const { backup, saved } = swarm(t, { containers: [{ id: haproxy, service: 'haproxy', image: 'haproxy:3.2' }] });
    const { code, stderr } = await backup();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^backup: no replica runs on this machine, .*; deploy\/swarm\/up --spread$/m);
    assert.equal(saved('store/ultronex.db'), `the store of ${url}`);
  });

  it('needs HAProxy, which leads to the database', async (t) => {
    const { backup, left } = swarm(t, { containers: [{ id: replica, service: 'ultronex', image: 'ultronex:one' }] });
    const { code, stderr } = await backup();
    assert.equal(code, 1);
    assert.match(stderr, /^backup: HAProxy, .*, does not run on this machine; deploy\/swarm\/status$/m);
    assert.deepEqual(left(), []);
  });

  it('shows its steps with --dry-run and changes nothing', async (t) => {
    const { backup, calls, hasRepository, beats } = swarm(t);
    const { code, stdout, stderr } = await backup('--dry-run', '--check');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Copy the store, with the program of version two$/m);
    assert.match(stdout, /^\+ restic forget .*--keep-daily 7 --keep-weekly 5 --keep-monthly 12 --prune$/m);
    assert.match(stdout, /^\+ restic check /m);
    assert.ok(!calls().some((call) => call.startsWith('run ')) && !hasRepository());
    assert.deepEqual(beats(), []);
  });
});
