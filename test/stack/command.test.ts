import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt } from './command.ts';

test('a command that ends without reading its stdin is no failure', async () => {
  const input = 'x'.repeat(1_000_000);
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(await attempt('sh', ['-c', 'exec <&-; exit 2'], { input }), { code: 2, stdout: '', stderr: '' });
  }
});
