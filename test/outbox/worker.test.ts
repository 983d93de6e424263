import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { NewDelivery } from '../../src/domain/delivery.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createWorker } from '../../src/outbox/worker.ts';
import type { MessageSender, Outcome, OutgoingMessage } from '../../src/ports/sender.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp.ts';

type Answer = Outcome<{ channel: string; ts: string; permalink: null }>;
interface Call {
  method: string;
  at: number;
  channel: string;
  text: string;
}

/** A workspace that does as it is told: `answers` are given in turn, then everything is taken. */
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
  const deletions: Outcome<null>[] = [];
  let ts = 0;
  const note = (method: string, channel: string, text: string) =>
    calls.push({ method, at: clock.now() - startedAt, channel, text });
  const sender: MessageSender = {
    async post(message: OutgoingMessage) {
      note('post', message.channel, message.text);
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
      note('find', message.channel, message.text);
      return found.shift() ?? null;
    },
  };
  const metrics = createMetrics();
  const worker = createWorker({ store, sender, clock, random: () => 0, log: pino({ level: 'silent' }), metrics });
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

test('sends in order at the pace of the channel, channels independently', async (t) => {
  const { clock, calls, accept } = await setUp(t);
  await accept(...['a1', 'a2', 'a3', 'a4', 'a5'].map((text) => ({ channel: 'a', text })), { channel: 'b', text: 'b1' });
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

test('Retry-After holds that channel and no other', async (t) => {
  const { clock, calls, accept } = await setUp(t, [retry({ afterMs: 7_000, error: 'HTTP 429' })]);
  await accept({ channel: 'a', text: 'a1' });
  await clock.advance(0);
  await accept({ channel: 'b', text: 'b1' }, { channel: 'a', text: 'a2' });
  await clock.advance(8_000);
  assert.deepEqual(
    calls.map(({ text, at }) => [text, at]),
    [
      ['a1', 0],
      ['b1', 0],
      ['a1', 7_000],
      ['a2', 7_000],
    ],
  );
});

test('a workspace that asks to wait holds all channels', async (t) => {
  const { clock, calls, accept } = await setUp(t, [
    retry({ afterMs: 3_000, scope: 'workspace', error: 'token_revoked' }),
  ]);
  await accept({ channel: 'a', text: 'a1' });
  await clock.advance(0);
  await accept({ channel: 'b', text: 'b1' });
  await clock.advance(4_000);
  const late = calls.slice(1).map(({ text, at }) => `${text} ${at}`);
  assert.deepEqual(late.sort(), ['a1 3000', 'b1 3000']);
});

test('what Slack refuses for good fails at once, with its words', async (t) => {
  const { clock, store, accept, state } = await setUp(t, [{ kind: 'refused', error: 'channel_not_found' }]);
  const [first, second] = await accept({}, {});
  await clock.advance(1_000);
  assert.deepEqual(
    [await state(first), (await store.delivery(first ?? ''))?.error, await state(second)],
    ['failed', 'channel_not_found', 'sent'],
  );
});

test('without an answer: looks first, and does not post again what is there', async (t) => {
  const { clock, calls, found, store, accept, metrics } = await setUp(t, [
    retry({ outcomeUnknown: true }),
    retry({ outcomeUnknown: true }),
  ]);
  const [first, second] = await accept({ channel: 'a', text: 'lost answer' }, { channel: 'b', text: 'not there' });
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

test('expires when Slack is away longer than the time to live', async (t) => {
  const { clock, accept, state } = await setUp(
    t,
    Array.from({ length: 50 }, () => retry()),
  );
  const [first] = await accept({ expiresAt: clock.now() + 60_000 });
  await clock.advance(120_000);
  assert.equal(await state(first), 'expired');
});

test('files follow the message, each once, also when one needs a second try', async (t) => {
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

test('a file that Slack refuses is a warning: the others follow, and the message is sent', async (t) => {
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

test('an outage of the workspace does not cost a file, unless it lasts as long as the message may take', async (t) => {
  const sent: Answer = { kind: 'sent', value: { channel: 'C1', ts: '5.5', permalink: null } };
  const held = Array.from({ length: 50 }, () => retry({ scope: 'workspace', afterMs: 10_000, error: 'invalid_auth' }));
  const { clock, store, uploads } = await setUp(t, [sent, ...held.slice(0, 12), sent, sent, ...held]);
  const delivery = (id: string) => newDelivery(clock.now(), { channel: id, attachments: [{ blob: id, name: id }] });
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
    channel: 'late',
    expiresAt: clock.now() + 60_000,
    attachments: [{ blob: 'late', name: 'late' }],
  });
  await store.accept({ deliveries: [late], blobs: [{ id: 'late', bytes: Buffer.from('x') }] });
  await clock.advance(120_000);
  assert.equal((await store.delivery(late.id))?.state, 'sent');
  assert.deepEqual((await store.delivery(late.id))?.warnings, ['late: invalid_auth']);
});

test('the ledger says what else Slack said: for a refusal, a retry and a change', async (t) => {
  const { clock, store, accept } = await setUp(t, [
    { kind: 'refused', error: 'missing_scope', detail: 'needed chat:write' },
    retry({ error: 'ratelimited', detail: 'too many posts' }),
  ]);
  const [refused, again] = await accept({ channel: 'a' }, { channel: 'b' });
  await clock.advance(0);
  assert.equal((await store.delivery(refused ?? ''))?.error, 'missing_scope: needed chat:write');
  assert.equal((await store.delivery(again ?? ''))?.error, 'ratelimited: too many posts');
});

test('a backlog is merged, said in the message, and edited in place when more comes', async (t) => {
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

test('withdraw and edit of what was sent go to Slack', async (t) => {
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

test('a message that was looked up and that Slack refuses to delete was sent, and says so', async (t) => {
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

test('a store that is full for a moment: what Slack took is written down later, not sent again', async (t) => {
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

test('stop waits for what is under way and gives the rest back', async (t) => {
  const { clock, worker, accept, state, store } = await setUp(t);
  const [first] = await accept({});
  await clock.advance(0);
  await worker.stop();
  const [second] = await accept({});
  await clock.advance(10_000);
  assert.deepEqual([await state(first), await state(second)], ['sent', 'queued']);
  assert.equal((await store.claim(clock.now(), 1_000, 10)).length, 1);
});

test('a sender that never answers holds its channel only until the lease runs out', async (t) => {
  const { clock, calls, accept, state } = await setUp(t, ['hang']);
  const [first] = await accept({ channel: 'a', text: 'x' });
  await clock.advance(31_000);
  assert.deepEqual(
    calls.map(({ method }) => method),
    ['post', 'find', 'post'],
  );
  assert.equal(await state(first), 'sent');
});
