import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, type Ran, ultronex } from '../cli/support.ts';

const template = 'deploy/alertmanager/alertmanager.tmpl.yml';

/** A project folder as far as `setup` looks at it, and a folder in place of the volumes. */
export function makeProject() {
  const { dir, remove } = makeFolder();
  const [project, volumes, probe] = ['project', 'volumes', 'probe'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(project, 'deploy/alertmanager'), { recursive: true });
  cpSync(resolve(import.meta.dirname, '../..', template), join(project, template));
  writeFileSync(probe, 'the probe');
  return {
    project,
    volumes,
    remove,
    async setup(env?: string): Promise<Ran> {
      if (env !== undefined) writeFileSync(join(project, '.env'), env, { mode: 0o600 });
      return ultronex(['setup', project, volumes, '--probe', probe]);
    },
    read: (file: string) => readFileSync(join(volumes, file), 'utf8'),
    /** Path and mode of each file that was written: `probe/wget 555`. */
    written: () =>
      readdirSync(volumes, { recursive: true, encoding: 'utf8' })
        .map((name) => ({ name, stats: statSync(join(volumes, name)) }))
        .filter(({ stats }) => stats.isFile())
        .map(({ name, stats }) => `${name} ${(stats.mode & 0o777).toString(8)}`)
        .sort(),
  };
}
