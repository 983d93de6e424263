import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/program.ts';
import { attempt, run } from './command.ts';
import { startMessages } from './messages.ts';
import { recorded, runCommand, said } from './server-command.ts';
import { repository, type Stack } from './stack.ts';

/** Backup and restore as on a server, with restic and a repository in a folder. */
export function drillTests(stack: () => Stack): void {
  test('a backup made under load brings the same messages and patterns back on an empty machine', {
    timeout: 240_000,
  }, async (t) => {
    const work = mkdtempSync(join(tmpdir(), 'ultronex-drill-'));
    const folder = join(work, 'machine');
    mkdirSync(folder);
    const compose = (...args: string[]) =>
      run('docker', ['compose', '-p', 'ultronex-drill', '-f', 'docker-compose.yml', ...args], { cwd: folder });
    t.after(async () => {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
      rmSync(work, { recursive: true, force: true });
    });
    const env = backupFolder(work, 'one');
    writeFileSync(join(stack().folder, 'access/drill.yaml'), 'users: []\n', { mode: 0o640 });
    const messages = startMessages(stack());
    await eventually('messages', () => messages.posted.length >= 20);
    const before = [...messages.posted];
    const dry = await runCommand(stack(), 'backup', ['--dry-run'], { env });
    assert.match(dry.stdout, /^\+ restic backup --tag ultronex /m, said(dry));
    const made = await runCommand(stack(), 'backup', [], { env });
    assert.equal(made.code, 0, said(made));
    const again = await runCommand(stack(), 'backup', ['--check'], { env });
    assert.equal(again.code, 0, said(again));
    await messages.end();
    t.diagnostic(made.stdout.trim().replaceAll('\n', ' | '));
    assert.doesNotMatch(made.stdout + readFileSync(join(work, 'one/last'), 'utf8'), /only-for-this-test/);
    const listed = await run('restic', ['snapshots', '--json'], { env: resticEnv(work) });
    const snapshots = JSON.parse(listed) as { short_id: string }[];
    assert.equal(snapshots.length, 1, 'of two on one day the newer one is kept');

    // Another project name, another folder and no .env: this machine has nothing of it.
    for (const part of [
      'docker-compose.yml',
      'haproxy',
      'deploy',
      'replies',
      'access',
      'hooks',
      'destinations',
      'watch',
      'jobs',
    ]) {
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    }
    const machine = {
      ...backupFolder(work, 'two'),
      COMPOSE_PROJECT_NAME: 'ultronex-drill',
      COMPOSE_FILE: 'docker-compose.yml',
    };
    const at = join(folder, 'deploy/bin/restore');
    const restored = await attempt(at, [], { env: machine });
    assert.equal(restored.code, 0, said(restored));
    assert.match(restored.stdout, /^Put back: access\/drill\.yaml$/m);
    assert.match(restored.stdout, /^Left as they are, the same as in the backup: .*replies\/motivation\.yaml/m);
    assert.equal(statSync(join(folder, 'access/drill.yaml')).mode & 0o777, 0o640);
    assert.match(restored.stderr, /the audit log has no entry of this: the program does not run/);
    assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^BASIC_AUTH_PASSWORD=only-for-this-test$/m);
    const there = await stored(compose);
    const counts = /Store: (\d+) messages, (\d+) tracked patterns?/.exec(again.stdout);
    assert.deepEqual([there.texts.length, there.patterns.length], [Number(counts?.[1]), Number(counts?.[2])]);
    const texts = new Set(there.texts);
    assert.deepEqual(
      before.filter((text) => !texts.has(text)),
      [],
      'every message acknowledged before the backup',
    );
    const here = await stored((...args) => stack().compose(...args));
    assert.deepEqual(there.patterns, here.patterns);
    assert.equal(there.certificates, true);

    const refused = await attempt(at, [], { env: machine });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /With --force it is kept under another name/);

    const plan = await runCommand(stack(), 'restore', ['--force', '--dry-run'], { env });
    assert.match(plan.stdout, /^\+ docker compose stop ultronex$/m, said(plan));
    const over = await runCommand(stack(), 'restore', ['--force', '--yes'], { env });
    assert.equal(over.code, 0, said(over));
    assert.doesNotMatch(over.stdout, /^Put back: /m);
    assert.match(over.stdout, /The previous store: \/data\/ultronex\.db\.before-\w+/);
    await eventually(
      'the program again',
      async () => (await stack().ask('/ultronex/heartbeat')).status === 200,
      60_000,
    );
    assert.deepEqual((await stored((...args) => stack().compose(...args))).patterns, there.patterns);
    assert.deepEqual(await recorded(stack(), /^restore$/), ['restore snapshot latest done'], said(over));
  });
}

const resticEnv = (work: string) => ({
  RESTIC_REPOSITORY: join(work, 'repository'),
  RESTIC_PASSWORD_FILE: join(work, 'password'),
  RESTIC_CACHE_DIR: join(work, 'cache'),
});

/** A machine's settings of its backups, which all go into one repository. */
function backupFolder(work: string, machine: string): Record<string, string> {
  const { RESTIC_CACHE_DIR: _, ...settings } = resticEnv(work);
  writeFileSync(join(work, 'password'), 'of the drill\n', { mode: 0o600 });
  const file = join(work, 'backup.env');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  );
  copyFileSync(file, join(work, `${machine}.env`));
  return { ULTRONEX_BACKUP_ENV: join(work, `${machine}.env`), ULTRONEX_BACKUP_DIR: join(work, machine) };
}

interface Stored {
  texts: string[];
  patterns: string[];
  certificates: boolean;
}

/** What a project's volumes hold, whether its program runs or not. */
async function stored(compose: (...args: string[]) => Promise<string>): Promise<Stored> {
  const code = `
    import { openDatabase } from '/app/dist/stores/sqlite/driver.js';
    const db = openDatabase('/data/ultronex.db', { readonly: true });
    const column = (sql) => db.prepare(sql).pluck().all();
    const texts = column('SELECT text FROM deliveries ORDER BY seq');
    const patterns = column("SELECT team || user || pattern FROM subscriptions ORDER BY id");
    console.log(JSON.stringify({ texts, patterns }));`;
  const once = ['run', '--rm', '--no-deps', '-T', '--entrypoint'];
  const store = JSON.parse(await compose(...once, 'node', 'ultronex', '--input-type=module', '-e', code));
  const live = 'import os; print(os.path.isfile("/etc/letsencrypt/live/site/fullchain.pem"))';
  const certificates = (await compose(...once, 'python3', 'certbot', '-c', live)).trim() === 'True';
  return { ...store, certificates };
}
