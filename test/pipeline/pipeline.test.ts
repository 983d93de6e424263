import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { AnswerButton, Command } from '../../src/commands/command.ts';
import { createCommands } from '../../src/commands/index.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { createMatchers, tryAll } from '../../src/patterns/try-all.ts';
import { createDedupe } from '../../src/pipeline/dedupe.ts';
import { createDetours } from '../../src/pipeline/detours.ts';
import { createPipeline } from '../../src/pipeline/pipeline.ts';
import { createScanner } from '../../src/pipeline/scanner.ts';
import { createTracking } from '../../src/pipeline/tracking.ts';
import type { PatternSearch } from '../../src/ports/patterns.ts';
import type { FetchedFile } from '../../src/ports/source.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { fakeTools } from '../commands/fake-tools.ts';
import { manualClock } from '../support/clock.ts';
import { incoming } from '../support/messages.ts';
import { tempDir } from '../support/temp.ts';

/** The search without its thread. */
function searchHere(): PatternSearch {
  const matchers = createMatchers(new Memory(2 ** 22));
  return {
    search: async (text, tries, allowances) => tryAll(text, tries, allowances, matchers, () => false),
    stop: async () => {},
  };
}

async function setUp(
  t: TestContext,
  fetched: FetchedFile[] = [],
  commands: Command[] = [],
  search: PatternSearch = searchHere(),
) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
  t.after(() => store.close());
  const refused: string[] = [];
  const newTracking = () =>
    createTracking({
      store,
      patterns: createPatternSet(),
      tools: createPatternTools(),
      clock,
      onRefused: ({ id }) => refused.push(id),
    });
  const tracking = newTracking();
  const metrics = createMetrics();
  const flow = {
    store,
    tracking,
    metrics,
    detours: createDetours(clock.now),
    stamp: () => ({ newId: randomUUID, now: clock.now(), ttlMs: 1_000 }),
    reply: ({ text }: { text: string }) => (text.includes('love') ? 'Be kind.' : null),
  };
  const makePipeline = () =>
    createPipeline({
      ...flow,
      dedupe: createDedupe(),
      rules: { watches: ({ channelKind }) => channelKind === 'channel', matchEdits: false },
      commands: createCommands(commands),
      commandTools: fakeTools({ tracking, newId: randomUUID }),
    });
  const log = pino({ level: 'silent' });
  const scanner = createScanner({
    ...flow,
    clock,
    log,
    search,
    files: { fetch: async () => fetched.shift() ?? { kind: 'refused', reason: 'no more files' } },
  });
  t.after(() => scanner.stop());
  const sent = () => store.deliveries({}, null, 50).items.reverse();
  return { clock, store, tracking, newTracking, refused, handle: makePipeline(), makePipeline, scanner, sent, metrics };
}

