import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { attempt } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';
import { fakeDocker } from './fake-docker.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');

/** Stands for restic: its repository is a folder, which holds the newest snapshot only. */
const restic = `#!/bin/bash
set -e
case $1 in
  backup) rm -rf "$RESTIC_REPOSITORY"; mkdir -p "$RESTIC_REPOSITORY"; cp -a "\${@: -1}" "$RESTIC_REPOSITORY/" ;;
  restore) cp -a "$RESTIC_REPOSITORY/." "\${@: -1}" ;;
  snapshots) echo '[{"short_id":"1"}]' ;;
esac
`;

/** A machine with a stack, and the commands of deploy/bin; machines of one test share a repository. */
export function machine(t: TestContext, repository: string, running = true) {
  const folder = tempDir(t);
  const project = join(folder, 'project');
  const fakes = join(folder, 'fakes');
  for (const each of [project, fakes]) mkdirSync(each);
  writeFileSync(join(project, 'docker-compose.yml'), 'name: fake\n');
  writeFileSync(join(project, '.env'), 'ULTRONEX_VERSION=one\n', { mode: 0o600 });
  writeFileSync(join(folder, 'backup.env'), `RESTIC_REPOSITORY='${repository}'\nRESTIC_PASSWORD_FILE=/nonexistent\n`);
  writeFileSync(join(fakes, 'restic'), restic, { mode: 0o755 });
  // Only root may give a file to another user.
  writeFileSync(join(fakes, 'chown'), '#!/bin/sh\n', { mode: 0o755 });
  const container = { id: 'a'.repeat(64), service: 'ultronex', image: 'ultronex:one' };
  const docker = fakeDocker(fakes, { 'ultronex:one': {} }, running ? [container] : []);
  const env = {
    PATH: `${docker.bin}:${process.env.PATH}`,
    ULTRONEX_PROJECT: project,
    ULTRONEX_BACKUP_ENV: join(folder, 'backup.env'),
    ULTRONEX_BACKUP_DIR: join(folder, 'backups'),
  };
  return {
    path: (name: string) => join(project, name),
    fakes,
    write(name: string, text: string, mode = 0o644) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
      chmodSync(join(project, name), mode);
    },
    read: (name: string) => readFileSync(join(project, name), 'utf8'),
    run: (name: string, ...args: string[]) => attempt('bash', [join(bin, name), ...args], { env, input: '' }),
    calls: () => docker.state().calls,
    change: docker.change,
    /** The beats that the program was told of: `server-backup 0: TEXT`. */
    beats: () => (docker.state().beats ?? []).map(([name, code, text]) => `${name} ${code}: ${text}`),
    /** Names in the folder of the backups. */
    left: () => readdirSync(join(folder, 'backups')).sort(),
    backups: (name: string) => join(folder, 'backups', name),
  };
}
