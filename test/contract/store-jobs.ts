import assert from 'node:assert/strict';
import { InvalidRequest, NotFound, WrongState } from '../../src/domain/errors.ts';
import { type Job, longestLine, mostOutputBytes } from '../../src/domain/job.ts';
import type { OutputLine } from '../../src/ports/job-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { job } from '../support/jobs.ts';
import type { On } from './store-setup.ts';

const dayMs = 86_400_000;
const half = mostOutputBytes / 2;

const lines = (...texts: string[]) => linesOf(texts);
const linesOf = (texts: readonly string[]) => texts.map((text) => ({ at: 1, text }));
const times = (count: number, text: string) => linesOf(Array.from({ length: count }, () => text));
const ids = (jobs: readonly Job[]) => jobs.map(({ id }) => id);
const bytesOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);

/** Reads all pages, as a reader that follows the output does. */
async function readAll(store: Store, id: string, limit = 100_000): Promise<OutputLine[]> {
  const all: OutputLine[] = [];
  for (;;) {
    const page = await store.output(id, all.at(-1)?.number ?? 0, limit);
    if (page.lines.length === 0) return all;
    all.push(...page.lines);
  }
}

/** Jobs and their output. */
export function jobsContract(on: On): void {
  on('a job is stored with every field, and each change has the next revision', async ({ store, open }) => {
    const first = job({ id: 'j1', name: null, by: { kind: 'slack', name: 'U1' }, told: false, card: 'd1', trace: 'ü' });
    await store.accept({ jobs: [first] });
    const read = await (await open()).job('T1', 'j1');
    assert.deepEqual(read, { ...first, revision: 1 });
    assert.deepEqual([await store.job('T2', 'j1'), await store.job('T1', 'j2')], [null, null]);
    const started = { ...read, state: 'running', handle: 'run.8361', startedAt: 5 } as const;
    await store.accept({ jobs: [started] });
    assert.deepEqual(await store.job('T1', 'j1'), { ...started, revision: 2 });
  });

  on('of two changes of one revision the first counts, and a refused unit writes nothing', async ({ store, open }) => {
    const other = await open();
    await store.accept({ jobs: [job({ id: 'j1' })] });
    const change = job({ id: 'j1', state: 'starting', revision: 1 });
    await store.accept({ jobs: [change] });
    const told: string[] = [];
    other.onJob(({ id }) => void told.push(id));
    const unit = (...jobs: Job[]) => other.accept({ jobs, state: [{ name: 'x:tried', value: '1' }], key: 'k1' });
    await assert.rejects(unit(job({ id: 'j2' }), { ...change, state: 'lost' }), WrongState, 'it was changed');
    await assert.rejects(unit(job({ id: 'j3' }), job({ id: 'j1' })), WrongState, 'the id is taken');
    await assert.rejects(unit(job({ id: 'j4', revision: 3 })), WrongState, 'there is none to change');
    assert.deepEqual(ids((await store.jobs({ team: 'T1' }, null, 10)).items), ['j1']);
    assert.deepEqual([await store.state('x:tried'), told], [null, []]);
    assert.equal((await store.job('T1', 'j1'))?.state, 'starting');
    assert.equal((await unit(job({ id: 'j5' }))).duplicate, false, 'nor was the key remembered');
  });

  on('a unit with a known key writes no second job and tells nobody', async ({ store, open }) => {
    const other = await open();
    const told: string[] = [];
    other.onJob(({ id }) => void told.push(id));
    const plan = (over: Store, id: string) =>
      over.accept({ key: 'job:T1:greet:1764453600000', fingerprint: id, jobs: [job({ id })] });
    const results = await Promise.all([plan(store, 'j1'), plan(other, 'j2')]);
    assert.deepEqual(results.map(({ duplicate }) => duplicate).sort(), [false, true]);
    const [written] = (await store.jobs({ team: 'T1' }, null, 10)).items;
    assert.equal((await plan(other, 'j3')).fingerprint, written?.id);
    assert.deepEqual(told, written?.id === 'j2' ? ['j2'] : []);
  });

  on('listeners learn of each written job as it is stored, and of output', async ({ store }) => {
    const told: unknown[] = [];
    store.onJob(({ id, revision, cursor }) => void told.push([id, revision, cursor]));
    store.onOutput((id) => void told.push(id));
    await store.accept({ jobs: [job({ id: 'j1' }), job({ id: 'j2' })] });
    await store.addOutput('j1', lines('a'), 'c1');
    await store.addOutput('j1', [], 'c2');
    await store.accept({ jobs: [job({ id: 'j1', state: 'running', revision: 1 })] });
    assert.deepEqual(told, [['j1', 1, null], ['j2', 1, null], 'j1', ['j1', 2, 'c2']]);
  });

  on('jobs are listed newest first, by state and name, in pages', async ({ store }) => {
    const states = ['queued', 'running', 'failed', 'succeeded', 'failed'] as const;
    for (const [index, state] of states.entries()) {
      const name = index === 1 ? null : index % 2 === 0 ? 'greet' : 'tidy';
      await store.accept({ jobs: [job({ id: `j${index}`, name, state, endedAt: index })] });
    }
    await store.accept({ jobs: [job({ id: 'other', team: 'T2' })] });
    const list = async (filter: object, cursor: string | null = null, limit = 10) => {
      const { items, next } = await store.jobs({ team: 'T1', ...filter }, cursor, limit);
      return [ids(items), next] as const;
    };
    const [first, next] = await list({}, null, 2);
    assert.deepEqual(
      [first, await list({}, next, 3)],
      [
        ['j4', 'j3'],
        [['j2', 'j1', 'j0'], null],
      ],
    );
    assert.deepEqual(await list({ name: 'greet' }), [['j4', 'j2', 'j0'], null]);
    assert.deepEqual(await list({ states: ['failed', 'running', 'failed'] }), [['j4', 'j2', 'j1'], null]);
    assert.deepEqual(await list({ states: ['failed', 'running'], name: 'greet' }), [['j4', 'j2'], null]);
    const [some, more] = await list({ states: ['failed', 'running'] }, null, 2);
    assert.deepEqual(
      [some, await list({ states: ['failed', 'running'] }, more)],
      [
        ['j4', 'j2'],
        [['j1'], null],
      ],
    );
    assert.deepEqual(
      [await list({ states: [] }), await list({ name: 'none' })],
      [
        [[], null],
        [[], null],
      ],
    );
    for (const cursor of ['x', '', '-1', '1e3']) await assert.rejects(list({}, cursor), InvalidRequest);
    assert.equal((await store.lastEndedJob('T1', 'greet'))?.id, 'j4');
    assert.equal(await store.lastEndedJob('T2', 'greet'), null);
  });

  on('unfinished jobs are those that have not ended or whose end was not told, oldest first', async ({ store }) => {
    const jobs = [
      job({ id: 'z', state: 'starting' }),
      job({ id: 'y', state: 'failed', endedAt: 5, told: false, team: 'T2' }),
      job({ id: 'x', state: 'succeeded', endedAt: 5 }),
      job({ id: 'w', name: null, told: false }),
    ];
    await store.accept({ jobs });
    assert.deepEqual(ids(await store.unfinishedJobs(null, 2)), ['z', 'y']);
    assert.deepEqual(ids(await store.unfinishedJobs('y', 10)), ['w']);
    const counts = [undefined, 'greet', null].map((name) => store.countUnfinishedJobs('T1', name));
    assert.deepEqual(await Promise.all(counts), [2, 1, 1]);
    assert.equal(await store.countUnfinishedJobs('T2', 'greet'), 0, 'it has ended');
    await store.accept({ jobs: [job({ id: 'y', state: 'failed', endedAt: 5, team: 'T2', revision: 1 })] });
    assert.deepEqual(ids(await store.unfinishedJobs(null, 10)), ['z', 'w']);
  });

  on(
    'output moves the cursor and leaves the revision, and only a new attempt begins with another',
    async ({ store }) => {
      await store.accept({ jobs: [job({ id: 'j1' })] });
      assert.equal(await store.addOutput('j1', lines('a', 'b'), 'c1'), 2);
      const read = await store.job('T1', 'j1');
      assert.deepEqual([read?.cursor, read?.revision], ['c1', 1]);
      await store.accept({ jobs: [job({ id: 'j1', state: 'running', cursor: 'old', revision: 1 })] });
      assert.equal((await store.job('T1', 'j1'))?.cursor, 'c1');
      await store.accept({ jobs: [job({ id: 'j1', attempt: 2, revision: 2 })] });
      assert.equal((await store.job('T1', 'j1'))?.cursor, null);
      assert.equal(await store.addOutput('j1', lines('c'), 'c2'), 3, 'its lines follow those of the first attempt');
      assert.equal((await store.job('T1', 'j1'))?.cursor, 'c2');
      await assert.rejects(store.addOutput('none', lines('a'), null), NotFound);
      assert.deepEqual(await store.output('none', 0, 10), { lines: [], cut: null, last: 0 });
    },
  );

  on('output is read as it was written, in pages, by another process, too', async ({ store, open }) => {
    const texts = ['', 'größer 日本語 👍', 'NUL \0 and \u001b[31m red', '{"a":"\\n"}', '\ud83d alone', ' x '];
    await store.accept({ jobs: [job({ id: 'j1' })] });
    for (const [index, text] of texts.entries()) await store.addOutput('j1', [{ at: index, text }], `${index}`);
    const expected = texts.map((text, index) => ({ number: index + 1, at: index, text }));
    const other = await open();
    assert.deepEqual(await other.output('j1', 0, 10), { lines: expected, cut: null, last: 6 });
    assert.deepEqual((await other.output('j1', 2, 3)).lines, expected.slice(2, 5));
    assert.deepEqual((await other.output('j1', 6, 3)).lines, []);
    assert.deepEqual((await other.output('j1', 0, 0)).lines, []);
    assert.deepEqual(await readAll(other, 'j1', 1), expected);
  });

  on('a page of output ends after 256 KiB, and its pages are everything', async ({ store }) => {
    await store.accept({ jobs: [job({ id: 'j1' })] });
    const texts = Array.from({ length: 90 }, (_, index) => `${index}`.padEnd(9_999, '.'));
    await store.addOutput('j1', lines(...texts), null);
    const page = await store.output('j1', 0, 1_000);
    assert.equal(page.lines.length, 26);
    assert.deepEqual(
      (await readAll(store, 'j1')).map(({ text }) => text),
      texts,
    );
  });

  on('a line that is too long becomes several, with whole letters', async ({ store }) => {
    await store.accept({ jobs: [job({ id: 'j1' })] });
    const text = `${'x'.repeat(longestLine - 1)}${'👍'.repeat(longestLine)}`;
    const newest = await store.addOutput('j1', lines(text, 'next'), null);
    const read = await readAll(store, 'j1');
    assert.deepEqual([read.length, read.at(-1)], [newest, { number: newest, at: 1, text: 'next' }]);
    assert.equal(
      read
        .slice(0, -1)
        .map((line) => line.text)
        .join(''),
      text,
    );
    assert.ok(
      read.every((line) => line.text.length <= longestLine && !/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(line.text)),
    );
  });

  for (const [title, text, perCall] of [
    ['short lines, one a call', 'y', 1],
    ['empty lines, all at once', '', 2_200_000],
    ['lines of multi-byte letters', '日本語👍 '.repeat(12), 700],
    ['lines of the full length', 'é'.repeat(longestLine), 7],
    ['long lines of three bytes a letter, all at once', '語'.repeat(longestLine), 400],
  ] as const) {
    on(`of too much output the beginning and the end are kept: ${title}`, async ({ store }) => {
      await store.accept({ jobs: [job({ id: 'j1' })] });
      const size = Buffer.byteLength(text) + 1;
      const total = perCall === 1 ? 2_000 : Math.ceil((2 * mostOutputBytes) / size);
      let written = 0;
      // One line a call is slow on a disk, so most of that output comes in larger calls before it.
      if (perCall === 1) written = await store.addOutput('j1', times(mostOutputBytes / 2, text), null);
      const all = written + total;
      while (written < all) {
        const calls = perCall === 1 ? 500 : 1;
        const adding = Array.from({ length: calls }, () => {
          const count = Math.min(perCall, all - written);
          written += count;
          return store.addOutput('j1', times(count, text), `${written}`);
        });
        await Promise.all(adding);
      }
      const read = await readAll(store, 'j1');
      const { cut, last } = await store.output('j1', 0, 1);
      assert.ok(cut !== null);
      assert.equal(last, all);
      assert.deepEqual([read[0]?.number, read.at(-1)?.number], [1, all]);
      const numbers = read.map(({ number }) => number);
      const gap = numbers.findIndex((number, index) => number !== index + 1);
      assert.deepEqual([numbers[gap - 1], numbers[gap]], [cut.from - 1, cut.to + 1]);
      assert.ok(numbers.slice(gap).every((number, index) => number === cut.to + 1 + index));
      assert.ok(read.every((line) => line.text === text));
      const head = gap * size;
      const tail = (numbers.length - gap) * size;
      assert.ok(head <= half && head > half - size, `${head} bytes at the beginning`);
      assert.ok(tail <= half && tail > half - 40_000, `${tail} bytes at the end`);
      assert.equal(cut.bytes, (cut.to - cut.from + 1) * size);
      assert.ok(bytesOf(read.map((line) => line.text)) <= mostOutputBytes);
      assert.deepEqual(
        (await store.output('j1', cut.from, 1)).lines[0]?.number,
        cut.to + 1,
        'a reader in the cut goes on',
      );
      assert.equal((await store.job('T1', 'j1'))?.cursor, `${all}`);
    });
  }

  on('output that was refused changes nothing', async ({ store }) => {
    await store.accept({ jobs: [job({ id: 'j1' })] });
    await store.addOutput('j1', lines('a'), 'c1');
    const bad = [
      { at: 1, text: 'b' },
      { at: 1, text: null as never },
    ];
    await assert.rejects(store.addOutput('j1', bad, 'c2'));
    assert.deepEqual(
      (await readAll(store, 'j1')).map(({ text }) => text),
      ['a'],
    );
    assert.equal((await store.job('T1', 'j1'))?.cursor, 'c1');
  });

  on('jobs from before the first contact with Slack get its team', async ({ store }) => {
    await store.accept({ jobs: [job({ id: 'j1', team: '' })] });
    await store.install('T1');
    const read = await store.job('T1', 'j1');
    assert.equal(read?.team, 'T1');
    const told: string[] = [];
    store.onJob(({ team }) => void told.push(team));
    await store.accept({ jobs: [job({ id: 'j1', team: '', state: 'starting', revision: 1 })] });
    assert.deepEqual([told, (await store.job('T1', 'j1'))?.state], [['T1'], 'starting']);
    assert.equal(await store.countUnfinishedJobs('T1'), 1);
  });

  on('jobs that ended before a time are deleted with their output, 500 in a call', async ({ store, clock }) => {
    const now = clock.now();
    const ended = (id: string, endedAt: number) => job({ id, state: 'succeeded', endedAt });
    await store.accept({ jobs: Array.from({ length: 501 }, (_, index) => ended(`j${index}`, now - dayMs + index)) });
    await store.accept({ jobs: [job({ id: 'open', createdAt: 0 }), ended('young', now)] });
    await store.addOutput('j0', lines('a'), null);
    assert.equal(await store.pruneJobs(now), 500);
    assert.deepEqual([await store.job('T1', 'j0'), (await store.output('j0', 0, 9)).lines], [null, []]);
    assert.deepEqual([await store.pruneJobs(now), await store.pruneJobs(now)], [1, 0]);
    assert.deepEqual(ids((await store.jobs({ team: 'T1' }, null, 10)).items), ['young', 'open']);
    await store.accept({ jobs: [job({ id: 'j9' })] });
    assert.deepEqual((await store.output('j9', 0, 9)).lines, [], 'a new job has no output of a deleted one');
  });

  on('a clock that is ahead deletes no job', async ({ store, clock }) => {
    await store.accept({ jobs: [job({ id: 'j1', state: 'failed', endedAt: clock.now() })] });
    clock.jump(400 * dayMs);
    assert.equal(await store.pruneJobs(clock.now() - 14 * dayMs), 0);
    assert.equal((await store.job('T1', 'j1'))?.id, 'j1');
  });
}
