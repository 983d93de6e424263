import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMaintenance } from '../../../src/modules/incidents/maintenance.ts';
import { openIncidents } from './support.ts';

test('maintenance windows that two programs open at the same time are both kept, and an end ends both', async (t) => {
  const opened = await openIncidents(t);
  const now = opened.clock.now();
  const one = createMaintenance(opened.store);
  const other = createMaintenance((await opened.program()).store);
  const by = { kind: 'user', name: 'ada' } as const;
  const window = (reason: string) => ({ from: now, until: now + 60_000, reason, by });
  await Promise.all([one.begin(window('a'), now), other.begin(window('b'), now), one.begin(window('c'), now)]);
  assert.deepEqual((await other.windows(now)).map(({ reason }) => reason).sort(), ['a', 'b', 'c']);
  assert.equal(await other.end(now), 3);
  assert.deepEqual(await one.windows(now), []);
});
