import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { attempt, type Ran } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';
import { fakeDocker } from './fake-docker.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');
/** Files without a dot are commands; the others are sourced by them. */
const commands = readdirSync(bin).filter((name) => !name.includes('.'));
/** Hands every word but its own to the program. */
const dispatcher = 'ultronex';

/** A server with a stack, a used .env and a backup repository; every program that could change something only records. */
function machine(t: TestContext) {
  const folder = tempDir(t);
  const path = (...names: string[]) => join(folder, ...names);
  const project = path('project');
  for (const name of ['project', 'fakes', 'backups']) mkdirSync(path(name));
  const pin = 'prom/prometheus:v3.13.$' + '{PROMETHEUS_3_13_PATCH:-5}';
  const compose = `name: fake\nservices:\n  ultronex:\n    image: ultronex:one\n  prometheus:\n    image: ${pin}\n`;
  writeFileSync(join(project, 'docker-compose.yml'), compose);
  writeFileSync(join(project, '.env'), 'ULTRONEX_VERSION=one\nSTATS_PASSWORD=old\n', { mode: 0o600 });
  writeFileSync(join(project, '.deploy-state'), 'version=one\nprevious=two\nat=2026-11-21T10:00:00Z\n');
  writeFileSync(path('backup.env'), `RESTIC_REPOSITORY='${path('repository')}'\nRESTIC_PASSWORD_FILE=/nonexistent\n`);
  const images = { 'ultronex:one': {}, 'ultronex:two': {}, 'prom/prometheus:v3.13.5': { digest: 'sha256:5' } };
  const containers = [
    ['a', 'ultronex', 'ultronex:one'],
    ['b', 'haproxy', 'haproxy:3.2'],
    ['e', 'prometheus', 'prom/prometheus:v3.13.5'],
  ].map(([letter = '', service = '', image = '']) => ({ id: letter.repeat(64), service, image }));
  const docker = fakeDocker(path('fakes'), images, containers);
  const stand = (name: string, script: string) =>
    writeFileSync(path('fakes', name), `#!/bin/bash\necho "${name} $*" >>${path('calls')}\n${script}\n`, {
      mode: 0o755,
    });
  for (const name of ['restic', 'ssh', 'git', 'nft', 'systemctl']) stand(name, '');
  const snapshots = ['1 newest -', '2 older -', '3 oldest -'].map((line) => `echo "${line}"`);
  stand('hcloud', `[ "$2" != list ] || { ${snapshots.join('; ')}; }`);
  const kinds = ['volumes', 'primary_ips', 'zones', 'firewalls', 'networks', 'ssh_keys', 'images', 'rrsets'];
  const listed = { servers: [{ id: 1, name: 'ultronex' }], ...Object.fromEntries(kinds.map((kind) => [kind, []])) };
  stand(
    'curl',
    `if [[ " $* " == *' --output '* ]]; then
      while [ $# -gt 1 ]; do
        [ "$1" != --output ] || echo '{"tags":["v3.13.7"]}' >"$2"
        [ "$1" != --dump-header ] || : >"$2"
        shift
      done
      printf 200
    else
      printf '%s\\n200' '${JSON.stringify(listed)}'
    fi`,
  );
  const env = {
    PATH: `${path('fakes')}:${process.env.PATH}`,
    ULTRONEX_PROJECT: project,
    ULTRONEX_BACKUP_ENV: path('backup.env'),
    ULTRONEX_BACKUP_DIR: path('backups'),
    HCLOUD_TOKEN: 'f'.repeat(64),
  };
  return {
    run: (name: string, ...args: string[]): Promise<Ran> => attempt(join(bin, name), args, { env, input: '' }),
    /** Every file that a command could change, with its content, owner and mode. */
    tree: () => JSON.stringify([...list(project), ...list(path('backups'))]),
    calls: () => [...docker.state().calls.map((call) => `docker ${call}`), ...lines(path('calls'))],
  };
}

function* list(folder: string): Generator<unknown> {
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const { mode, uid } = statSync(file);
    yield [file, mode, uid, readFileSync(file, 'utf8')];
  }
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** Calls that only ask. */
const questions = [
  /^docker (info|ps|inspect|image inspect|exec \S+ (node|cat)) ?/,
  /^docker compose (config|version|exec -T (certbot python3|ultronex node) )/,
  /^restic snapshots --no-lock --no-cache /,
  /^hcloud image list /,
  /^curl .*--request GET /,
  /^curl .*--output \S+ .*(tags\/list|--head )/,
  /^git -C \S+ rev-parse /,
  /^systemctl (list-units|is-enabled|show) /,
];