test('the main job: a pattern is told, a message matches, its holder gets it once', async (t) => {
  const { handle, sent, store } = await setUp(t);
  await handle(incoming({ user: 'U7', text: '<@UBOT> forward stark' }));
  await handle(incoming({ user: 'U2', text: 'Tony Stark was here' }));
  await handle(incoming({ user: 'U2', text: 'nothing of the kind' }));
  const [told, forwarded, ...rest] = sent();
  assert.match(told?.text ?? '', /stark/);
  assert.deepEqual([forwarded?.source, forwarded?.channel, rest.length], ['forward', 'U7', 0]);
  assert.match(forwarded?.text ?? '', /`stark` in <#C1> by <@U2> · <https:.*\|open>\n> Tony Stark was here/);
  const { totals } = store.counters();
  assert.deepEqual([totals.total_msg_count, totals.replied_msg_count, totals.forwarded_msg_count], [3, 1, 1]);
});

test('redelivered, or both as message and app_mention: acts once, also after a restart', async (t) => {
  const { handle, makePipeline, sent, store } = await setUp(t);
  const event = incoming({ text: '<@UBOT> quote' });
  assert.equal((await handle(event)).duplicate, false);
  assert.equal((await handle({ ...event, trace: 'other envelope' })).duplicate, true);
  assert.equal((await makePipeline()(event)).duplicate, true);
  assert.equal(sent().length, 1);
  assert.equal(store.counters().totals.total_msg_count, 1);
});

test('an event that could not be stored is not acknowledged, and acts when it comes again', async (t) => {
  const { handle, store, sent } = await setUp(t);
  const event = incoming({ text: '<@UBOT> quote' });
  const { accept } = store;
  store.accept = async () => {
    throw new StoreUnavailable('disk full');
  };
  await assert.rejects(() => handle(event), StoreUnavailable);
  store.accept = accept;
  assert.equal((await handle(event)).duplicate, false);
  assert.equal(sent().length, 1);
});

test('what matches nothing costs no write', async (t) => {
  const { handle, store } = await setUp(t);
  store.accept = () => assert.fail('wrote');
  await handle(incoming({ text: 'nothing' }));
  assert.equal(store.counters().totals.total_msg_count, 1);
});

test('two holders, one muted, one for another channel; both patterns of one user in one message', async (t) => {
  const { handle, sent } = await setUp(t);
  for (const [user, text] of [
    ['U1', 'forward error'],
    ['U1', 'forward time.*out'],
    ['U2', 'forward error'],
    ['U2', 'mute 2h'],
    ['U3', 'forward error in <#C9|other>'],
  ]) {
    await handle(incoming({ user, channelKind: 'im', channel: `D${user}`, text }));
  }
  await handle(incoming({ user: 'U5', text: 'error: time ran out' }));
  const forwards = sent().filter(({ source }) => source === 'forward');
  assert.deepEqual(
    forwards.map(({ channel }) => channel),
    ['U1'],
  );
  assert.match(forwards[0]?.text ?? '', /`error`.*`time\.\*out`|`time\.\*out`.*`error`/);
});

test('mute ends by itself and by talk, and survives a restart', async (t) => {
  const { handle, clock, newTracking, sent } = await setUp(t);
  const say = (text: string) => handle(incoming({ channelKind: 'im', channel: 'D1', text }));
  await say('forward stark');
  await say('mute 2h');
  assert.notEqual(newTracking().muteOf('T1', 'U1'), null);
  await clock.advance(2 * 3_600_000 + 3_600_000);
  const until = newTracking().muteOf('T1', 'U1');
  await say('mute');
  await handle(incoming({ text: 'stark' }));
  await say('talk');
  await handle(incoming({ text: 'stark again' }));
  assert.ok(until === null || until.until !== null);
  assert.equal(sent().filter(({ source }) => source === 'forward').length, 1);
});

test('a slash command answers its giver and posts nothing', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  const command = { kind: 'command', key: 'k', trace: 't', team: 'T1', channel: 'C1', user: 'U1' } as const;
  const { reply } = await handle({ ...command, text: 'forward stark' });
  assert.match(reply?.text ?? '', /stark/);
  assert.equal(reply?.blocks, undefined);
  assert.deepEqual([sent().length, tracking.size], [0, 1]);
});

test('a refused pattern is answered with the reason, and nothing is stored', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  await handle(incoming({ channelKind: 'im', text: 'forward (?=x)y' }));
  assert.match(sent()[0]?.text ?? '', /\(\?=/);
  assert.equal(tracking.size, 0);
});

test('the motivational bot answers in the thread it heard, and never a bot', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(incoming({ text: 'all you need is love', threadTs: '1.1' }));
  await handle(incoming({ text: 'love', fromBot: true }));
  assert.deepEqual(
    sent().map(({ text, threadTs, source }) => [text, threadTs, source]),
    [['Be kind.', '1.1', 'reply']],
  );
});

test('a stored pattern that is refused now is left out, and the rest is matched', async (t) => {
  const { store, newTracking, refused } = await setUp(t);
  const held = { team: 'T1', user: 'U1', channel: null, createdAt: 1 };
  await store.accept({
    changes: [
      { type: 'subscribe', subscription: { ...held, id: 'bad', pattern: '(?=x)' } },
      { type: 'subscribe', subscription: { ...held, id: 'good', pattern: 'fine' } },
    ],
  });
  const tracking = newTracking();
  assert.deepEqual([tracking.match('T1', 'C1', 'fine')?.length, refused], [1, ['bad']]);
});

