import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

test('at most 1,000 error texts of 300 characters are kept, across writes and restarts; all others are counted as one', async (t) => {
  const clock = manualClock();
  const options = { file: join(tempDir(t), 'u.db'), owner: 'o', clock, coalesceMs: 0, onError: assert.ifError };
  let total = 0;
  for (let start = 0; start < 3; start += 1) {
    const store = await createSqliteStore(options);
    await store.install('T1');
    for (let batch = 0; batch < 3; batch += 1) {
      for (let index = 0; index < 500; index += 1) {
        store.countError('T1', `${start} ${batch} ${index} ${'x'.repeat(5_000)}`);
        total += 1;
      }
      const before = await store.errors('T1');
      assert.ok(Object.keys(before).length <= 1_000, 'before they are written');
      await clock.advance(1_000);
    }
    const errors = await store.errors('T1');
    assert.ok(Object.keys(errors).length <= 1_000);
    assert.ok(Object.keys(errors).every((text) => text.length <= 300));
    assert.equal(
      Object.values(errors).reduce((sum, count) => sum + count, 0),
      total,
      'none is lost',
    );
    assert.ok((errors['Slack error : other'] ?? 0) > 0 || start === 0);
    await store.close();
  }
});
