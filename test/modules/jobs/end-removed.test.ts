import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endRemoved } from '../../../src/modules/jobs/end-removed.ts';
import { openIncidents } from '../incidents/support.ts';

test('the incident of a job that the files have no longer ends, and others stay', async (t) => {
  const { store, incidents, clock } = await openIncidents(t);
  for (const name of ['gone', 'stays']) {
    await incidents.signal({
      ...{ key: `job:${name}`, status: 'firing', title: `Job ${name} failed`, text: '', fields: {} },
      ...{ severity: 'error', channel: '#ops', at: clock.now() },
    });
  }
  await endRemoved(store, incidents, (name) => name === 'stays', clock.now());
  const open = await store.unfinishedIncidents(0, 10);
  assert.deepEqual(
    open.map(({ key, status }) => [key, status]),
    [['signal:job:stays', 'firing']],
  );
});
