import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { createRendered } from '../../src/outbox/rendered.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';

/** A digest `host web0 is down`, and a store that counts how many of its other messages are read. */
function setUp(members: number) {
  const contents = Array.from({ length: members }, (_, n) => ({ seq: n + 2, text: `host web${n + 1} is down` }));
  let reads: number[] = [];
  const store = {
    async mergedContents(_id: string, limit: number, after = 0) {
      const found = contents.filter(({ seq }) => seq > after).slice(0, limit);
      reads.push(found.length);
      return found;
    },
  };
  const rendered = createRendered(store, () => null);
  const claimed = (revision: number, merged: number, changes: Partial<Delivery> = {}): Claimed => ({
    delivery: {
      ...{ id: 'a', team: 'T1', destination: inSlack('#ops'), text: 'host web0 is down', source: 'api', state: 'sent' },
      ...{ mergedCount: contents.length, revision },
      ...changes,
    } as Delivery,
    ...{ outcomeUnknown: false, merged, tat: 0 },
  });
  return {
    contents,
    rendered: async (...of: Parameters<typeof claimed>) => (await rendered(claimed(...of))).text,
    /** The reads since the last call. */
    reads() {
      const before = reads;
      reads = [];
      return before;
    },
  };
}

test('a second rendering of a digest reads only the messages merged since the first', async () => {
  const { rendered, contents, reads } = setUp(2);
  assert.match(await rendered(1, 2), /^host web\{0,1,2\} is down\n_\+2 similar, 3 different texts/);
  contents.push({ seq: 9, text: 'host web9 is down' }, { seq: 10, text: 'host web9 is down' });
  assert.match(await rendered(2, 2), /^host web\{0,1,2,9\} is down\n_\+4 similar, 4 different texts/);
  assert.match(await rendered(2, 0), /^host web\{0,1,2,9\} is down\n_\+4 similar, 4 different texts/, 'tried again');
  assert.deepEqual(reads(), [2, 2, 0]);
});

test('a digest whose list is full reads no more messages', async () => {
  const { rendered, contents, reads } = setUp(699);
  const first = await rendered(1, 699);
  assert.match(
    first,
    /^host web\{0,1,2,.*… \d+ more\} is down\n_\+699 similar, 700 different texts; all in the ledger_$/,
  );
  for (const seq of [1_000, 1_001, 1_002]) contents.push({ seq, text: `host web${seq} is down` });
  assert.match(await rendered(2, 3), /\n_\+702 similar, 701 different texts/);
  assert.match(await rendered(3, 1), /\n_\+702 similar, 701 different texts/);
  assert.deepEqual(reads(), [699, 1]);
});

test('a digest is read again after any other change, such as an edit of a merged message', async () => {
  const { rendered, contents, reads } = setUp(3);
  await rendered(1, 3);
  contents[0] = { seq: 2, text: 'host mail is down' };
  assert.match(await rendered(2, 0), /^host \{.*mail/);
  assert.match(await rendered(3, 0, { text: 'host web7 is down' }), /^host \{.*web7/);
  await rendered(5, 2);
  assert.deepEqual(reads(), [3, 3, 3, 3], 'the last one was an edit and a merge together');
});

test('a digest is read again when a newly merged message is older than the last one that was read', async () => {
  const { rendered, contents, reads } = setUp(2);
  await rendered(1, 2);
  contents.unshift({ seq: 1, text: 'host web8 is down' });
  assert.match(await rendered(2, 1), /^host web\{0,1,2,8\} is down/);
  assert.deepEqual(reads(), [2, 0, 3]);
});

test('at most 200 digests are cached: the one that was rendered longest ago is read again', async () => {
  const { rendered, reads } = setUp(2);
  for (let n = 0; n <= 200; n++) await rendered(1, 2, { id: `digest ${n}` });
  assert.equal(reads().length, 201);
  await rendered(1, 0, { id: 'digest 200' });
  assert.deepEqual(reads(), [0]);
  await rendered(1, 0, { id: 'digest 0' });
  assert.deepEqual(reads(), [2]);
});

test('the cache of digests holds at most 4,000,000 characters', async () => {
  const { rendered, contents, reads } = setUp(600);
  for (const each of contents) each.text += ` ${'x'.repeat(3_400)}`;
  await rendered(1, 600, { id: 'first' });
  await rendered(1, 600, { id: 'second' });
  reads();
  await rendered(1, 0, { id: 'second' });
  await rendered(1, 0, { id: 'first' });
  assert.deepEqual(reads(), [0, 600]);
});

test('a forward keeps its first line, and its digest lists what differs below it', async () => {
  const { rendered, contents } = setUp(1);
  contents[0] = { seq: 2, text: '*@ada* in <#C2>\n> web2 is down' };
  const text = await rendered(1, 1, { source: 'forward', text: '*@ada* in <#C1>\n> web1 is down' });
  assert.match(text, /^\*@ada\* in <#C1>\n> web\{1,2\} is down\n_\+1 similar, 2 different texts/);
});