describe('every command of deploy/bin', { concurrency: 2 }, () => {
  it('is found', () => assert.ok(commands.length >= 13 && commands.includes('deploy'), commands.join(' ')));

  for (const name of commands) {
    it(`${name} prints its help with --help and -h, and looks at nothing`, async (t) => {
      const { run, calls } = machine(t);
      for (const option of ['--help', '-h']) {
        const { code, stdout, stderr } = await run(name, option);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^Usage: .*--dry-run|^Usage: ultronex COMMAND …\n[\s\S]*--dry-run/);
        assert.match(stdout, /^ {2}--dry-run {2}|^Each has --help and --dry-run/m);
        assert.doesNotMatch(stdout, /shellcheck|^#/m);
      }
      assert.deepEqual(calls(), []);
    });

    // The words of `ultronex` are the program's.
    if (name === dispatcher) continue;

    it(`${name} refuses an unknown option with its name, the usage and exit code 2, and looks at nothing`, async (t) => {
      const { run, calls } = machine(t);
      for (const wrong of ['--nonsense', '--nonsense=5', '-z']) {
        const { code, stdout, stderr } = await run(name, wrong);
        assert.equal(code, 2, stderr);
        assert.ok(stderr.startsWith(`${name}: there is no option "${wrong}"\nUsage: `), stderr);
        assert.match(stderr, /^See --help\.$/m);
        assert.equal(stdout, '');
      }
      assert.deepEqual(calls(), []);
    });

    it(`${name} changes nothing with --dry-run`, async (t) => {
      const { run, tree, calls } = machine(t);
      const before = tree();
      const { code, stdout, stderr } = await run(name, ...(operands[name] ?? []), '--dry-run');
      assert.ok(code === 0 || name === 'doctor-server', stdout + stderr);
      assert.equal(tree(), before);
      const changing = calls().filter((call) => !questions.some((question) => question.test(call)));
      assert.deepEqual(changing, []);
      for (const step of steps[name] ?? []) assert.match(stdout, step);
    });
  }

  it('takes a value after a blank or after =, and refuses a missing one, one too many and one out of range', async (t) => {
    const { run } = machine(t);
    for (const args of [['--lines', '7'], ['--lines=7'], ['-n', '7']])
      assert.match((await run('logs', '--dry-run', ...args)).stdout, /^\+ exec docker compose logs --tail 7$/m);
    for (const [name, args, said] of [
      ['logs', ['--lines'], '--lines needs a value'],
      ['logs', ['--follow=yes'], '--follow takes no value, and "--follow=yes" has one'],
      ['ready', ['--wait', '-1'], '--wait "-1" is no number of seconds; write a whole number from 0 to 9999'],
      [
        'deploy',
        ['two', '--timeout', '0'],
        '--timeout "0" is no number of seconds; write a whole number from 1 to 9999',
      ],
      ['deploy', ['two', 'three'], '"three" is too much'],
      ['deploy', ['two', '--build', '--pull', 'x'], 'only one of --build, --archive and --pull'],
      ['status', ['now'], '"now" is too much'],
      ['prune-snapshots', ['--keep', 'all'], '--keep "all" is no number of snapshots'],
    ] as [string, string[], string][]) {
      const { code, stderr } = await run(name, ...args);
      assert.equal(code, 2, stderr);
      assert.ok(stderr.startsWith(`${name}: ${said}`), stderr);
    }
  });
});

const operands: Record<string, string[]> = {
  deploy: ['two'],
  restore: ['--force'],
  'prune-snapshots': ['--keep', '1'],
};

/** What a dry run must show, of the commands that change something. */
const steps: Record<string, RegExp[]> = {
  deploy: [/^Check \.env by the rules of two/m, /^Start a container of two/m, /^Drain the old container a{12}/m],
  rollback: [/^Start a container of two/m, /^Write ULTRONEX_VERSION=two into \.env, and previous=one/m],
  update: [/v3\.13\.5 → v3\.13\.7/, /^\+ docker compose pull --ignore-buildable/m, /^Recreate each service/m],
  backup: [
    /^Copy the store/m,
    /^Copy your own files/m,
    /^\+ restic backup --tag ultronex /m,
    /^\+ restic forget .*--keep-daily 7 .*--prune$/m,
    /^Report to the program: server-backup, exit code 0$/m,
  ],
  drill: [
    /^Fetch the newest backup/m,
    /^Restore its store into a folder/m,
    /^Report to the program: server-drill, exit code 0$/m,
  ],
  renewal: [/^The certificate of a\.test is valid/m, /^Report to the program: server-renewal, exit code 0$/m],
  restore: [
    /^Fetch the backup/m,
    /^\+ docker compose stop ultronex$/m,
    /^Replace the store/m,
    /^Put back those of your own files/m,
    /^Start the program/m,
    /^Write to the audit log: restore snapshot latest, done$/m,
  ],
  'rotate-secrets': [/^Write the new ones into \.env$/m, /^\+ ultronex deploy one$/m],
  'destroy-everything': [/^This goes, for good:\n {2}server ultronex \(1\)$/m],
  'prune-snapshots': [/^kept: 1 newest$/m, /^\+ hcloud image delete 2$/m, /^\+ hcloud image delete 3$/m],
};
