import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStoppedBefore } from '../../../src/modules/containers/stopped-before.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

test('a program that watches the containers again knows which were stopped while another one did', async (t) => {
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: 'o', clock: manualClock(), onError: assert.ifError });
  t.after(() => store.close());
  const [one, other] = [createStoppedBefore(store), createStoppedBefore(store)];
  await one.load();
  await other.load();
  await other.save(['a']);
  await one.load();
  assert.equal(one.has('a'), false);
  one.forget();
  await one.load();
  assert.equal(one.has('a'), true);
});
