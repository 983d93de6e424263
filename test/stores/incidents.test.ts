import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WrongState } from '../../src/domain/errors.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { incident } from '../support/incidents.ts';
import { tempDir } from '../support/temp.ts';

const actor = { kind: 'program', name: '' } as const;
const dayMs = 86_400_000;

function setUp(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const open = async (owner: string = randomUUID()) => {
    const store = await createSqliteStore({ file, owner, clock, coalesceMs: 0, onError: assert.ifError });
    t.after(() => store.close());
    return store;
  };
  return { clock, open };
}

test('an incident is found by number, key and card, and each change has the next revision', async (t) => {
  const { clock, open } = setUp(t);
  const store = await open();
  const first = incident({ number: await store.nextIncidentNumber(), key: 'x'.repeat(100_000), card: 'd1' });
  const entry = { at: clock.now(), kind: 'opened', actor, text: '' } as const;
  await store.accept({ incidents: [{ incident: first, history: [entry] }] });
  const read = await store.incident('T1', 1);
  assert.deepEqual(read, { ...first, number: 1, revision: 1 });
  assert.deepEqual(await store.latestIncident('T1', first.key), read);
  assert.deepEqual(await store.incidentOfCard('d1'), read);
  assert.equal(await store.incident('T2', 1), null, 'it belongs to its team');
  assert.deepEqual(await store.unfinishedIncidents(0, 10), [read]);

  const ended = { ...read, status: 'resolved', resolvedAt: 9 } as const;
  await store.accept({ incidents: [{ incident: ended as never, history: [{ ...entry, kind: 'resolved' }] }] });
  assert.deepEqual(await store.unfinishedIncidents(0, 10), []);
  assert.deepEqual(
    (await store.incidentHistory(1)).map(({ kind }) => kind),
    ['opened', 'resolved'],
  );
  assert.equal((await store.incident('T1', 1))?.revision, 2);
});

test('of two changes of one revision, and of two incidents with one number or one key, the first counts', async (t) => {
  const { open } = setUp(t);
  const [store, other] = [await open(), await open()];
  const write = (change: ReturnType<typeof incident>, over = store) =>
    over.accept({ incidents: [{ incident: change, history: [] }], state: [{ name: 'x:tried', value: change.title }] });
  await write(incident({ number: 1, key: 'a', title: 'one' }));
  await assert.rejects(write(incident({ number: 1, key: 'b' }), other), WrongState, 'the number is taken');
  await assert.rejects(write(incident({ number: 2, key: 'a' }), other), WrongState, 'the key has an open one');
  await write(incident({ number: 1, key: 'a', revision: 1, title: 'two' }));
  await assert.rejects(write(incident({ number: 1, key: 'a', revision: 1, title: 'three' }), other), WrongState);
  assert.equal(await store.state('x:tried'), 'two', 'nothing of a refused unit is written');
  assert.equal((await store.incident('T1', 1))?.title, 'two');
});

test('incidents are listed newest first, by condition and title, in pages', async (t) => {
  const { open } = setUp(t);
  const store = await open();
  for (let number = 1; number <= 5; number += 1) {
    const more = number % 2 ? ({ status: 'resolved' } as const) : {};
    const change = incident({ number, key: `k${number}`, title: `Disk ${number} FULL`, ...more });
    await store.accept({ incidents: [{ incident: change, history: [] }] });
  }
  const numbers = async (filter: object, cursor: string | null = null, limit = 10) => {
    const { items, next } = await store.incidents({ team: 'T1', ...filter }, cursor, limit);
    return [items.map(({ number }) => number), next];
  };
  assert.deepEqual(await numbers({}, null, 2), [[5, 4], '4']);
  assert.deepEqual(await numbers({}, '4', 3), [[3, 2, 1], null]);
  assert.deepEqual(await numbers({ open: true }), [[4, 2], null]);
  assert.deepEqual(await numbers({ open: false, search: 'disk 3 full' }), [[3], null]);
  assert.deepEqual(await numbers({ search: '100%' }), [[], null]);
  assert.deepEqual(await numbers({ key: 'k3' }), [[3], null]);
  assert.deepEqual(await numbers({ key: 'k3', open: true }), [[], null]);
  await assert.rejects(numbers({}, 'x'), /is not one of ours/);
});

test('a history keeps its first and its last entries', async (t) => {
  const { open } = setUp(t);
  const store = await open();
  const history = Array.from({ length: 700 }, (_, n) => ({ at: n, kind: 'note', actor, text: `${n}` }) as const);
  await store.accept({ incidents: [{ incident: incident({ number: 1 }), history }] });
  await store.accept({ incidents: [{ incident: incident({ number: 1, revision: 1 }), history: history.slice(0, 1) }] });
  const texts = (await store.incidentHistory(1)).map(({ text }) => text);
  assert.deepEqual([texts.length, texts[0], texts[99], texts[100], texts.at(-2)], [500, '0', '99', '301', '699']);
});

test('an ended incident is deleted after 90 days with its history, an open one and the newest one never', async (t) => {
  const { clock, open } = setUp(t);
  const store = await open();
  const history = [{ at: 0, kind: 'opened', actor, text: '' }] as const;
  for (const [number, status] of [
    [1, 'firing'],
    [2, 'resolved'],
    [3, 'resolved'],
  ] as const) {
    await store.accept({ incidents: [{ incident: incident({ number, key: `k${number}`, status }), history }] });
  }
  clock.skip(91 * dayMs);
  await store.prune(clock.now() - 2 * dayMs);
  assert.deepEqual(
    (await store.incidents({ team: 'T1' }, null, 10)).items.map(({ number }) => number),
    [3, 1],
  );
  assert.deepEqual([await store.incidentHistory(2), (await store.incidentHistory(1)).length], [[], 1]);
  assert.equal(await store.nextIncidentNumber(), 4);
});

test('incidents from before the first contact with Slack get its team', async (t) => {
  const { open } = setUp(t);
  const store = await open();
  await store.accept({ incidents: [{ incident: incident({ number: 1, team: '' }), history: [] }] });
  await store.install('T1');
  assert.equal((await store.incident('T1', 1))?.team, 'T1');
  assert.equal((await store.latestIncident('T1', 'key'))?.number, 1);
});
