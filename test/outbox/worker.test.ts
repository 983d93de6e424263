import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NewDelivery } from '../../src/domain/delivery.ts';
import { type Destination, inSlack } from '../../src/domain/destination.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../../src/ports/sender.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp.ts';
import { createTestWorker } from './test-worker.ts';

type Answer = SendOutcome<{ channel: string; ts: string; permalink: null; threadGone?: true }>;
interface Call {
  method: string;
  at: number;
  channel: string;
  text: string;
}

/** A fake workspace: it gives `answers` in turn, then it accepts every message. */
async function setUp(t: TestContext, answers: (Answer | 'hang')[] = []) {
  const clock = manualClock();
  const startedAt = clock.now();
  const store = await createSqliteStore({
    file: join(tempDir(t), 'u.db'),
    owner: 'w',
    clock,
    coalesceMs: 0,
    onError: assert.ifError,
  });
  const calls: Call[] = [];
  const found: { channel: string; ts: string; permalink: null }[] = [];
  const uploads: string[] = [];
  const deletions: SendOutcome<null>[] = [];
  let ts = 0;
  const note = (method: string, channel: string, text: string) =>
    calls.push({ method, at: clock.now() - startedAt, channel, text });
  const sender: MessageSender = {
    async post(message: OutgoingMessage) {
      note('post', message.destination.address, message.text);
      const answer = answers.shift();
      if (answer === 'hang') return new Promise<Answer>(() => {});
      ts += 1;
      return answer ?? { kind: 'sent', value: { channel: 'C1', ts: `1.${ts}`, permalink: null } };
    },
    async update(message, ref) {
      note('update', ref.channel, message.text);
      return { kind: 'sent', value: ref };
    },
    async delete(_team, ref) {
      note('delete', ref.channel, ref.ts);
      return deletions.shift() ?? { kind: 'sent', value: null };
    },
    async upload({ name, bytes, threadTs }) {
      uploads.push(`${name} ${threadTs} ${Buffer.from(bytes)}`);
      const answer = answers.shift();
      return answer === undefined || answer === 'hang' || answer.kind === 'sent'
        ? { kind: 'sent', value: null }
        : answer;
    },
    async find(message) {
      note('find', message.destination.address, message.text);
      return found.shift() ?? null;
    },
  };
  const { worker, metrics } = createTestWorker(store, sender, clock);
  worker.start();
  t.after(() => store.close());
  const accept = async (...more: Partial<NewDelivery>[]) => {
    const deliveries = more.map((each) => newDelivery(clock.now(), each));
    await store.accept({ deliveries });
    return deliveries.map(({ id }) => id);
  };
  const state = async (id: string | undefined) => (await store.delivery(id ?? ''))?.state;
  return { clock, store, calls, found, uploads, deletions, worker, metrics, accept, state };
}

const retry = (more: Partial<Extract<Answer, { kind: 'retry' }>> = {}): Answer => ({
  kind: 'retry',
  afterMs: null,
  scope: 'channel',
  outcomeUnknown: false,
  error: 'HTTP 500',
  ...more,
});

test('the messages of a channel are sent in order at its pace, independently of other channels', async (t) => {
  const { clock, calls, accept } = await setUp(t);
  await accept(...['a1', 'a2', 'a3', 'a4', 'a5'].map((text) => ({ destination: inSlack('a'), text })), {
    destination: inSlack('b'),
    text: 'b1',
  });
  await clock.advance(5_000);
  const a = calls.filter(({ channel }) => channel === 'a');
  assert.deepEqual(
    a.map(({ text }) => text),
    ['a1', 'a2', 'a3', 'a4', 'a5'],
  );
  assert.deepEqual(
    a.map(({ at }) => at),
    [0, 0, 0, 1_000, 2_000],
  );
  assert.equal(calls.find(({ channel }) => channel === 'b')?.at, 0);
});

