import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Change, Subscription } from '../../src/domain/subscription.ts';
import type { PatternSet, PatternTools } from '../../src/ports/patterns.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { createTracking } from '../../src/subscriptions/tracking.ts';
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
  let tellErased = (_team: string) => {};
  const store = {
    ...ours,
    onErased(listener: (team: string) => void) {
      ours.onErased(listener);
      tellErased = listener;
    },
    async tracking(team: string) {
      readings += 1;
      const snapshot = await ours.tracking(team);
      await meanwhile();
      meanwhile = async () => {};
      return snapshot;
    },
  };
  /** The patterns of each set that was made. */
  const sets: Set<string>[] = [];
  function createPatternSet(): PatternSet {
    const patterns = new Set<string>();
    sets.push(patterns);
    const found = (text: string) => [...patterns].filter((pattern) => text.includes(pattern));
    const set = {
      add: (id: string) => void patterns.add(id),
      remove: (id: string) => void patterns.delete(id),
      match: found,
      candidates: async (text: string) => found(text).map((id) => ({ id, source: id })),
      size: 0,
    };
    return set;
  }
  const tracking = await createTracking({
    ...{ store, createPatternSet, tools: {} as PatternTools, clock },
    onRefused: assert.ifError,
  });
  const subscription = (id: string): Subscription => ({
    ...{ id, team: 'T1', user: 'U1', pattern: `word${id}`, channel: null, createdAt: 0 },
  });
  const commit = (changes: Change[]) => ours.accept({ changes });
  await commit(['1', '2', '3', '4'].map((id) => ({ type: 'subscribe', subscription: subscription(id) })));
  return {
    ...{ ours, theirs, tracking, subscription, commit, sets, tellErased },
    pause: (...ids: string[]): Change => ({ type: 'pause', team: 'T1', ids, reason: 'it took too much time' }),
    paused: () => tracking.ofTeam('T1').flatMap(({ id, paused }) => (paused === undefined ? [] : id)),
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
  readings();
  await commit([pause('1')]);
  await commit([pause('2'), { type: 'pause', team: 'T1', ids: ['1'], reason: null }]);
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

test('an erased team has no patterns in memory: at once here, with the next look after another process erased it', async (t) => {
  const { ours, theirs, tracking, commit, subscription, during, readings, tellErased } = await setUp(t);
  const of = (team: string) => tracking.ofTeam(team).map(({ id }) => id);
  await commit([{ type: 'subscribe', subscription: { ...subscription('9'), team: 'T2' } }]);
  await ours.eraseTeam('T2');
  assert.deepEqual([of('T1').length, of('T2')], [4, []]);
  await commit([{ type: 'subscribe', subscription: { ...subscription('8'), team: 'T2' } }]);
  assert.deepEqual(of('T2'), ['8'], 'it was installed again');

  await theirs.accept({ changes: [{ type: 'unsubscribe', team: 'T2', ids: ['8'] }] });
  during(() => ours.eraseTeam('T1'));
  await theirs.accept({ changes: [{ type: 'pause', team: 'T1', ids: ['1'], reason: 'slow' }] });
  await tracking.refresh();
  assert.deepEqual([of('T1'), tracking.size], [[], 1], 'what was read before the erase is not taken');
  await tracking.refresh();
  assert.equal(tracking.size, 0);

  await commit([{ type: 'subscribe', subscription: subscription('7') }]);
  await commit([{ type: 'subscribe', subscription: { ...subscription('6'), team: 'T2' } }]);
  await tracking.refresh();
  readings();
  await theirs.eraseTeam('T1');
  await tracking.refresh();
  assert.deepEqual([of('T1'), of('T2'), readings()], [[], ['6'], 1]);
  await theirs.eraseTeam('T2');
  await theirs.accept({ changes: [{ type: 'subscribe', subscription: { ...subscription('5'), team: 'T2' } }] });
  await tracking.refresh();
  assert.deepEqual(of('T2'), ['5']);
  tellErased('T2');
  assert.deepEqual(of('T2'), []);
  await tracking.refresh();
  assert.deepEqual(of('T2'), ['5'], 'news of the erase that come late delete none of the new patterns');
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

test('a team’s messages are matched against its own patterns alone, and a team without any costs nothing', async (t) => {
  const { ours, theirs, tracking, commit, subscription, sets } = await setUp(t);
  const other: Subscription = { ...subscription('9'), team: 'T2', pattern: 'word1', user: 'U2' };
  await commit([{ type: 'subscribe', subscription: other }]);
  const found = (team: string) => tracking.match(team, 'C1', 'word1 word2')?.map(({ id }) => id);
  assert.deepEqual([found('T1'), found('T2'), found('T3')], [['1', '2'], ['9'], []]);
  assert.deepEqual(await tracking.candidates('T2', 'C1', 'word1'), [{ source: 'word1', subscriptions: [other] }]);
  assert.deepEqual(
    sets.map((set) => [...set]),
    [['word1', 'word2', 'word3', 'word4'], ['word1']],
  );
  assert.deepEqual([tracking.teams(), tracking.size, tracking.countOf('T2')], [['T1', 'T2'], 5, 1]);

  await commit([{ type: 'unsubscribe', team: 'T1', ids: ['9'] }]);
  assert.deepEqual(found('T2'), ['9'], 'another team cannot end it');
  await commit([{ type: 'unsubscribe', team: 'T2', ids: ['9'] }]);
  assert.deepEqual([found('T2'), tracking.teams()], [[], ['T1']]);
  await ours.close();
  await theirs.close();
});

test('of another process’s changes only those teams are read that changed', async (t) => {
  const { ours, theirs, tracking, subscription, readings } = await setUp(t);
  const added = ['T2', 'T3'].map((team): Change => {
    return { type: 'subscribe', subscription: { ...subscription(team), team } };
  });
  await theirs.accept({ changes: added });
  await tracking.refresh();
  assert.equal(readings(), 2);
  await theirs.accept({ changes: [{ type: 'mute', mute: { team: 'T3', user: 'U1', until: null } }] });
  await tracking.refresh();
  assert.equal(readings(), 1);
  assert.deepEqual([tracking.countOf('T2'), tracking.countOf('T3'), tracking.muteOf('T3', 'U1')?.until], [1, 1, null]);
  assert.equal(tracking.muteOf('T1', 'U1'), null, 'the same user of another team is not muted');
  await ours.close();
  await theirs.close();
});
