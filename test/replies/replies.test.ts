import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplies, loadPack, type ReplyUse } from '../../src/replies/index.ts';
import { Random } from '../support/random.ts';
import { packOf } from './packs.ts';

const pack = (source: string) => loadPack(source, 'test.yaml');
const love = (...replies: string[]) => pack(`name: p\ntriggers: { love: [${replies.join(', ')}] }`);

/** Returns a bot with a clock that the test advances; `say` returns the text of the reply. */
function bot(...packs: ReturnType<typeof pack>[]) {
  const state = { now: 1_000_000, random: 0 };
  const replies = createReplies({ packs, now: () => state.now, random: () => state.random });
  const say = (text: string, channel = 'C1', channelName?: string) =>
    replies.answer({ team: 'T1', text, channel, channelName })?.text ?? null;
  return { state, replies, say };
}

test('each reply has its own cool-down, which begins with its last use', () => {
  const { state, say } = bot(love('a', '{ text: b, cooldown: 5 }'));
  assert.equal(say('love'), 'a');
  state.now += 1000;
  assert.equal(say('love'), 'b');
  assert.equal(say('love'), null);
  state.now += 4999;
  assert.equal(say('love'), null);
  state.now += 1;
  assert.equal(say('love'), 'b');
  state.now += 8999;
  assert.equal(say('love'), 'b', '5 s after its second use; a is still cooling down');
  state.now += 1;
  assert.equal(say('love'), 'a', '15 s after its use');
});

test('a reply that is taken back has its former cool-down, unless it was used again since', () => {
  const { state, replies, say } = bot(love('{ text: a, cooldown: 10 }'));
  const hear = () => replies.answer({ team: 'T1', text: 'love', channel: 'C1' });
  hear()?.takeBack();
  assert.equal(say('love'), 'a', 'never said, so not cooling down');
  state.now += 10_000;
  const second = hear();
  second?.takeBack();
  assert.equal(say('love'), 'a', 'its former cool-down is over');
  second?.takeBack();
  assert.equal(say('love'), null, 'that one was said');
});

test('a reply that one program sent is in cool-down at the others as well', () => {
  const packs = [love('a', 'b')];
  const state = { now: 0 };
  const told: ReplyUse[] = [];
  const options = { packs, now: () => state.now, random: () => 0 };
  const one = createReplies({ ...options, onUse: (use) => told.push(use) });
  const other = createReplies(options);
  const hear = (at: typeof one) => at.answer({ team: 'T1', text: 'love', channel: 'C1' })?.text ?? null;
  assert.equal(hear(one), 'a');
  for (const use of told) other.usedElsewhere(use);
  other.usedElsewhere({ team: 'T1', reply: 'of another pack' });
  assert.deepEqual([hear(other), hear(other)], ['b', null]);
  state.now += 15_000;
  assert.equal(hear(other), 'a');
});

test('a reply in cool-down in one workspace is available in another', () => {
  const { replies } = bot(love('a'));
  const hear = (team: string) => replies.answer({ team, text: 'love', channel: 'C1' })?.text ?? null;
  assert.deepEqual([hear('T1'), hear('T1'), hear('T2'), hear('T2')], ['a', null, 'a', null]);
});

test('a message during the cool-down does not prolong it', () => {
  const { state, say } = bot(love('a'));
  say('love');
  state.now += 14_999;
  assert.equal(say('love'), null);
  state.now += 1;
  assert.equal(say('love'), 'a');
});

test('a reply without a cool-down is available at once', () => {
  const { say } = bot(pack('name: p\ncooldown: 0\ntriggers: { love: [a] }'));
  assert.deepEqual([say('love'), say('love')], ['a', 'a']);
});

test('a clock set back does not silence a reply', () => {
  const { state, say } = bot(love('a'));
  say('love');
  state.now -= 500_000;
  assert.equal(say('love'), 'a');
});

test('if all replies of a trigger are in cool-down, another trigger answers', () => {
  const { say } = bot(packOf(['love', 'mind', 'work']));
  const answers = [1, 2, 3, 4].map(() => say('love my mind, not work'));
  assert.deepEqual(answers, ['love!', 'mind!', 'work!', null]);
});

test('the same text under two triggers has one cool-down', () => {
  const { say } = bot(pack('name: p\ntriggers: { work: &w [a], job: *w }'));
  assert.deepEqual([say('work'), say('job')], ['a', null]);
});

test('the same text in two packs has two cool-downs', () => {
  const { say } = bot(packOf(['love'], 'a'), packOf(['love'], 'b'));
  assert.deepEqual([say('love'), say('love'), say('love')], ['love!', 'love!', null]);
});

test('triggers and replies are chosen by the given random function', () => {
  const { state, say } = bot(pack('name: p\ncooldown: 0\ntriggers: { love: [a, b], mind: [c, d] }'));
  const drawn = [0, 0.49, 0.5, 0.99].map((random) => {
    state.random = random;
    return say('love mind');
  });
  assert.deepEqual(drawn, ['a', 'a', 'd', 'd']);
});

test('all triggers and replies are chosen equally often', () => {
  const packs = [pack('name: p\ncooldown: 0\ntriggers: { love: [a, b], mind: [c, d] }')];
  const random = new Random(7);
  const replies = createReplies({ packs, now: () => 0, random: () => random.next() });
  const counts: Record<string, number> = {};
  for (let n = 0; n < 4000; n++) {
    const text = replies.answer({ team: 'T1', text: 'love love love mind', channel: 'C1' })?.text ?? '';
    counts[text] = (counts[text] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(counts).sort(), ['a', 'b', 'c', 'd']);
  for (const count of Object.values(counts)) assert.ok(Math.abs(count - 1000) < 150, JSON.stringify(counts));
});

test('a pack with channels replies only there, by id or name', () => {
  const { say } = bot(packOf(['love'], 'p', { channels: ['#General', 'C7'], cooldown: 0 }));
  assert.equal(say('love', 'C1'), null);
  assert.equal(say('love', 'C1', 'random'), null);
  assert.equal(say('love', ''), null);
  assert.equal(say('love', 'C1', 'general'), 'love!');
  assert.equal(say('love', 'C1', '#general'), 'love!');
  assert.equal(say('love', 'C7'), 'love!');
});

test('new packs replace the old; replies that stay keep their cool-downs', () => {
  const { state, replies, say } = bot(love('a'));
  assert.equal(say('love'), 'a');
  replies.replace([love('a', 'b')]);
  assert.equal(say('love'), 'b');
  assert.equal(say('love'), null);
  replies.replace([love('b')]);
  replies.replace([love('a', 'b')]);
  assert.equal(say('love'), 'a', 'it had left, so its cool-down is forgotten');
  assert.equal(say('love'), null);
  replies.replace([]);
  state.now += 60_000;
  assert.equal(say('love'), null);
});

test('only the first 4,000 characters of a message are searched', () => {
  const replies = createReplies({ packs: [packOf(['love'])], now: () => 0, random: () => 0 });
  assert.equal(replies.answer({ team: 'T1', text: `${'x '.repeat(2_500)}love`, channel: 'C1' }), null);
  assert.equal(replies.answer({ team: 'T1', text: `${'x '.repeat(1_900)}love`, channel: 'C1' })?.text, 'love!');
});