test('Retry-After delays its channel and no other', async (t) => {
  const { clock, calls, accept } = await setUp(t, [retry({ afterMs: 7_000, error: 'HTTP 429' })]);
  await accept({ destination: inSlack('a'), text: 'a1' });
  await clock.advance(0);
  await clock.advance(10);
  await accept({ destination: inSlack('b'), text: 'b1' }, { destination: inSlack('a'), text: 'a2' });
  await clock.advance(8_000);
  assert.deepEqual(
    calls.map(({ text, at }) => [text, at]),
    [
      ['a1', 0],
      ['b1', 10],
      ['a1', 7_000],
      ['a2', 7_000],
    ],
  );
});

test('messages for a channel that is not due do not each make the worker look for work', async (t) => {
  const { clock, store, accept } = await setUp(t);
  await accept({});
  await clock.advance(20);
  let claims = 0;
  const { claim } = store;
  store.claim = (...given) => {
    claims += 1;
    return claim(...given);
  };
  for (let each = 0; each < 100; each += 1) {
    await accept({});
    await clock.advance(1);
  }
  assert.ok(claims >= 9 && claims <= 15, `${claims} claims in 100 ms`);
});

test('a rate limit of the workspace delays all its channels', async (t) => {
  const { clock, calls, accept } = await setUp(t, [
    retry({ afterMs: 3_000, scope: 'workspace', error: 'token_revoked' }),
  ]);
  await accept({ destination: inSlack('a'), text: 'a1' });
  await clock.advance(0);
  await accept({ destination: inSlack('b'), text: 'b1' });
  await clock.advance(4_000);
  const late = calls.slice(1).map(({ text, at }) => `${text} ${at}`);
  assert.deepEqual(late.sort(), ['a1 3000', 'b1 3000']);
});

test('a rate limit of one workspace delays no channel of another workspace', async (t) => {
  const { clock, calls, worker, accept } = await setUp(t, [
    retry({ afterMs: 3_000, scope: 'workspace', error: 'ratelimited' }),
  ]);
  await accept({ team: 'T1', destination: inSlack('a'), text: 'a1' });
  await clock.advance(10);
  await accept(
    { team: 'T1', destination: inSlack('b'), text: 'b1' },
    { team: 'T2', destination: inSlack('b'), text: 'other' },
  );
  await clock.advance(1_000);
  assert.deepEqual(worker.health(), { state: 'degraded', detail: 'Slack asked to wait: ratelimited' });
  await clock.advance(3_000);
  const late = calls.slice(1).map(({ text, at }) => `${text} ${at}`);
  assert.deepEqual(late.sort(), ['a1 3000', 'b1 3000', 'other 10']);
  assert.equal(worker.health().state, 'ok');
});

test('a message to an unknown kind of destination fails and delays no other', async (t) => {
  const { clock, store, calls, accept } = await setUp(t);
  const [unknown] = await accept({ destination: { kind: 'pager', address: '1' } as unknown as Destination }, {});
  await clock.advance(1_000);
  const { state, error } = (await store.delivery(unknown ?? '')) ?? {};
  assert.deepEqual([state, error, calls.length], ['failed', 'unknown_destination: pager', 1]);
});

test('a message that Slack refuses permanently fails at once with Slack’s error', async (t) => {
  const { clock, store, accept, state } = await setUp(t, [{ kind: 'refused', error: 'channel_not_found' }]);
  const [first, second] = await accept({}, {});
  await clock.advance(1_000);
  assert.deepEqual(
    [await state(first), (await store.delivery(first ?? ''))?.error, await state(second)],
    ['failed', 'channel_not_found', 'sent'],
  );
});

