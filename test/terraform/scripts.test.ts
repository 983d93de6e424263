import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { feed } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command with stand-ins for others before it in PATH. */
async function run(file: string, args: string[], path: string, env: Record<string, string>, input = ''): Promise<Ran> {
  const settings = { PATH: `${path}:${process.env.PATH}`, HOME: '/nonexistent', ...env };
  try {
    const running = promisify(execFile)(file, args, { env: settings });
    feed(running.child, input);
    return { code: 0, ...(await running) };
  } catch (error) {
    return error as Ran;
  }
}

function standIn(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

const hasYaml = (() => {
  try {
    execFileSync('python3', ['-c', 'import yaml'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** A machine's folders, with an Ansible that only says how it was called. */
function machine(t: TestContext, serverYml: string) {
  const folder = tempDir(t);
  const path = (name: string) => join(folder, name);
  mkdirSync(path('etc'));
  writeFileSync(path('etc/server.yml'), serverYml);
  for (const name of ['ansible-pull', 'ansible-playbook'])
    standIn(folder, name, `sleep "\${SLOW:-0}"; echo "${name} $*"; exit "\${RC:-0}"`);
  const env = {
    ULTRONEX_ETC: path('etc'),
    ULTRONEX_CONVERGE_LOG: path('log'),
    ULTRONEX_CONVERGE_STAMP: path('state/done'),
    ULTRONEX_CONVERGE_LOCK: path('lock'),
    ULTRONEX_SNAPSHOT_SOURCE: path('snapshot'),
  };
  const converge = (args: string[] = [], more: Record<string, string> = {}, input = '') =>
    run(join(root, 'terraform/files/ultronex-converge'), args, folder, { ...env, ...more }, input);
  return { path, converge };
}

const fromGit = 'ultronex_repository: https://example.com/u.git\nultronex_version: v1\n';
const base64 = (text: string) => `${Buffer.from(text).toString('base64')}\n`;

describe('ultronex-converge', { skip: hasYaml ? false : 'needs PyYAML, which cloud-init brings' }, () => {
  it('runs the roles of the repository once for the same settings, and again with --force', async (t) => {
    const { converge } = machine(t, fromGit);
    const first = await converge();
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^ansible-pull -U https:\/\/example\.com\/u\.git .*-C v1 ansible\/site\.yml$/m);
    assert.match((await converge()).stderr, /ran with these settings already/);
    assert.match((await converge(['--force'])).stdout, /^ansible-pull/m);
    assert.match((await converge(['--dry-run'])).stdout, /^ansible-pull .* --check --diff/m);
  });

  it('a failed run is not taken for done, and its output is kept for root alone', async (t) => {
    const { converge, path } = machine(t, fromGit);
    const failed = await converge([], { RC: '3' });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /failed; the output is in/);
    assert.match(readFileSync(path('log'), 'utf8'), /ansible-pull/);
    assert.equal(statSync(path('log')).mode & 0o777, 0o600);
    assert.match((await converge()).stdout, /^ansible-pull/m);
  });

  it('takes settings and secrets, for root alone, and runs again with them', async (t) => {
    const { converge, path } = machine(t, fromGit);
    await converge();
    const taken = await converge(['--take'], {}, base64(fromGit) + base64('backup_password: x\n'));
    assert.equal(taken.code, 0, taken.stderr);
    assert.equal(readFileSync(path('etc/secrets.yml'), 'utf8'), 'backup_password: x\n');
    assert.equal(statSync(path('etc/secrets.yml')).mode & 0o777, 0o600);
    assert.match((await converge()).stdout, /-e @\S+server\.yml -e @\S+secrets\.yml/);
    assert.equal((await converge(['--take'], {}, 'x\n')).code, 2);
  });

  /** What a delivery leaves: names and values of .env that are secret, and the roles' other secrets. */
  const deliver = (t: TestContext) => {
    const { converge, path } = machine(t, fromGit);
    const take = async (server: object, secrets: object) => {
      // JSON is YAML.
      const taken = await converge(['--take'], {}, base64(JSON.stringify(server)) + base64(JSON.stringify(secrets)));
      assert.equal(taken.code, 0, taken.stderr);
    };
    const yaml = (name: string) =>
      JSON.parse(
        execFileSync('python3', ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'], {
          input: readFileSync(path(`etc/${name}`), 'utf8'),
          encoding: 'utf8',
        }),
      );
    return { converge, take, path, secrets: () => yaml('secrets.yml'), dotenv: () => yaml('dotenv.yml').ultronex_env };
  };
  const server = { ultronex_repository: 'https://example.com/u.git', ultronex_env: { HOST_NAMES: 'bot.example.com' } };

  it('a delivery without secrets takes none away, and one with some of them leaves the others', async (t) => {
    const { take, secrets, dotenv, converge } = deliver(t);
    await take(server, {
      backup_password: 'p',
      ultronex_env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
    });
    await take(server, { ultronex_env: {} });
    await take(server, { ultronex_env: { SLACK_BOT_TOKEN: 'xoxb-2' } });
    assert.deepEqual(secrets(), {
      backup_password: 'p',
      ultronex_env: { SLACK_BOT_TOKEN: 'xoxb-2', SLACK_APP_TOKEN: 'xapp-1' },
    });
    const ran = await converge();
    assert.match(ran.stdout, /-e @\S+secrets\.yml -e @\S+dotenv\.yml/);
    assert.match(ran.stdout, /deliveries: SLACK_APP_TOKEN, SLACK_BOT_TOKEN, backup_password$/m);
    assert.doesNotMatch(ran.stdout + ran.stderr, /xoxb|xapp/);
    assert.deepEqual(dotenv(), {
      HOST_NAMES: 'bot.example.com',
      SLACK_BOT_TOKEN: 'xoxb-2',
      SLACK_APP_TOKEN: 'xapp-1',
    });
    // With the same settings and without secrets there is nothing to do.
    await take(server, {});
    assert.match((await converge()).stderr, /ran with these settings already/);
  });

  it('a name goes only when it is named, and then .env has it empty', async (t) => {
    const { take, secrets, dotenv, converge, path } = deliver(t);
    await take(server, { backup_password: 'p', ultronex_env: { GIPHY_API_KEY: 'g', SLACK_BOT_TOKEN: 'xoxb-1' } });
    await take({ ...server, ultronex_env_forget: ['GIPHY_API_KEY', 'backup_password'] }, { ultronex_env: {} });
    assert.deepEqual(secrets(), { ultronex_env: { SLACK_BOT_TOKEN: 'xoxb-1' } });
    await converge();
    assert.deepEqual(dotenv(), { HOST_NAMES: 'bot.example.com', SLACK_BOT_TOKEN: 'xoxb-1', GIPHY_API_KEY: '' });
    assert.equal(statSync(path('etc/dotenv.yml')).mode & 0o777, 0o600);
  });

  it('a name that became a setting is one, and settings that an older version wrote beside secrets are none', async (t) => {
    const { take, secrets, dotenv, converge } = deliver(t);
    const old = { ...server, ultronex_env: { HOST_NAMES: 'bot.example.com', LOG_LEVEL: 'debug' } };
    await take(old, { ultronex_env: { ...old.ultronex_env, ALERT_CHANNEL: '#ops', SLACK_BOT_TOKEN: 'xoxb-1' } });
    const now = { ...server, ultronex_env: { ...server.ultronex_env, ALERT_CHANNEL: '#alerts' } };
    await take(now, { ultronex_env: {} });
    assert.deepEqual(secrets(), { ultronex_env: { SLACK_BOT_TOKEN: 'xoxb-1' } });
    await converge();
    assert.deepEqual(dotenv(), { HOST_NAMES: 'bot.example.com', ALERT_CHANNEL: '#alerts', SLACK_BOT_TOKEN: 'xoxb-1' });
  });

  it('values stay what they were: quotes, hashes, numbers, other scripts', async (t) => {
    const { take, secrets } = deliver(t);
    const ultronex_env = { A: '007', B: 'yes', C: 'a: b # c', D: '1e3', E: 'ключ $x "q"', F: ' ' };
    await take(server, { ultronex_env });
    await take(server, {});
    assert.deepEqual(secrets(), { ultronex_env });
  });

  it('the first boot waits for the secrets; who comes meanwhile sees its output and does nothing again', async (t) => {
    const { converge } = machine(t, fromGit);
    const boot = converge(['--first-boot', '60'], { SLOW: '1' });
    await converge(['--take'], {}, base64(fromGit) + base64('a: b\n'));
    const booted = await boot;
    assert.match(booted.stdout, /secrets\.yml/);
    assert.match((await converge()).stderr, /already/);
  });

  it('prefers the roles of the snapshot; without either it says so', async (t) => {
    const { converge, path } = machine(t, 'ultronex_repository: ""\n');
    const none = await converge();
    assert.equal(none.code, 1);
    assert.match(none.stdout, /neither roles of a snapshot nor a repository/);
    mkdirSync(path('snapshot/ansible'), { recursive: true });
    writeFileSync(path('snapshot/ansible/site.yml'), '');
    assert.match((await converge()).stdout, /^ansible-playbook -i localhost, -c local site\.yml/m);
  });
});

describe('prune-snapshots', () => {
  const three = '3 ultronex-v3 \n2 ultronex-v2 delete\n1 ultronex-v1 \n';
  const prune = (t: TestContext, args: string[], list = three) => {
    const folder = tempDir(t);
    standIn(folder, 'hcloud', `if [ "$2" = list ]; then printf '${list.replaceAll('\n', '\\n')}'; else echo "$*"; fi`);
    return run(join(root, 'deploy/bin/prune-snapshots'), args, folder, { HCLOUD_TOKEN: 'x' });
  };

  it('keeps the newest and what is protected', async (t) => {
    const { code, stdout } = await prune(t, ['--keep', '1']);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n'), [
      'kept: 3 ultronex-v3',
      'kept, since it is protected: 2 ultronex-v2',
      'image delete 1',
      'deleted: 1 ultronex-v1',
    ]);
  });

  it('with --dry-run only says what it would do', async (t) => {
    const { stdout } = await prune(t, ['--keep', '1', '--dry-run']);
    assert.match(stdout, /^\+ hcloud image delete 1$/m);
    assert.doesNotMatch(stdout, /^deleted/m);
  });

  it('refuses what would delete the last one, or images of others', async (t) => {
    assert.match((await prune(t, ['--help'])).stdout, /^Usage: .*--dry-run/);
    assert.equal((await prune(t, ['--keep', '0'])).code, 1);
    assert.equal((await prune(t, ['--selector', 'app=web'])).code, 1);
    assert.equal((await prune(t, ['--nonsense'])).code, 2);
    assert.match((await prune(t, [], '')).stdout, /no snapshots/);
  });
});