const file = { id: 'F1', name: 'app.log', mimetype: 'text/plain', size: 10, url: 'u' };
const text = (content: string): FetchedFile => ({
  kind: 'fetched',
  bytes: Buffer.from(content),
  contentType: 'text/plain',
});

test('a file is fetched, its content matched, and the forward carries it', async (t) => {
  const { handle, scanner, clock, sent, store } = await setUp(t, [text('kernel panic')]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ text: 'see file', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(100);
  const forwarded = sent().find(({ source }) => source === 'forward');
  assert.deepEqual(
    forwarded?.attachments.map(({ name }) => name),
    ['app.log'],
  );
  assert.equal(Buffer.from(store.blob(forwarded?.attachments[0]?.blob ?? '') ?? []).toString(), 'kernel panic');
  const { totals } = store.counters();
  assert.deepEqual([totals.total_attachments_downloaded, totals.total_msg_count], [1, 2]);
});

test('a file that cannot be had is tried again, then the text alone is matched, and that is said', async (t) => {
  const away: FetchedFile = { kind: 'retry', reason: 'HTTP 502' };
  const { handle, scanner, clock, sent } = await setUp(t, [away, away, away, away, away]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ text: 'panic, see file', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(60_000);
  const forwarded = sent().find(({ source }) => source === 'forward');
  assert.match(forwarded?.text ?? '', /could not be fetched: HTTP 502/);
});

test('a file that is refused is named with the reason', async (t) => {
  const { handle, scanner, clock, sent } = await setUp(t, [{ kind: 'refused', reason: 'larger than 5 MiB' }]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ text: 'panic', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(100);
  assert.match(sent().find(({ source }) => source === 'forward')?.text ?? '', /app\.log: larger than 5 MiB/);
});

test('a long text is cut with a note', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(incoming({ channelKind: 'im', text: 'forward needle' }));
  await handle(incoming({ text: `needle ${'x'.repeat(10_000)}` }));
  const forwarded = sent().find(({ source }) => source === 'forward');
  assert.match(forwarded?.text ?? '', /cut, \d+ more characters/);
  assert.ok((forwarded?.text.length ?? 0) <= 3_000);
});

const buttons: AnswerButton[] = [
  { label: 'Restart web', command: 'restart web', style: 'danger' },
  { label: `Restart ${'x'.repeat(100)}`, command: 'restart db' },
  { label: 'Leave it', command: 'quote' },
];

test('an answer with buttons: as blocks of the message, or of what only the asker sees', async (t) => {
  const ask: Command = { name: 'ask', usage: 'ask', summary: '', run: () => ({ reply: 'r'.repeat(4_000), buttons }) };
  const { handle, sent } = await setUp(t, [], [ask]);
  await handle(incoming({ text: '<@UBOT> ask' }));
  const [{ blocks, text } = { blocks: undefined, text: '' }] = sent();
  assert.equal(text.length, 4_000);
  const [section, actions] = blocks ?? [];
  assert.equal(section?.type, 'section');
  assert.equal((section?.text as { text: string } | undefined)?.text.length, 3_000);
  const button = (action_id: string, label: string, value: string) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text: label },
    value,
  });
  assert.deepEqual(actions, {
    type: 'actions',
    elements: [
      { ...button('command:restart', 'Restart web', 'restart web'), style: 'danger' },
      button('command:restart:1', `Restart ${'x'.repeat(66)}…`, 'restart db'),
      button('command:quote', 'Leave it', 'quote'),
    ],
  });
  const command = {
    kind: 'command',
    key: 'k',
    trace: 't',
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    text: 'ask',
  } as const;
  assert.deepEqual((await handle(command)).reply, { text, blocks });
  const quiet: Command = { ...ask, run: () => ({ reply: 'none', buttons: [] }) };
  const other = await setUp(t, [], [quiet]);
  await other.handle(incoming({ text: '<@UBOT> ask' }));
  assert.equal(other.sent()[0]?.blocks, undefined);
});