test('after a lost answer the worker searches for the post first, and does not post it twice', async (t) => {
  const { clock, calls, found, store, accept, metrics } = await setUp(t, [
    retry({ outcomeUnknown: true }),
    retry({ outcomeUnknown: true }),
  ]);
  const [first, second] = await accept(
    { destination: inSlack('a'), text: 'lost answer' },
    { destination: inSlack('b'), text: 'not there' },
  );
  found.push({ channel: 'C7', ts: '7.7', permalink: null });
  await clock.advance(5_000);
  const byMethod = (text: string) => calls.filter((call) => call.text === text).map(({ method }) => method);
  assert.deepEqual(
    [byMethod('lost answer'), byMethod('not there')].sort(),
    [
      ['post', 'find'],
      ['post', 'find', 'post'],
    ].sort(),
  );
  assert.deepEqual(await Promise.all([first, second].map(async (id) => (await store.delivery(id ?? ''))?.state)), [
    'sent',
    'sent',
  ]);
  const counted = await metrics.hiddenOutcomes.get();
  assert.deepEqual(counted.values.map(({ labels, value }) => [labels.resolution, value]).sort(), [
    ['found', 1],
    ['sent_again', 1],
  ]);
});

test('a reply that Slack puts into the channel has a warning, its files, and a parent that was deleted', async (t) => {
  const place = { channel: 'C1', permalink: null };
  const { clock, store, uploads } = await setUp(t, [
    { kind: 'sent', value: { ...place, ts: '5.1' } },
    { kind: 'sent', value: { ...place, ts: '5.2', threadGone: true } },
  ]);
  const told: string[] = [];
  store.onState(({ id, state }) => told.push(`${id} ${state}`));
  const card = newDelivery(clock.now(), { id: 'card' });
  const reply = newDelivery(clock.now(), { id: 'reply', replyTo: 'card', attachments: [{ blob: 'b', name: 'a.log' }] });
  const late = newDelivery(clock.now(), { id: 'late', replyTo: 'card' });
  await store.accept({ deliveries: [card, reply, late], blobs: [{ id: 'b', bytes: Buffer.from('x') }] });
  await clock.advance(10_000);
  const parent = await store.delivery('card');
  assert.deepEqual([parent?.state, parent?.error], ['withdrawn', 'message_not_found']);
  assert.ok(told.includes('card withdrawn'));
  const warnings = ['its thread is gone: the message stands in the channel'];
  const sent = await store.delivery('reply');
  assert.deepEqual([sent?.state, sent?.warnings, sent?.slack], ['sent', warnings, { ...place, ts: '5.2' }]);
  assert.deepEqual(uploads, ['a.log 5.2 x'], 'the file goes to the thread of the reply');
  assert.deepEqual((await store.delivery('late'))?.warnings, warnings, 'its parent was known to be deleted');
});

test('a message expires when Slack is unavailable for longer than the time to live', async (t) => {
  const { clock, accept, state } = await setUp(
    t,
    Array.from({ length: 50 }, () => retry()),
  );
  const [first] = await accept({ expiresAt: clock.now() + 60_000 });
  await clock.advance(120_000);
  assert.equal(await state(first), 'expired');
});

test('each file is sent once after its message, even if one needs a second attempt', async (t) => {
  const sent: Answer = { kind: 'sent', value: { channel: 'C1', ts: '5.5', permalink: null } };
  const { clock, store, uploads, calls, state } = await setUp(t, [sent, sent, retry(), sent]);
  const delivery = newDelivery(clock.now(), {
    attachments: [
      { blob: 'b1', name: 'one.txt' },
      { blob: 'b2', name: 'two.txt' },
    ],
  });
  const blobs = ['b1', 'b2'].map((id) => ({ id, bytes: Buffer.from(id) }));
  await store.accept({ deliveries: [delivery], blobs });
  await clock.advance(5_000);
  assert.deepEqual(uploads, ['one.txt 5.5 b1', 'two.txt 5.5 b2', 'two.txt 5.5 b2']);
  assert.equal(calls.filter(({ method }) => method === 'post').length, 1);
  assert.equal(await state(delivery.id), 'sent');
});

