import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Ran } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');
async function bash(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const settings = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env };
  try {
    return { code: 0, ...(await promisify(execFile)('bash', args, { env: settings })) };
  } catch (error) {
    return error as Ran;
  }
}

/** A folder that stands for /opt/ultronex, and what a line of bash with lib.sh says there. */
function folder(t: TestContext, env?: string) {
  const project = tempDir(t);
  const file = join(project, '.env');
  if (env !== undefined) writeFileSync(file, env, { mode: 0o600 });
  const lib = (line: string) => bash(['-c', `. ${join(bin, 'lib.sh')}; ${line}`], { ULTRONEX_PROJECT: project });
  return { project, lib, read: () => readFileSync(file, 'utf8'), mode: () => statSync(file).mode & 0o777 };
}

describe('deploy/bin', () => {
  it('says what is missing: a version, a version of before, a repository', async (t) => {
    const env = { ULTRONEX_PROJECT: tempDir(t), ULTRONEX_BACKUP_ENV: '/nonexistent/backup.env' };
    assert.equal((await bash([join(bin, 'deploy')], env)).code, 2);
    assert.match((await bash([join(bin, 'deploy'), 'a b'], env)).stderr, /"a b" is no version/);
    assert.match((await bash([join(bin, 'rollback')], env)).stderr, /no version of before is known/);
    assert.match((await bash([join(bin, 'restore'), 'x;y'], env)).stderr, /is no snapshot/);
    assert.match((await bash([join(bin, 'rotate-secrets'), 'PORT'], env)).stderr, /"PORT" is none of SLACK_BOT_TOKEN/);
  });

  it('a setting in .env is replaced where it stands, or put at the end', async (t) => {
    const { lib, read, mode } = folder(t, '# ours\nULTRONEX_VERSION=0.1.0 # old\nSTATS_PASSWORD="a b"');
    const { code, stderr } = await lib("write_env ULTRONEX_VERSION 0.2.0 GIPHY_API_KEY 'a$b#c'");
    assert.equal(code, 0, stderr);
    assert.equal(read(), '# ours\nULTRONEX_VERSION=0.2.0\nSTATS_PASSWORD="a b"\nGIPHY_API_KEY=\'a$b#c\'\n');
    assert.equal(mode(), 0o600);
    assert.equal(
      (await lib('env_value GIPHY_API_KEY; env_value STATS_PASSWORD; current_version')).stdout,
      'a$b#ca b0.2.0',
    );
  });

  it('a value that .env cannot hold is refused, and .env stays', async (t) => {
    const { project, lib, read } = folder(t, 'A=1\n');
    const { code, stderr } = await lib('write_env SLACK_BOT_TOKEN "it\'s"');
    assert.equal(code, 1);
    assert.match(stderr, /SLACK_BOT_TOKEN holds a quote or a line break/);
    assert.doesNotMatch(stderr, /it's/);
    assert.equal(read(), 'A=1\n');
    assert.deepEqual(readdirSync(project), ['.env']);
  });

  it('without .env one is made for its owner alone', async (t) => {
    const { lib, read, mode } = folder(t);
    assert.equal((await lib('umask 022; write_env ULTRONEX_VERSION 0.2.0')).code, 0);
    assert.equal(read(), 'ULTRONEX_VERSION=0.2.0\n');
    assert.equal(mode(), 0o600);
  });

  it('two at a time: the second is refused, and what the first one calls is not', async (t) => {
    const { lib } = folder(t);
    const script = `take_lock; ULTRONEX_LOCKED='' bash -c '. ${bin}/lib.sh; take_lock'; echo $?
      bash -c '. ${bin}/lib.sh; take_lock && echo inner'`;
    const { stdout, stderr } = await lib(`set +e; ${script}`);
    assert.equal(stdout, '1\ninner\n');
    assert.match(stderr, /another deploy, backup or restore is under way/);
  });

  it("a repository that cannot be opened: ssh's own reason and the command for the key are printed", async (t) => {
    const { project } = folder(t, '');
    const fakes = join(project, 'bin');
    mkdirSync(fakes);
    // With -q the real one is silent: https://man.openbsd.org/sftp#q
    const sftp = `#!/bin/sh
case " $* " in *' -q '*) exit 255 ;; esac
echo "$*" >&2; echo 'REMOTE HOST IDENTIFICATION HAS CHANGED' >&2; exit 255
`;
    writeFileSync(join(fakes, 'sftp'), sftp, { mode: 0o755 });
    for (const [repository, address] of [
      ['sftp:u1@box.example:ultronex', '-o LogLevel=ERROR u1@box.example'],
      ['sftp://u1@box.example:2222/ultronex', '-o LogLevel=ERROR -P 2222 u1@box.example'],
      ['sftp:u1@box.example:23/ultronex', '-o LogLevel=ERROR u1@box.example'],
    ]) {
      const { stdout } = await bash(['-c', `. ${join(bin, 'lib.sh')}; ssh_reason`], {
        ULTRONEX_PROJECT: project,
        PATH: `${fakes}:${process.env.PATH}`,
        RESTIC_REPOSITORY: repository ?? '',
      });
      assert.match(stdout, new RegExp(`^ssh: .*${address}\nssh: REMOTE HOST IDENTIFICATION HAS CHANGED$`, 'm'));
    }
    const s3 = await bash(['-c', `. ${join(bin, 'lib.sh')}; ssh_reason`], { RESTIC_REPOSITORY: 's3:https://s3/x' });
    assert.deepEqual([s3.code, s3.stdout], [0, '']);
  });

  it('other words go to the program, with its own settings', async (t) => {
    const { project } = folder(t, '');
    writeFileSync(join(project, 'docker-compose.yml'), 'name: ultronex\n');
    // In place of Docker; it says what it was called with.
    const fakes = join(project, 'bin');
    mkdirSync(fakes);
    writeFileSync(join(fakes, 'docker'), '#!/bin/sh\n[ "$2" = config ] && echo "name: x" || echo "docker $*"\n');
    chmodSync(join(fakes, 'docker'), 0o755);
    const env = { ULTRONEX_PROJECT: project, PATH: `${fakes}:${process.env.PATH}` };
    const run = 'docker compose exec -T ultronex node --env-file=/run/secrets/ultronex.env dist/cli/main.js';
    const { stdout } = await bash([join(bin, 'ultronex'), 'track', 'add', 'a b', '--for', 'U1'], env);
    assert.equal(stdout, `${run} track add a b --for U1\n`);
    const dry = await bash([join(bin, 'ultronex'), '--dry-run', 'send', 'a b'], env);
    assert.equal(dry.stdout, `+ exec ${run} send a\\ b\n`);
    assert.match(
      (await bash([join(bin, 'ultronex'), 'logs', 'haproxy'], env)).stdout,
      /compose logs --tail 100 haproxy/,
    );
    assert.equal((await bash([join(bin, 'ultronex')], env)).code, 2);
  });
});
