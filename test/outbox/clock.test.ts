import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pace, slackPace } from '../../src/outbox/pacing.ts';
import type { MessageSender, SendOutcome } from '../../src/ports/sender.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { manualClock, settled } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp.ts';
import { createTestWorker } from './test-worker.ts';

const hour = 3_600_000;
const day = 24 * hour;
const jumps = [hour, day, 40 * day, -hour, -day, -40 * day];
type Answer = SendOutcome<{ channel: string; ts: string; permalink: null }>;

async function setUp(t: TestContext, post: (text: string) => Promise<Answer>) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: 'w', clock, coalesceMs: 0, onError: assert.ifError });
  const sinces: number[] = [];
  const posts: string[] = [];
  const sender = {
    async post({ text }: { text: string }) {
      posts.push(text);
      return post(text);
    },
    async find(_message: unknown, since: number) {
      sinces.push(since);
      return null;
    },
  } as unknown as MessageSender;
  const { worker } = createTestWorker(store, sender, clock);
  t.after(async () => {
    await worker.stop();
    await store.close();
  });
  worker.start();
  return { clock, store, worker, posts, sinces };
}

const sent: Answer = { kind: 'sent', value: { channel: 'C1', ts: '1.1', permalink: null } };

test('a message that is being sent while the clock jumps is posted once', async (t) => {
  for (const by of jumps) {
    let answer = (_: Answer) => {};
    const { clock, store, posts } = await setUp(t, () => new Promise((resolve) => (answer = resolve)));
    const message = newDelivery(clock.now(), { expiresAt: clock.now() + 90 * day });
    await store.accept({ deliveries: [message] });
    await clock.advance(10);
    clock.jump(by);
    await clock.advance(20_000);
    answer(sent);
    await settled();
    await clock.advance(2_000);
    assert.equal((await store.delivery(message.id))?.state, 'sent', `${by}`);
    assert.deepEqual(posts, [message.text], `${by}`);
  }
});

test('a rate-limited workspace waits as long as Slack asked, in whichever direction the clock jumps', async (t) => {
  for (const by of jumps) {
    const answers: Answer[] = [
      { kind: 'retry', afterMs: 30_000, scope: 'workspace', outcomeUnknown: false, error: 'ratelimited' },
    ];
    const { clock, store, worker, posts } = await setUp(t, async () => answers.shift() ?? sent);
    const message = newDelivery(clock.now(), { expiresAt: clock.now() + 90 * day });
    await store.accept({ deliveries: [message] });
    await clock.advance(10);
    clock.jump(by);
    await clock.advance(29_000);
    assert.equal(posts.length, 1, `${by}`);
    assert.equal(worker.health().state, 'degraded');
    await clock.advance(2_000);
    assert.equal(posts.length, 2, `${by}`);
    assert.equal((await store.delivery(message.id))?.state, 'sent');
    assert.equal(worker.health().state, 'ok');
  }
});

test('messages are sent at their pace and in their order after the clock has jumped', async (t) => {
  for (const by of jumps) {
    const { clock, store, posts } = await setUp(t, async () => sent);
    const texts = Array.from({ length: 6 }, (_, index) => `message ${index}`);
    const expiresAt = clock.now() + 90 * day;
    await store.accept({ deliveries: texts.map((text) => newDelivery(clock.now(), { text, expiresAt })) });
    await clock.advance(100);
    assert.equal(posts.length, 3, 'a burst');
    clock.jump(by);
    await clock.advance(5_000);
    assert.deepEqual(posts, texts, `${by}`);
  }
});

test('the search for a post whose answer was lost while the clock was ahead begins an hour ago, not in the future', async (t) => {
  const answers: Answer[] = [
    { kind: 'retry', afterMs: null, scope: 'channel', outcomeUnknown: true, error: 'timeout' },
  ];
  const { clock, store, sinces } = await setUp(t, async () => answers.shift() ?? sent);
  clock.jump(day);
  await store.accept({ deliveries: [newDelivery(clock.now())] });
  await clock.advance(10);
  clock.jump(-day);
  await clock.advance(5_000);
  assert.equal(sinces.length, 1);
  assert.ok(Math.abs((sinces[0] ?? 0) - (clock.now() - hour)) < 10_000);
});

test('a pace state far in the future delays a channel no longer than a full burst does', () => {
  const now = 1_700_000_000_000;
  for (const ahead of [10_000, hour, 40 * day]) {
    const { tat, readyAt } = pace(now + ahead, now, slackPace);
    assert.equal(readyAt, now + slackPace.intervalMs);
    assert.equal(tat, now + slackPace.burst * slackPace.intervalMs);
  }
});
