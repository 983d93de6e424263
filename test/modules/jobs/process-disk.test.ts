import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/temp.ts';

const mount = `
mount -t tmpfs -o size=256k none "$1/small" || exit 99
# Room for the folders and the files of one run but one.
mount -t tmpfs -o size=256k,nr_inodes=6 none "$1/few" || exit 99
exec "$2" --import tsx "$3" "$1" "$1/small" "$1/few"
`;

it('on a full disk a job ends with the reason, one that waits is refused for now, and no exit code is lost', (t) => {
  const dir = tempDir(t);
  for (const each of ['small', 'few']) mkdirSync(join(dir, each));
  const program = join(import.meta.dirname, 'process-full-disk.ts');
  const args = ['-Urm', 'sh', '-c', mount, 'sh', dir, process.execPath, program];
  const { status, stdout, stderr, error } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 60_000 });
  if (status === 99 || (error as NodeJS.ErrnoException)?.code === 'ENOENT' || /unshare failed/.test(stderr)) {
    const why = lacks(true, 'this machine lets nobody mount a small file system');
    if (why) return t.skip(why);
  }
  assert.equal(status, 0, stderr);
  const found = JSON.parse(stdout);

  const reason = 'The disk that keeps its output is full. Free space on it.';
  assert.deepEqual(found.fillingEnd, { exitCode: 1, how: 'exited', reason });
  assert.ok(found.bytes > 100_000);

  assert.equal(found.refused.name, 'NotStarted');
  assert.equal(found.refused.retryable, true);
  assert.match(found.refused.message, /cannot be made: ENOSPC/);
  assert.equal(found.leftByRefused, 0);

  assert.equal(found.quietEnd.exitCode, 7, 'its exit code had its place before the disk was full');
  assert.deepEqual(found.later, { exitCode: 7, how: 'exited', reason: null });

  assert.equal(found.withoutPid.name, 'NotStarted');
  assert.equal(found.withoutPid.retryable, true);
  assert.match(found.withoutPid.message, /could not be written down .*disk full/);
  assert.deepEqual(found.leftWithoutPid, []);
});
