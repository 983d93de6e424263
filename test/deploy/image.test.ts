import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { tempDir } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Patterns of .dockerignore that let files into the build. */
const letIn = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
const isLetIn = (file: string) =>
  letIn.some((pattern) => {
    const path = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '[^/]*' : `\\${sign}`));
    return new RegExp(`^${path}(/|$)`).test(file);
  });

/** Every file of ours that Vite's configuration imports, at any depth. */
function imports(file: string, found = new Set([file])): Set<string> {
  for (const [, path = ''] of read(file).matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gm)) {
    const target = relative(root, join(root, dirname(file), path));
    if (found.has(target) || !existsSync(join(root, target))) continue;
    found.add(target);
    imports(target, found);
  }
  return found;
}

describe('the files that the image is built from', () => {
  it('has every file that the Dockerfile copies', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' ').filter((name) => name !== '.'),
    );
    assert.ok(copied.includes('package.json'));
    for (const name of copied) {
      assert.ok(existsSync(join(root, name)), name);
      assert.ok(isLetIn(name), `${name} is not in .dockerignore`);
    }
  });

  it("has every file that the build of the pages imports, and leaves out what is not the build's", () => {
    const needed = [...imports('vite.config.ts'), 'tsconfig.build.json', 'tsconfig.json', 'docs/runbook.md'];
    assert.ok(needed.some((file) => file.startsWith('scripts/')) && needed.length > 5, needed.join(' '));
    const missing = needed.filter((file) => !isLetIn(file));
    assert.deepEqual(missing, [], 'add them to .dockerignore');
    for (const file of ['.env', 'data/ultronex.db', 'test/deploy/image.test.ts', '.git/config', 'terraform/main.tf'])
      assert.equal(isLetIn(file), false, file);
  });

  const python = spawnSync('python3', ['--version']).error ? 'needs python3, which Ansible brings' : false;
  it('reaches a server too, with the files of Compose and no secret', { skip: python }, (t) => {
    const archive = join(tempDir(t), 'project.tar');
    execFileSync('python3', [join(root, 'ansible/roles/ultronex/files/pack.py'), root, archive]);
    const packed = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
    const needed = [...imports('vite.config.ts'), 'package-lock.json', '.npmrc', 'Dockerfile', '.dockerignore'];
    for (const file of [...needed, 'docker-compose.yml', 'deploy/bin/lib.sh', 'haproxy/haproxy.cfg', 'docs/runbook.md'])
      assert.ok(packed.includes(file), `${file} is not packed`);
    assert.equal(new Set(packed).size, packed.length, 'a file is packed twice');
    assert.ok(packed.some((file) => file.startsWith('packages/')));
    const odd = packed.filter((file) =>
      /(^|\/)(\.env|node_modules|dist|\.git)(\/|$)|^(test|terraform|ansible)\//.test(file),
    );
    assert.deepEqual(odd, []);
  });
});
