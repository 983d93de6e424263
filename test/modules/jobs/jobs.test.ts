import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { IdempotencyConflict, InvalidRequest, NotFound, WrongState } from '../../../src/domain/errors.ts';
import type { Role } from '../../../src/domain/principal.ts';
import { JobsFull, NotAllowed, TargetOff } from '../../../src/modules/jobs/errors.ts';
import { createJobs } from '../../../src/modules/jobs/jobs.ts';
import type { JobAsker, JobRequest } from '../../../src/modules/jobs/types.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';
import { definition } from './definition.ts';

const asker = (role: Role = 'operator'): JobAsker => ({
  ...{ actor: { kind: 'user', name: 'ada' }, role, grants: null, trace: 't' },
});
const greet: JobRequest = { name: 'greet', arguments: { NAME: 'Daniela' } };
const free: JobRequest = { name: null, place: { target: 'process', file: 'greet.sh' }, arguments: { NAME: 'Ada' } };

async function setUp(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
  t.after(() => store.close());
  const definitions = new Map([
    ['greet', definition({ concurrency: 1, queue: 1, mostAttempts: 3, secrets: { API_KEY: () => 'x' } })],
    ['deploy', definition({ name: 'deploy', who: 'admin' })],
    ['elsewhere', definition({ name: 'elsewhere', place: { target: 'heroku', app: 'a', command: 'b', size: null } })],
  ]);
  const jobs = createJobs({
    ...{ store, clock, team: () => 'T1', newId: randomUUID, definitions: () => definitions },
    ...{ targets: new Set(['process'] as const), runName: ({ handle }) => handle },
    placeProblem: async (place) =>
      place.target === 'process' && place.file !== 'greet.sh' ? 'there is no such file' : null,
  });
  return { clock, store, jobs };
}

describe('jobs that are asked for', () => {
  it('are on disk with checked arguments, defaults and the names of their secrets', async (t) => {
    const { jobs } = await setUp(t);
    const { job } = await jobs.submit({ name: 'greet', arguments: {} }, asker(), null);
    const read = await jobs.find(job.id);
    assert.deepEqual([read.state, read.arguments, read.secrets], ['queued', { NAME: 'World' }, ['API_KEY']]);
    assert.deepEqual([read.mostAttempts, read.timeoutMs, read.revision], [3, 600_000, 1]);
    assert.deepEqual((await jobs.submit(free, asker(), null)).job.place, free.place);
  });

  it('are refused with the remedy, and nothing is stored', async (t) => {
    const { jobs } = await setUp(t);
    const refused = (request: JobRequest, by: JobAsker, kind: new (...args: never[]) => Error, text: RegExp) =>
      assert.rejects(
        jobs.submit(request, by, null),
        (error: Error) => error instanceof kind && text.test(error.message),
      );
    await refused({ name: 'gret', arguments: {} }, asker(), NotFound, /no job "gret"\. Did you mean greet\?/);
    await refused({ ...greet, arguments: { NAM: 'x' } }, asker(), InvalidRequest, /NAM.*NAME/);
    await refused(
      { ...free, place: { target: 'process', file: '../x' } },
      asker(),
      InvalidRequest,
      /^There is no such file\.$/,
    );
    await refused({ name: 'elsewhere', arguments: {} }, asker(), TargetOff, /HEROKU_API_KEY/);
    await refused(greet, asker('viewer'), NotAllowed, /The job greet needs the role operator; yours is viewer/);
    await refused({ name: 'deploy', arguments: {} }, asker(), NotAllowed, /deploy needs the role admin/);
    await refused(free, asker('viewer'), NotAllowed, /without a definition need the role operator/);
    assert.deepEqual((await jobs.list({}, null, 10)).items, []);
  });

  it('are refused when as many wait as may wait, and taken again after one has ended', async (t) => {
    const { jobs, store } = await setUp(t);
    const { job } = await jobs.submit(greet, asker(), null);
    await jobs.submit(greet, asker(), null);
    await assert.rejects(
      jobs.submit(greet, asker(), null),
      (error: JobsFull) =>
        error instanceof JobsFull && error.status === 429 && /1 runs? of greet.*1 may wait/.test(error.message),
    );
    await jobs.submit({ name: null, place: { target: 'process', file: 'greet.sh' }, arguments: {} }, asker(), null);
    await store.accept({ jobs: [{ ...job, state: 'succeeded', endedAt: 1 }] });
    await jobs.submit(greet, asker(), null);
  });

  it('are the first one again with the same key for a day, also when the queue is full', async (t) => {
    const { clock, jobs } = await setUp(t);
    const key = { key: 'k', fingerprint: 'f' };
    const [one, two] = await Promise.all([jobs.submit(greet, asker(), key), jobs.submit(greet, asker(), key)]);
    assert.equal(one.job.id, two.job.id);
    assert.deepEqual([one.duplicate, two.duplicate].sort(), [false, true]);
    await jobs.submit(greet, asker(), null);
    assert.equal((await jobs.submit(greet, asker(), key)).job.id, one.job.id);
    await assert.rejects(jobs.submit(greet, asker(), { key: 'k', fingerprint: 'other' }), IdempotencyConflict);
    clock.skip(86_400_000);
    await assert.rejects(jobs.submit(greet, asker(), key), JobsFull, 'a day later it is a new request');
  });

  it('are stopped once, by operators and by who asked for them, and not after their end', async (t) => {
    const { clock, jobs, store } = await setUp(t);
    const { job } = await jobs.submit(greet, asker(), null);
    const other = { ...asker('viewer'), actor: { kind: 'user', name: 'bob' } } as const;
    await assert.rejects(jobs.stop(job.id, other), NotAllowed);
    const stopped = await jobs.stop(job.id, asker());
    assert.deepEqual(stopped.stopAsked, { by: { kind: 'user', name: 'ada' }, at: clock.now() });
    clock.skip(1_000);
    const again = await jobs.stop(job.id, asker());
    assert.deepEqual(again.stopAsked, stopped.stopAsked);
    const own = (await jobs.submit({ ...greet, arguments: {} }, asker(), null)).job;
    assert.ok((await jobs.stop(own.id, asker('viewer'))).stopAsked, 'his own');
    await store.accept({ jobs: [{ ...again, state: 'cancelled', endedAt: 1 }] });
    await assert.rejects(jobs.stop(job.id, asker()), WrongState);
    await assert.rejects(jobs.stop(randomUUID(), asker()), NotFound);
    await assert.rejects(jobs.find('greet'), /greet is the name of a job, not the id of a run\. POST/);
  });

  it('are waited for until their end, or for the given time', async (t) => {
    const { clock, jobs, store } = await setUp(t);
    const { job } = await jobs.submit(greet, asker(), null);
    const late = jobs.wait(job.id, 5_000);
    await clock.advance(5_000);
    assert.equal((await late).state, 'queued');
    const ended = jobs.wait(job.id, 60_000);
    await clock.advance(1_000);
    await store.accept({ jobs: [{ ...job, state: 'failed', exitCode: 3, endedAt: 1 }] });
    assert.equal((await ended).exitCode, 3);
    const gone = new AbortController();
    const other = (await jobs.submit(greet, asker(), null)).job;
    const aborted = jobs.wait(other.id, 60_000, gone.signal);
    await clock.advance(20_000);
    assert.equal(getEventListeners(gone.signal, 'abort').length, 1, 'a long wait collects no listeners');
    gone.abort();
    assert.equal((await aborted).state, 'queued');
  });
});
