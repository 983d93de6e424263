import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { tempDir } from './support/temp.ts';

const shared = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { test } from 'node:test';
  export const fails = () => test('fails', () => { throw new Error('always'); });
  export const failsOnce = () => test('fails once', () => {
    if (existsSync(import.meta.dirname + '/mark')) return;
    writeFileSync(import.meta.dirname + '/mark', '');
    throw new Error('once');
  });`;

for (const [name, call, code, last] of [
  ['a test of a shared file that fails twice fails the run', 'fails()', 1, /Once more.*\n {2}\S+b\.test\.mjs\n/],
  ['one that passes alone is named', 'failsOnce()', 0, /depend on time\. Mend them:\n {2}\S+b\.test\.mjs\n/],
] as const) {
  test(name, (t) => {
    const dir = tempDir(t);
    const write = (file: string, text: string) => {
      writeFileSync(join(dir, file), text);
      return join(dir, file);
    };
    write('shared.mjs', shared);
    const files = [
      write('a.test.mjs', `import { test } from 'node:test'; test('passes', () => {});`),
      write('b.test.mjs', `import { fails, failsOnce } from './shared.mjs'; ${call};`),
    ];
    const { NODE_TEST_CONTEXT: _, FAILED_TEST_FILES: __, ...env } = process.env;
    const run = spawnSync(process.execPath, [resolve('scripts/test.mjs'), ...files], { encoding: 'utf8', env });
    assert.match(run.stdout, last);
    assert.equal(run.status, code, run.stdout);
    assert.equal(run.stdout.match(/✔ passes/g)?.length, 1, 'what passed is not run again');
  });
}