test('a file that Slack refuses causes a warning; the other files and the message are sent', async (t) => {
  const sent: Answer = { kind: 'sent', value: { channel: 'C1', ts: '5.5', permalink: null } };
  const refused: Answer = { kind: 'refused', error: 'empty_file', detail: 'Slack takes no file of 0 bytes' };
  const down = Array.from({ length: 5 }, () => retry());
  const { clock, store, uploads, metrics } = await setUp(t, [sent, refused, sent, ...down, sent]);
  const names = ['empty.txt', 'good.txt', 'five times.txt', 'gone.txt', 'last.txt'];
  const delivery = newDelivery(clock.now(), { attachments: names.map((name) => ({ blob: name, name })) });
  const blobs = names.filter((id) => id !== 'gone.txt').map((id) => ({ id, bytes: Buffer.from('x') }));
  await store.accept({ deliveries: [delivery], blobs });
  await clock.advance(60_000);
  const { state, warnings, error } = (await store.delivery(delivery.id)) ?? {};
  assert.deepEqual({ state, error }, { state: 'sent', error: null });
  assert.deepEqual(warnings, [
    'empty.txt: empty_file: Slack takes no file of 0 bytes',
    'five times.txt: HTTP 500',
    'gone.txt: its bytes are no longer in the store',
  ]);
  assert.deepEqual(
    uploads.map((each) => each.split(' 5.5')[0]),
    ['empty.txt', 'good.txt', ...Array(5).fill('five times.txt'), 'last.txt'],
  );
  assert.equal((await metrics.deliveryWarnings.get()).values[0]?.value, 3);
});

test('an outage of the workspace loses no file, unless it lasts for the message’s time to live', async (t) => {
  const sent: Answer = { kind: 'sent', value: { channel: 'C1', ts: '5.5', permalink: null } };
  const held = Array.from({ length: 50 }, () => retry({ scope: 'workspace', afterMs: 10_000, error: 'invalid_auth' }));
  const { clock, store, uploads } = await setUp(t, [sent, ...held.slice(0, 12), sent, sent, ...held]);
  const delivery = (id: string) =>
    newDelivery(clock.now(), { destination: inSlack(id), attachments: [{ blob: id, name: id }] });
  const accept = async (id: string) => {
    const made = delivery(id);
    await store.accept({ deliveries: [made], blobs: [{ id, bytes: Buffer.from('x') }] });
    return made.id;
  };
  const first = await accept('first');
  await clock.advance(150_000);
  assert.deepEqual((await store.delivery(first))?.warnings, []);
  assert.equal(uploads.length, 13);
  const late = newDelivery(clock.now(), {
    destination: inSlack('late'),
    expiresAt: clock.now() + 60_000,
    attachments: [{ blob: 'late', name: 'late' }],
  });
  await store.accept({ deliveries: [late], blobs: [{ id: 'late', bytes: Buffer.from('x') }] });
  await clock.advance(120_000);
  assert.equal((await store.delivery(late.id))?.state, 'sent');
  assert.deepEqual((await store.delivery(late.id))?.warnings, ['late: invalid_auth']);
});

test('the ledger records Slack’s reasons for a refusal, a retry and a change', async (t) => {
  const { clock, store, accept } = await setUp(t, [
    { kind: 'refused', error: 'missing_scope', detail: 'needed chat:write' },
    retry({ error: 'ratelimited', detail: 'too many posts' }),
  ]);
  const [refused, again] = await accept({ destination: inSlack('a') }, { destination: inSlack('b') });
  await clock.advance(0);
  assert.equal((await store.delivery(refused ?? ''))?.error, 'missing_scope: needed chat:write');
  assert.equal((await store.delivery(again ?? ''))?.error, 'ratelimited: too many posts');
});

test('a backlog is merged into one message, which says so and is edited when more messages arrive', async (t) => {
  const { clock, calls, accept, store } = await setUp(t);
  const flood = Array.from({ length: 12 }, () => ({ similarKey: 1, text: 'down' }));
  const ids = await accept(...flood);
  await clock.advance(10_000);
  assert.deepEqual(
    calls.map(({ method, text }) => [method, text]),
    [['post', 'down\n_+11 similar; all in the ledger_']],
  );
  await accept(...flood);
  await clock.advance(10_000);
  assert.deepEqual(calls.at(-1), {
    method: 'update',
    at: calls.at(-1)?.at,
    channel: 'C1',
    text: 'down\n_+23 similar; all in the ledger_',
  });
  assert.equal((await store.delivery(ids[3] ?? ''))?.mergedInto, ids[0]);
});

