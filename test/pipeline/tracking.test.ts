import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Change, Subscription } from '../../src/domain/subscription.ts';
import { createTracking } from '../../src/pipeline/tracking.ts';
import type { PatternSet, PatternTools } from '../../src/ports/patterns.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

test('a pause of our own is not read again; one of another process is', async (t) => {
  const file = join(tempDir(t), 'u.db');
  const clock = manualClock();
  const open = (owner: string) => createSqliteStore({ file, owner, clock, coalesceMs: 0, onError: assert.ifError });
  const [ours, theirs] = [await open('a'), await open('b')];
  let readings = 0;
  const store = {
    ...ours,
    subscriptions() {
      readings += 1;
      return ours.subscriptions();
    },
  };
  const patterns = { add() {}, remove() {}, match: () => [], size: 0 } as unknown as PatternSet;
  const tracking = createTracking({ store, patterns, tools: {} as PatternTools, clock, onRefused: assert.ifError });
  const subscription = (id: string): Subscription => ({
    ...{ id, team: 'T1', user: 'U1', pattern: `word${id}`, channel: null, createdAt: 0 },
  });
  const pause = (...ids: string[]): Change => ({ type: 'pause', ids, reason: 'it took too much time' });
  const paused = () => tracking.all().flatMap(({ id, paused }) => (paused === undefined ? [] : id));
  const commit = async (changes: Change[]) => {
    await ours.accept({ changes });
    tracking.apply(changes);
  };

  await ours.accept({
    changes: ['1', '2', '3', '4'].map((id) => ({ type: 'subscribe', subscription: subscription(id) })),
  });
  tracking.refresh();
  readings = 0;
  await commit([pause('1')]);
  await commit([pause('2'), { type: 'pause', ids: ['1'], reason: null }]);
  tracking.refresh();
  assert.equal(readings, 0, 'only our own pauses');
  assert.deepEqual(paused(), ['2']);

  await theirs.accept({ changes: [pause('3')] });
  await commit([pause('4')]);
  tracking.refresh();
  assert.equal(readings, 1, 'another process paused one meanwhile');
  assert.deepEqual(paused(), ['2', '3', '4']);
  await ours.close();
  await theirs.close();
});
