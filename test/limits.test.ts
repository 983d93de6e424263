import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** The value of `const name = 4 * 1024 * 1024;`, from the source: it need not be exported for this. */
function constantOf(file: string, name: string): number {
  const written = new RegExp(`const ${name} = ([0-9_ *]+);`).exec(readFileSync(join(root, file), 'utf8'))?.[1];
  assert.ok(written, `${file} has no constant ${name} that is a number`);
  return written.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);
}

test('every limit in docs/limits.md is the one in the code', () => {
  const rows = readFileSync(join(root, 'docs/limits.md'), 'utf8').matchAll(
    /^\| .+ \| (\d+)[^|]* \| [^|]+ \| `(src\/[^`]+)` `(\w+)` \|$/gm,
  );
  let count = 0;
  for (const [, limit, file = '', name = ''] of rows) {
    assert.equal(Number(limit), constantOf(file, name), `${file} ${name}`);
    count += 1;
  }
  const written = readFileSync(join(root, 'docs/limits.md'), 'utf8').match(/`src\//g)?.length;
  assert.equal(count, written, 'every row was read');
});
