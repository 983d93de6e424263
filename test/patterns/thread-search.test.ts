import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../src/domain/clock.ts';
import { createThreadSearch } from '../../src/patterns/thread-search.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

const worst = '[01].{990}[01].{990}[q-z]';
const zeros = '01'.repeat(2_000);

function quietLog() {
  const errors: object[] = [];
  return { errors, error: (details: object) => errors.push(details) };
}

/** A thread that fails in a given way. */
function threadOf(t: TestContext, code: string): URL {
  const file = join(tempDir(t), 'thread.mjs');
  writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${code}`);
  return pathToFileURL(file);
}

test('the thread finds matches, and stops patterns that exceed their owner’s allowance', async (t) => {
  const search = createThreadSearch({ clock: systemClock, log: quietLog() });
  t.after(() => search.stop());
  const tries = [
    { pattern: 'DISK\\s+full', owner: 0 },
    { pattern: 'nothing', owner: 0 },
    { pattern: worst, owner: 0 },
    { pattern: worst.replace('990', '989'), owner: 1 },
  ];
  const tried = await search.search(`${zeros} disk full`, tries, [5_000_000, 0]);
  assert.deepEqual(
    tried.map(({ outcome }) => outcome),
    ['found', 'absent', 'stopped', 'stopped'],
  );
  assert.deepEqual([tried[0]?.units, tried[2]?.units, tried[3]?.units], [0, 5_000_000, 0]);
  assert.deepEqual(await search.search('anything', [], []), []);
});

test('one thread serves many searches and reuses compiled patterns', async (t) => {
  const log = quietLog();
  const search = createThreadSearch({ clock: manualClock(), log });
  t.after(() => search.stop());
  for (let round = 0; round < 4; round++) {
    const tried = await search.search(`round ${round}`, [{ pattern: `round ${round % 2}`, owner: 0 }], [0]);
    assert.deepEqual(tried[0]?.outcome, round < 2 ? 'found' : 'absent');
  }
  assert.deepEqual(log.errors, []);
});

test('a thread that dies between two texts is replaced at the next', async (t) => {
  const code = `import { threadId } from 'node:worker_threads';
    parentPort.on('message', () => { parentPort.postMessage({ outcomes: new Uint8Array([1]), units: new Float64Array([threadId]) }); setImmediate(() => process.exit(1)); });`;
  const search = createThreadSearch({ clock: systemClock, log: quietLog(), thread: threadOf(t, code) });
  t.after(() => search.stop());
  const ask = async () => (await search.search('x', [{ pattern: 'a', owner: 0 }], [0])).map(({ units }) => units);
  const exited = new Promise((resolve) => process.once('worker', (worker) => worker.once('exit', resolve)));
  const [first] = await ask();
  await exited;
  const start = performance.now();
  const [second] = await ask();
  assert.ok(typeof second === 'number' && second !== first);
  assert.ok(performance.now() - start < 10_000);
});

test('a long text is searched for many patterns, with the same results', async (t) => {
  const search = createThreadSearch({ clock: systemClock, log: quietLog() });
  t.after(() => search.stop());
  const tries = Array.from({ length: 200 }, (_, n) => ({ pattern: `id-${n}\\b|\\d{${n + 5}}x`, owner: 0 }));
  const text = `${'some words of no interest. '.repeat(20_000)} id-7, id-77; 1234567x`;
  const tried = await search.search(text, tries, [0]);
  const found = tried.flatMap(({ outcome }, n) => (outcome === 'found' ? [n] : []));
  assert.deepEqual(found, [0, 1, 2, 7, 77]);
});

test('after the time limit of a text the remaining patterns are skipped, not stopped', async (t) => {
  const search = createThreadSearch({ clock: systemClock, log: quietLog(), withinMs: 0 });
  t.after(() => search.stop());
  const tried = await search.search(zeros, [{ pattern: worst, owner: 0 }], [1e9]);
  assert.deepEqual(tried, [{ outcome: 'skipped', units: 0 }]);
});

test('a thread that hangs is terminated, its patterns are skipped, and the next thread works', async (t) => {
  const clock = manualClock();
  const log = quietLog();
  const thread = threadOf(
    t,
    `parentPort.on('message', ({ text }) => { while (text === 'hang'); parentPort.postMessage({ outcomes: new Uint8Array([2]), units: new Float64Array(1) }); });`,
  );
  const search = createThreadSearch({ clock, log, thread });
  t.after(() => search.stop());
  const hanging = search.search('hang', [{ pattern: 'a', owner: 0 }], [0]);
  const next = search.search('go', [{ pattern: 'a', owner: 0 }], [0]);
  await new Promise(setImmediate);
  clock.advance(15_000);
  assert.deepEqual(await hanging, [{ outcome: 'skipped', units: 0 }]);
  assert.deepEqual(await next, [{ outcome: 'found', units: 0 }]);
  assert.equal(log.errors.length, 1);
});

test('a thread that dies or runs out of memory costs its text, not the program', async (t) => {
  for (const code of [
    `process.exit(3);`,
    `throw new Error('broken');`,
    `parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); });`,
  ]) {
    const log = quietLog();
    const search = createThreadSearch({ clock: systemClock, log, thread: threadOf(t, code) });
    t.after(() => search.stop());
    assert.deepEqual(await search.search('x', [{ pattern: 'a', owner: 0 }], [0]), [{ outcome: 'skipped', units: 0 }]);
    assert.equal(log.errors.length, 1, code);
  }
});

test('after a stop nothing is searched, and waiting patterns are skipped', async () => {
  const search = createThreadSearch({ clock: systemClock, log: quietLog() });
  const waiting = search.search(zeros, [{ pattern: worst, owner: 0 }], [1e9]);
  await search.stop();
  assert.deepEqual((await waiting)[0]?.outcome, 'skipped');
  assert.deepEqual((await search.search('a', [{ pattern: 'a', owner: 0 }], [0]))[0]?.outcome, 'skipped');
});
