import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome } from '../../../src/modules/jobs/home.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { job } from '../../support/jobs.ts';
import { newsHub } from '../../support/news.ts';
import { tempDir } from '../../support/temp.ts';

test('a run that was begun before this folder’s program followed the jobs may be elsewhere, one on Heroku never is', async (t) => {
  const clock = manualClock();
  const [folder, other] = [tempDir(t), tempDir(t)];
  const store = await createSqliteStore({ file: join(folder, 'u.db'), owner: 'o', clock, onError: assert.ifError });
  t.after(() => store.close());
  const program = async (of: string) => {
    const home = createHome({ store: { ...store, ...newsHub()() }, file: join(of, 'jobs-home'), now: clock.now });
    await home.begin();
    return home;
  };
  const first = await program(folder);
  await clock.advance(1_000);
  const begun = job({ startedAt: clock.now() });
  assert.equal(first.isElsewhere(begun), false);
  assert.equal((await program(folder)).isElsewhere(begun), false, 'after a restart');
  await clock.advance(1_000);
  const second = await program(other);
  assert.equal(second.isElsewhere(begun), true);
  const heroku = { target: 'heroku', app: 'shop', command: 'x', size: '' } as never;
  assert.equal(second.isElsewhere(job({ startedAt: begun.startedAt, place: heroku })), false);
  await clock.advance(1_000);
  assert.equal(second.isElsewhere(job({ startedAt: clock.now() })), false);
  await clock.advance(1_000);
  assert.equal((await program(folder)).isElsewhere(begun), true, 'the other one may have started it again');
});

test('with a store that no other machine shares nothing is asked', async (t) => {
  const clock = manualClock();
  const folder = tempDir(t);
  const store = await createSqliteStore({ file: join(folder, 'u.db'), owner: 'o', clock, onError: assert.ifError });
  t.after(() => store.close());
  const home = createHome({ store, file: join(folder, 'none', 'jobs-home'), now: clock.now });
  await home.begin();
  assert.equal(home.isElsewhere(job({ startedAt: 0 })), false);
  assert.equal(await store.state('jobs:home'), null);
});
