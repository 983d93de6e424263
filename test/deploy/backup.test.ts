import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tempDir } from '../support/temp.ts';
import { machine } from './backup-machine.ts';

describe("the user's own files", { concurrency: 2 }, () => {
  it('are in a backup, and a restore puts back those that are not there, with their modes', async (t) => {
    const repository = join(tempDir(t), 'repository');
    const one = machine(t, repository);
    one.write('access/users.yaml', 'users: []\n', 0o640);
    one.write('access/users.example.yaml', 'example\n');
    one.write('replies/ours.yaml', 'ours of the backup\n');
    one.write('hooks/deep/er/a hook.yaml', 'hook\n');
    one.write('data-of-mine/x', 'x');
    chmodSync(one.path('hooks/deep'), 0o750);
    const made = await one.run('backup');
    assert.equal(made.code, 0, made.stderr + made.stdout);

    const two = machine(t, repository);
    two.write('access/users.example.yaml', 'example\n');
    two.write('replies/ours.yaml', 'ours of this machine\n');
    chmodSync(two.path('replies'), 0o711);
    const { code, stdout, stderr } = await two.run('restore', '--force', '--yes');
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Put back: access\/users\.yaml, hooks\/deep\/er\/a hook\.yaml$/m);
    assert.match(stdout, /^Left as they are, the same as in the backup: access\/users\.example\.yaml$/m);
    assert.match(stdout, /^Left as they are, other than in the backup: replies\/ours\.yaml$/m);
    assert.equal(two.read('access/users.yaml'), 'users: []\n');
    assert.equal(two.read('hooks/deep/er/a hook.yaml'), 'hook\n');
    assert.equal(two.read('replies/ours.yaml'), 'ours of this machine\n');
    assert.ok(!existsSync(two.path('data-of-mine')));
    const mode = (name: string) => statSync(two.path(name)).mode & 0o777;
    assert.deepEqual(
      ['access/users.yaml', 'hooks', 'hooks/deep', 'replies'].map((name) => mode(name).toString(8)),
      ['640', '755', '750', '711'],
    );
  });

  it('are not in an older backup, which is restored as before, with its audit log', async (t) => {
    const repository = join(tempDir(t), 'repository');
    const one = machine(t, repository);
    assert.equal((await one.run('backup')).code, 0);
    rmSync(join(repository, 'stage/files'), { recursive: true });
    const two = machine(t, repository);
    two.write('access/users.yaml', 'mine\n');
    const { code, stdout, stderr } = await two.run('restore', '--force', '--yes');
    assert.equal(code, 0, stderr + stdout);
    assert.doesNotMatch(stdout, /^(Put back|Left)\b.*:/m);
    assert.equal(two.read('access/users.yaml'), 'mine\n');
    const replaced = two.calls().find((call) => call.includes('/ultronex.db')) ?? '';
    assert.match(replaced, /cp \/backup\/audit\.log\* \/data\//);
    assert.ok(!one.calls().some((call) => call.includes('audit.log')));
  });

  it('a folder that cannot be made is named, and the rest is put back', async (t) => {
    const repository = join(tempDir(t), 'repository');
    const one = machine(t, repository);
    one.write('access/users.yaml', 'users\n');
    one.write('hooks/a.yaml', 'a\n');
    assert.equal((await one.run('backup')).code, 0);
    const two = machine(t, repository);
    two.write('access', 'a file');
    const { code, stdout, stderr } = await two.run('restore', '--force', '--yes');
    assert.equal(code, 0, stderr + stdout);
    assert.match(stderr, /not every file could be put back/);
    assert.match(stdout, /^Put back: hooks\/a\.yaml$/m);
    assert.equal(two.read('access'), 'a file');
  });
});

describe('a restore in the audit log', () => {
  const entries = (calls: string[]) => calls.filter((call) => call.includes(' audit add '));

  it('is an entry of the program that was started again; a backup is none', async (t) => {
    const { run, calls } = machine(t, join(tempDir(t), 'repository'));
    assert.equal((await run('backup')).code, 0);
    assert.deepEqual(entries(calls()), []);
    const { code, stderr } = await run('restore', '--force', '--yes');
    assert.equal(code, 0, stderr);
    const [entry = '', ...more] = entries(calls());
    assert.match(
      entry,
      / audit add restore snapshot latest --outcome done --detail backup of \d{4}-\S+, version one, of \S+; by \S+@\S+$/,
    );
    assert.deepEqual(more, []);
    const started = calls().findIndex((call) => call.startsWith('compose up '));
    assert.ok(started !== -1 && started < calls().indexOf(entry));
  });

  it('is missing where no program runs, which is said', async (t) => {
    const repository = join(tempDir(t), 'repository');
    assert.equal((await machine(t, repository).run('backup')).code, 0);
    const { run, calls } = machine(t, repository, false);
    const { code, stdout, stderr } = await run('restore');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^restore: the audit log has no entry of this: the program does not run$/m);
    assert.match(stdout, /^Now start it/m);
    assert.deepEqual(entries(calls()), []);
  });
});

