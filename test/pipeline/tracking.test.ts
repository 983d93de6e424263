import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Change, Subscription } from '../../src/domain/subscription.ts';
import { createTracking } from '../../src/pipeline/tracking.ts';
import type { PatternSet, PatternTools } from '../../src/ports/patterns.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

/** Two processes that share a store with four subscriptions; `tracking` is of the first one. */
async function setUp(t: TestContext) {
  const file = join(tempDir(t), 'u.db');
  const clock = manualClock();
  const open = (owner: string) => createSqliteStore({ file, owner, clock, coalesceMs: 0, onError: assert.ifError });
  const [ours, theirs] = [await open('a'), await open('b')];
  let readings = 0;
  let meanwhile: () => Promise<unknown> = async () => {};
  const store = {
    ...ours,
    async tracking() {
      readings += 1;
      const snapshot = await ours.tracking();
      await meanwhile();
      meanwhile = async () => {};
      return snapshot;
    },
  };
  const patterns = { add() {}, remove() {}, match: () => [], size: 0 } as unknown as PatternSet;
  const tracking = await createTracking({
    ...{ store, patterns, tools: {} as PatternTools, clock },
    onRefused: assert.ifError,
  });
  const subscription = (id: string): Subscription => ({
    ...{ id, team: 'T1', user: 'U1', pattern: `word${id}`, channel: null, createdAt: 0 },
  });
  const commit = (changes: Change[]) => ours.accept({ changes });
  await commit(['1', '2', '3', '4'].map((id) => ({ type: 'subscribe', subscription: subscription(id) })));
  return {
    ...{ ours, theirs, tracking, subscription, commit },
    pause: (...ids: string[]): Change => ({ type: 'pause', ids, reason: 'it took too much time' }),
    paused: () => tracking.all().flatMap(({ id, paused }) => (paused === undefined ? [] : id)),
    /** Runs while `tracking` reads the store the next time. */
    during(run: () => Promise<unknown>) {
      meanwhile = run;
    },
    /** Since it was asked last. */
    readings() {
      const before = readings;
      readings = 0;
      return before;
    },
  };
}

test('a commit of our own is not read again; one of another process is', async (t) => {
  const { ours, theirs, tracking, commit, pause, paused, readings } = await setUp(t);
  await tracking.refresh();
  assert.equal(readings(), 1, 'at the start');
  await commit([pause('1')]);
  await commit([pause('2'), { type: 'pause', ids: ['1'], reason: null }]);
  await tracking.refresh();
  assert.equal(readings(), 0);
  assert.deepEqual(paused(), ['2']);

  await theirs.accept({ changes: [pause('3')] });
  await commit([pause('4')]);
  await tracking.refresh();
  assert.equal(readings(), 1, 'another process paused one meanwhile');
  assert.deepEqual(paused(), ['2', '3', '4']);
  await ours.close();
  await theirs.close();
});

test('a commit that comes while another process’s changes are read is not lost, and the next look reads again', async (t) => {
  const { ours, theirs, tracking, during, commit, pause, paused } = await setUp(t);
  await theirs.accept({ changes: [pause('1')] });
  during(() => commit([pause('2')]));
  await tracking.refresh();
  assert.deepEqual(paused(), ['2'], 'what was read may not have it');
  await tracking.refresh();
  assert.deepEqual(paused(), ['1', '2']);
  await ours.close();
  await theirs.close();
});

test('of two commits that track the same pattern at once the second adds nothing', async (t) => {
  const { ours, theirs, tracking, commit, subscription } = await setUp(t);
  const same = { ...subscription('5'), pattern: 'word1' };
  await commit([{ type: 'subscribe', subscription: same }]);
  assert.deepEqual(
    tracking.heldBy('T1', 'U1').map(({ id }) => id),
    ['1', '2', '3', '4'],
  );
  await ours.close();
  await theirs.close();
});
