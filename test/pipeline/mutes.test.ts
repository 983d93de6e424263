import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PatternSet, PatternTools } from '../../src/ports/patterns.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { createTracking } from '../../src/subscriptions/tracking.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

const hour = 3_600_000;
const day = 24 * hour;

async function setUp(t: TestContext) {
  const file = join(tempDir(t), 'u.db');
  const open = async (startAt?: number) => {
    const clock = manualClock(startAt);
    const store = await createSqliteStore({ file, owner: 'o', clock, coalesceMs: 0, onError: assert.ifError });
    const createPatternSet = () => ({ add() {}, remove() {}, match: () => [], size: 0 }) as unknown as PatternSet;
    const tools = {} as PatternTools;
    return {
      clock,
      store,
      tracking: await createTracking({ store, createPatternSet, tools, clock, onRefused: assert.ifError }),
    };
  };
  return open;
}

test('a mute of half an hour lasts no longer though the clock is set back meanwhile, also with a restart', async (t) => {
  for (const by of [hour, day, 40 * day]) {
    for (const restart of [false, true]) {
      const open = await setUp(t);
      let { clock, store, tracking } = await open();
      const mute = { team: 'T1', user: 'U1', until: clock.now() + hour / 2 };
      await store.accept({ changes: [{ type: 'mute', mute }] });
      if (restart) {
        await store.close();
        ({ clock, store, tracking } = await open(clock.now() - by));
      } else {
        clock.jump(-by);
        await tracking.refresh();
      }
      clock.skip(hour / 2 - 1_000);
      const muted = tracking.muteOf('T1', 'U1');
      assert.equal(muted?.until, clock.now() + 1_000, `${by}: and its end is told in today's time`);
      clock.skip(1_000);
      assert.equal(tracking.muteOf('T1', 'U1'), null, `${by}, restart: ${restart}`);
      await store.close();
    }
  }
});

test('a mute survives a clock that is set back by mistake and corrected', async (t) => {
  const { clock, store, tracking } = await (await setUp(t))();
  const mute = { team: 'T1', user: 'U1', until: clock.now() + 2 * hour };
  await store.accept({ changes: [{ type: 'mute', mute }] });
  for (const by of [-day, day]) {
    clock.jump(by);
    await tracking.refresh();
    clock.skip(60_000);
  }
  assert.notEqual(tracking.muteOf('T1', 'U1'), null);
  await store.close();
});