describe('the beats of a server', { concurrency: 2 }, () => {
  it('a backup reports its end, and a failure with its reason, without the login in an address', async (t) => {
    const repository = join(tempDir(t), 'repository');
    const { run, beats, left } = machine(t, repository);
    assert.equal((await run('backup')).code, 0);
    assert.deepEqual(beats(), ['server-backup 0: Backup made; the repository has 1']);
    assert.deepEqual(left(), ['last']);

    const other = machine(t, 'rest:https://me:hunter2@backup.test/x');
    writeFileSync(join(other.fakes, 'restic'), '#!/bin/bash\nexit 1\n', { mode: 0o755 });
    const failed = await other.run('backup');
    assert.equal(failed.code, 1);
    const [beat = '', ...more] = other.beats();
    assert.match(beat, /^server-backup 1: the repository rest:https:\/\/\[redacted\]@backup\.test\/x cannot be opened/);
    assert.deepEqual(more, []);
    assert.deepEqual(other.left(), []);
  });

  it('a beat that fails never fails the backup: it is said', async (t) => {
    for (const [image, running, said] of [
      [{ beat: 'it answers 404: not found' }, true, 'it answers 404: not found'],
      [{}, false, 'the program does not run'],
    ] as const) {
      const { run, change, left } = machine(t, join(tempDir(t), 'repository'), running);
      change({ images: { 'ultronex:one': image } });
      const { code, stderr } = await run('backup');
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes(`backup: the program was not told of this (beat server-backup): ${said}\n`), stderr);
      assert.deepEqual(left(), ['last']);
    }
  });

  it('the renewal reports how it goes; a server without names reports nothing', async (t) => {
    const { run, beats, change } = machine(t, join(tempDir(t), 'repository'));
    assert.equal((await run('renewal')).code, 0);
    change({ renewal: [1, 'It is late.'] });
    const { code, stdout } = await run('renewal');
    assert.deepEqual([code, stdout.split('\n')[0]], [1, 'It is late.']);
    change({ renewal: [3, 'There are no HOST_NAMES.'] });
    assert.equal((await run('renewal')).code, 0);
    change({ renewal: [125, 'no such service'] });
    assert.equal((await run('renewal')).code, 1);
    assert.deepEqual(beats(), [
      'server-renewal 0: The certificate of a.test is valid for 61 more days.',
      'server-renewal 1: It is late.',
      'server-renewal 1: certbot does not run, or does not answer: ultronex logs certbot',
    ]);
  });
});

describe('ultronex drill', { concurrency: 2 }, () => {
  it('restores the newest backup into a folder, compares it, says so in the status, and leaves nothing behind', async (t) => {
    const { run, beats, calls, left, backups } = machine(t, join(tempDir(t), 'repository'));
    assert.equal((await run('backup')).code, 0);
    const { code, stdout, stderr } = await run('drill');
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Backup of \d{4}-\S+, version one, of \S+$/m);
    assert.match(stdout, /^The newest backup can be restored\.$/m);
    assert.deepEqual(left(), ['drill', 'last']);
    assert.match(readFileSync(backups('drill'), 'utf8'), /^\d{4}-\S+Z ok\n$/);
    assert.match(
      beats().at(-1) ?? '',
      /^server-drill 0: Backup of .*\nThe backup has everything that the store had then\.$/,
    );
    const compared = calls().find((call) => call.includes('store compare')) ?? '';
    assert.match(compared, /^compose run --rm --no-deps -T --volume \S+\/store:\/backup:ro --volume \S+:\/restored /);
    assert.ok(!calls().some((call) => /compose (stop|up)/.test(call)), 'the program goes on');
    writeFileSync(backups('drill'), `${new Date(Date.now() - 3 * 86_400_000).toISOString()} ok\n`);
    assert.match((await run('status')).stdout, /^drill {8}3 days ago, ok$/m);
  });

  it('fails with the reason when the backup lacks something, has no store, or its certificates cannot be read', async (t) => {
    const lacks = 'The backup lacks 2 of the messages up to m5. Take another backup.';
    const cases: [expected: string, damage: (stage: string, change: ReturnType<typeof machine>['change']) => void][] = [
      [
        'the newest backup cannot be restored, or lacks something, as said above',
        (_stage, change) => change({ lacks }),
      ],
      ['the newest backup holds no store', (stage) => rmSync(join(stage, 'store/ultronex.db'))],
      [
        'the certificates of the newest backup cannot be read',
        (stage) => writeFileSync(join(stage, 'letsencrypt.tar'), 'x'),
      ],
    ];
    for (const [expected, damage] of cases) {
      const repository = join(tempDir(t), 'repository');
      const { run, beats, left, backups, change } = machine(t, repository);
      assert.equal((await run('backup')).code, 0);
      damage(join(repository, 'stage'), change);
      const { code, stdout, stderr } = await run('drill');
      assert.equal(code, 1, stdout);
      assert.ok(stderr.includes(`drill: ${expected}`), stderr);
      assert.ok((beats().at(-1) ?? '').startsWith(`server-drill 1: ${expected}`));
      if (expected.includes('lacks')) assert.ok(stdout.includes(lacks) && (beats().at(-1) ?? '').includes(lacks));
      assert.ok(readFileSync(backups('drill'), 'utf8').endsWith(` failed: ${expected}\n`));
      assert.deepEqual(left(), ['drill', 'last']);
      assert.ok(
        (await run('doctor-server')).stdout.includes(`of the newest backup failed: ${expected}: ultronex drill`),
      );
    }
  });
});