test('a withdrawal or an edit of a sent message is sent to Slack', async (t) => {
  const { clock, calls, accept, store, state } = await setUp(t);
  const [first] = await accept({ text: 'one' });
  await clock.advance(100);
  await store.edit(first ?? '', { text: 'two' }, clock.now());
  await clock.advance(2_000);
  await store.withdraw(first ?? '', clock.now());
  await clock.advance(2_000);
  assert.deepEqual(
    calls.map(({ method, text }) => [method, text]),
    [
      ['post', 'one'],
      ['update', 'two'],
      ['delete', '1.1'],
    ],
  );
  assert.equal(await state(first), 'withdrawn');
});

test('a message that the search found and that Slack refuses to delete is recorded as sent, with the error', async (t) => {
  const answers: Answer[] = [retry({ outcomeUnknown: true, afterMs: 5_000 })];
  const { clock, store, calls, found, deletions, accept } = await setUp(t, answers);
  const [id = ''] = await accept({});
  await clock.advance(10);
  await store.withdraw(id, clock.now());
  found.push({ channel: 'C1', ts: '1.9', permalink: null });
  deletions.push({ kind: 'refused', error: 'cant_delete_message' });
  await clock.advance(10_000);
  const after = await store.delivery(id);
  assert.deepEqual(
    [after?.state, after?.pending, after?.slack?.ts, after?.error],
    ['sent', null, '1.9', 'cant_delete_message'],
  );
  assert.deepEqual(
    calls.map(({ method }) => method),
    ['post', 'find', 'delete'],
  );
});

test('a message that was edited after its response was lost is edited in Slack when the search finds it', async (t) => {
  const { clock, store, calls, found, accept, state } = await setUp(t, [
    retry({ outcomeUnknown: true, afterMs: 5_000 }),
  ]);
  const [id = ''] = await accept({ text: 'firing' });
  await clock.advance(10);
  await store.edit(id, { text: 'resolved' }, clock.now());
  found.push({ channel: 'C1', ts: '1.9', permalink: null });
  await clock.advance(10_000);
  assert.deepEqual(
    calls.map(({ method, text }) => [method, text]),
    [
      ['post', 'firing'],
      ['find', 'resolved'],
      ['update', 'resolved'],
    ],
  );
  assert.equal(await state(id), 'sent');
  assert.equal((await store.delivery(id))?.slack?.ts, '1.9');
});

test('a message that Slack accepted while the store was full is recorded later and not sent again', async (t) => {
  const { clock, store, calls, accept, state } = await setUp(t);
  const { settle } = store;
  let full = 3;
  store.settle = async (...settled) => {
    full -= 1;
    if (full >= 0) throw new StoreUnavailable('full');
    return settle(...settled);
  };
  const [first] = await accept({});
  await clock.advance(5_000);
  assert.deepEqual([calls.map(({ method }) => method), await state(first)], [['post'], 'sent']);
});

test('a stopped worker sends nothing more: a message that is accepted later stays queued and can be claimed', async (t) => {
  const { clock, worker, accept, state, store } = await setUp(t);
  const [first] = await accept({});
  await clock.advance(0);
  await worker.stop();
  const [second] = await accept({});
  await clock.advance(10_000);
  assert.deepEqual([await state(first), await state(second)], ['sent', 'queued']);
  assert.equal((await store.claim(clock.now(), 1_000, 10)).length, 1);
});

test('a sender that never answers blocks its channel only until the lease expires', async (t) => {
  const { clock, calls, accept, state } = await setUp(t, ['hang']);
  const [first] = await accept({ destination: inSlack('a'), text: 'x' });
  await clock.advance(29_000);
  assert.deepEqual(
    calls.map(({ method }) => method),
    ['post', 'find', 'post'],
  );
  assert.equal(await state(first), 'sent');
});
