import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { BotCommand } from '../../src/commands/command.ts';
import { createCommands } from '../../src/commands/index.ts';
import { blocksOf } from '../../src/destinations/slack/index.ts';
import { compose } from '../../src/domain/compose.ts';
import type { Button, Delivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Subscription } from '../../src/domain/subscription.ts';
import { visibleText } from '../../src/domain/visible-text.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { createMatchers, tryAll } from '../../src/patterns/try-all.ts';
import { createDedupe } from '../../src/pipeline/dedupe.ts';
import { createDetours } from '../../src/pipeline/detours.ts';
import { createLoopGuard, mostOfOneApp, restMs } from '../../src/pipeline/loop-guard.ts';
import { createPipeline, type PipelineOptions } from '../../src/pipeline/pipeline.ts';
import type { PatternSearch } from '../../src/ports/patterns.ts';
import type { FetchedFile, Standing } from '../../src/ports/source.ts';
import type { Store } from '../../src/ports/store.ts';
import { createScanner } from '../../src/scan/scanner.ts';
import { createSlowMatch } from '../../src/scan/slow-match.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { createTracking } from '../../src/subscriptions/tracking.ts';
import { fakeTools } from '../commands/fake-tools.ts';
import { manualClock } from '../support/clock.ts';
import { incident } from '../support/incidents.ts';
import { job } from '../support/jobs.ts';
import { incoming } from '../support/messages.ts';
import { eventually } from '../support/program.ts';
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
  commands: BotCommand[] = [],
  search: PatternSearch = searchHere(),
  { matchEdits = false, ...more }: Pick<Partial<PipelineOptions>, 'standing'> & { matchEdits?: boolean } = {},
) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
  await store.adopt('T1');
  t.after(() => store.close());
  const refused: string[] = [];
  const takenBack: string[] = [];
  const newTracking = () =>
    createTracking({
      store,
      createPatternSet,
      tools: createPatternTools(),
      clock,
      onRefused: ({ id }) => refused.push(id),
    });
  const tracking = await newTracking();
  const metrics = createMetrics();
  const flow = {
    loopGuard: createLoopGuard(clock.now),
    store,
    tracking,
    metrics,
    detours: createDetours(clock.now),
    stamp: () => ({ newId: randomUUID, now: clock.now(), ttlMs: 1_000 }),
    reply: ({ text }: { text: string }) =>
      text.includes('love') ? { text: 'Be kind.', takeBack: () => void takenBack.push(text) } : null,
  };
  const makePipeline = () =>
    createPipeline({
      ...flow,
      dedupe: createDedupe(),
      effects: { outcome: async () => null },
      rules: { watches: ({ channelKind }) => channelKind === 'channel', matchEdits, matchBots: true },
      ...more,
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
  const sent = async () => (await store.deliveries({}, null, 50)).items.reverse();
  return {
    clock,
    store,
    tracking,
    newTracking,
    refused,
    takenBack,
    handle: makePipeline(),
    makePipeline,
    scanner,
    sent,
    metrics,
  };
}

test('the main job: a pattern is told, a message matches, its holder gets it once', async (t) => {
  const { handle, sent, store } = await setUp(t);
  await handle(incoming({ user: 'U7', text: '<@UBOT> forward stark' }));
  await handle(incoming({ user: 'U2', text: 'Tony Stark was here' }));
  await handle(incoming({ user: 'U2', text: 'nothing of the kind' }));
  const [told, forwarded, ...rest] = await sent();
  assert.match(told?.text ?? '', /stark/);
  assert.deepEqual([forwarded?.source, forwarded?.destination.address, rest.length], ['forward', 'U7', 0]);
  assert.match(forwarded?.text ?? '', /`stark` in <#C1> by <@U2> · <https:.*\|open>\n> Tony \*Stark\* was here/);
  const { totals } = await store.counters('T1');
  assert.deepEqual([totals.total_msg_count, totals.replied_msg_count, totals.forwarded_msg_count], [3, 1, 1]);
});

test('redelivered, or both as message and app_mention: acts once, also after a restart', async (t) => {
  const { handle, makePipeline, sent, store } = await setUp(t);
  const event = incoming({ text: '<@UBOT> quote' });
  assert.equal((await handle(event)).duplicate, false);
  assert.equal((await handle({ ...event, trace: 'other envelope' })).duplicate, true);
  assert.equal((await makePipeline()(event)).duplicate, true);
  assert.equal((await sent()).length, 1);
  assert.equal((await store.counters('T1')).totals.total_msg_count, 1);
});

const recordedEvent = (id: string) => ({ id, team: 'T1', body: JSON.stringify({ id }) });
const idsOf = async (store: Store) => (await store.eventsAfter(0, 50)).map(({ id }) => id);

test('a message is recorded in the commit of what it causes, once, whatever it causes', async (t) => {
  const { handle, makePipeline, sent, store } = await setUp(t);
  const command = incoming({ text: '<@UBOT> quote', recorded: recordedEvent('e1') });
  await handle(command);
  await makePipeline()(command);
  await handle(incoming({ text: 'nothing of the kind', recorded: recordedEvent('e2') }));
  await handle(incoming({ user: 'UBOT', own: true, fromBot: true, recorded: recordedEvent('e3') }));
  assert.deepEqual(await idsOf(store), ['e1', 'e2', 'e3']);
  assert.equal((await sent()).length, 1);
  const { accept } = store;
  store.accept = async () => {
    throw new StoreUnavailable('disk full');
  };
  const lost = incoming({ recorded: recordedEvent('e4') });
  await assert.rejects(() => handle(lost), StoreUnavailable);
  store.accept = accept;
  await handle(lost);
  assert.deepEqual(await idsOf(store), ['e1', 'e2', 'e3', 'e4']);
});

test('a message with files is recorded when it is accepted, and not again when they were fetched', async (t) => {
  const { handle, scanner, store } = await setUp(t, [{ kind: 'fetched', bytes: Buffer.from('kernel panic') }]);
  const file = { id: 'F1', name: 'a.log', mimetype: 'text/plain', size: 12, url: 'u' };
  await handle(incoming({ files: [file], recorded: recordedEvent('e1') }));
  assert.deepEqual(await idsOf(store), ['e1']);
  scanner.start();
  await eventually('the file', async () => (await store.counters('T1')).totals.total_attachments_downloaded === 1);
  assert.deepEqual(await idsOf(store), ['e1']);
});

test('an event that is only recorded is recorded once, and counts as no message', async (t) => {
  const { handle, makePipeline, store } = await setUp(t);
  const notice = { kind: 'notice', key: 'T1:event:e1', trace: 't', team: 'T1', recorded: recordedEvent('e1') } as const;
  assert.equal((await handle(notice)).duplicate, false);
  assert.equal((await handle(notice)).duplicate, true);
  assert.equal((await makePipeline()(notice)).duplicate, true);
  assert.deepEqual(await idsOf(store), ['e1']);
  assert.equal((await store.counters('T1')).totals.total_msg_count, 0);
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
  assert.equal((await sent()).length, 1);
});

test('an event that comes again during its commit is not acknowledged before the commit, nor when it fails', async (t) => {
  const { handle, store, sent } = await setUp(t);
  const { accept } = store;
  for (const text of ['<@UBOT> quote', 'all you need is love']) {
    const event = incoming({ text });
    let fail = () => {};
    store.accept = () =>
      new Promise((_, reject) => {
        fail = () => reject(new StoreUnavailable('disk full'));
      });
    const first = handle(event);
    let isAcknowledged = false;
    const second = handle(event).finally(() => {
      isAcknowledged = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isAcknowledged, false, text);
    fail();
    await assert.rejects(first, StoreUnavailable);
    await assert.rejects(second, StoreUnavailable);

    store.accept = accept;
    const both = await Promise.all([handle(event), handle(event)]);
    assert.deepEqual(
      both.map(({ duplicate }) => duplicate),
      [false, true],
    );
  }
  assert.equal((await sent()).length, 2);
});

test('a reply that was not committed ends no cool-down: it is taken back, and said when the event comes again', async (t) => {
  const { handle, store, sent, takenBack } = await setUp(t);
  const event = incoming({ text: 'all you need is love' });
  const { accept } = store;
  store.accept = async () => {
    throw new StoreUnavailable('disk full');
  };
  await assert.rejects(() => handle(event), StoreUnavailable);
  assert.deepEqual(takenBack, [event.text]);
  store.accept = accept;
  await handle(event);
  assert.deepEqual(takenBack, [event.text], 'this one was said');
  assert.deepEqual(
    (await sent()).map(({ text }) => text),
    ['Be kind.'],
  );
});

test('a reply to an event that another process has handled is taken back', async (t) => {
  const { handle, makePipeline, takenBack } = await setUp(t);
  const event = incoming({ text: 'love' });
  await handle(event);
  assert.equal((await makePipeline()(event)).duplicate, true);
  assert.deepEqual(takenBack, ['love']);
});

test('what matches nothing costs no write', async (t) => {
  const { handle, store } = await setUp(t);
  store.accept = () => assert.fail('wrote');
  await handle(incoming({ text: 'nothing' }));
  assert.equal((await store.counters('T1')).totals.total_msg_count, 1);
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
  const forwards = (await sent()).filter(({ source }) => source === 'forward');
  assert.deepEqual(
    forwards.map(({ destination }) => destination.address),
    ['U1'],
  );
  assert.match(forwards[0]?.text ?? '', /`error`.*`time\.\*out`|`time\.\*out`.*`error`/);
});

test('mute ends by itself and by talk, and survives a restart', async (t) => {
  const { handle, clock, newTracking, sent } = await setUp(t);
  const say = (text: string) => handle(incoming({ channelKind: 'im', channel: 'D1', text }));
  await say('forward stark');
  await say('mute 2h');
  assert.notEqual((await newTracking()).muteOf('T1', 'U1'), null);
  await clock.advance(2 * 3_600_000 + 3_600_000);
  const until = (await newTracking()).muteOf('T1', 'U1');
  await say('mute');
  await handle(incoming({ user: 'U2', text: 'stark' }));
  await say('talk');
  await handle(incoming({ user: 'U2', text: 'stark again' }));
  assert.ok(until === null || until.until !== null);
  assert.equal((await sent()).filter(({ source }) => source === 'forward').length, 1);
});

test('a slash command answers its giver and posts nothing', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  const command = { kind: 'command', key: 'k', trace: 't', team: 'T1', channel: 'C1', user: 'U1' } as const;
  const { reply } = await handle({ ...command, text: 'forward stark' });
  assert.match(reply?.text ?? '', /stark/);
  assert.equal(reply?.buttons, undefined);
  assert.deepEqual([(await sent()).length, tracking.size], [0, 1]);
});

test('a refused pattern is answered with the reason, and nothing is stored', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  await handle(incoming({ channelKind: 'im', text: 'forward (?=x)y' }));
  assert.match((await sent())[0]?.text ?? '', /\(\?=/);
  assert.equal(tracking.size, 0);
});

test('the motivational bot answers in the thread it heard, and never a bot', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(incoming({ text: 'all you need is love', threadTs: '1.1' }));
  await handle(incoming({ text: 'love', fromBot: true }));
  assert.deepEqual(
    (await sent()).map(({ text, threadTs, source }) => [text, threadTs, source]),
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
  assert.deepEqual(refused.splice(0), ['bad'], 'by the commit');
  const tracking = await newTracking();
  assert.deepEqual([tracking.match('T1', 'C1', 'fine')?.length, refused], [1, ['bad']]);
});

const file = { id: 'F1', name: 'app.log', mimetype: 'text/plain', size: 10, url: 'u' };
const text = (content: string): FetchedFile => ({
  kind: 'fetched',
  bytes: Buffer.from(content),
});

test('a file is fetched, its content matched, and the forward carries it', async (t) => {
  const { handle, scanner, clock, sent, store } = await setUp(t, [text('kernel panic')]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ user: 'U2', text: 'see file', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(100);
  const forwarded = (await sent()).find(({ source }) => source === 'forward');
  assert.deepEqual(
    forwarded?.attachments.map(({ name }) => name),
    ['app.log'],
  );
  assert.equal(Buffer.from((await store.blob(forwarded?.attachments[0]?.blob ?? '')) ?? []).toString(), 'kernel panic');
  const { totals } = await store.counters('T1');
  assert.deepEqual([totals.total_attachments_downloaded, totals.total_msg_count], [1, 2]);
});

test('a file that cannot be had is tried again, then the text alone is matched, and that is said', async (t) => {
  const away: FetchedFile = { kind: 'retry', reason: 'HTTP 502' };
  const { handle, scanner, clock, sent } = await setUp(t, [away, away, away, away, away]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ user: 'U2', text: 'panic, see file', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(60_000);
  const forwarded = (await sent()).find(({ source }) => source === 'forward');
  assert.match(forwarded?.text ?? '', /could not be fetched: HTTP 502/);
});

test('a file that is refused is named with the reason', async (t) => {
  const { handle, scanner, clock, sent } = await setUp(t, [{ kind: 'refused', reason: 'larger than 5 MiB' }]);
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ user: 'U2', text: 'panic', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(100);
  assert.match((await sent()).find(({ source }) => source === 'forward')?.text ?? '', /app\.log: larger than 5 MiB/);
});

test('a forward shows all of the message, and a long one around what matched, however long the patterns are', async (t) => {
  const { handle, sent } = await setUp(t);
  const long = Array.from({ length: 5 }, (_, index) => `needle|${String(index).repeat(150)}`);
  for (const pattern of long) await handle(incoming({ channelKind: 'im', text: `forward ${pattern}` }));
  const shown = `*Disk full*\n${'&lt;x&gt; '.repeat(1_000)}the needle ${'y '.repeat(2_000)}`;
  await handle(incoming({ user: 'U2', text: 'Disk', shown, visible: visibleText(shown) }));
  const forwarded = (await sent()).find(({ source }) => source === 'forward');
  const text = forwarded?.text ?? '';
  assert.match(text, /the \*needle\* y/);
  assert.match(text, /_\(cut, \d+ more characters: open it to read on\)_$/);
  assert.doesNotMatch(text, /&(?!lt;|gt;|amp;)/);
  assert.ok(text.length <= 3_000, String(text.length));
  assert.deepEqual(blocksOf(forwarded as Delivery)?.[0]?.text, { type: 'mrkdwn', text }, 'not cut a second time');
});

test('many notes on files leave room for the text', async (t) => {
  const { handle, scanner, clock, sent } = await setUp(t);
  await handle(incoming({ channelKind: 'im', text: 'forward needle' }));
  const files = Array.from({ length: 300 }, (_, index) => ({ ...file, name: `file-${index}.log` }));
  await handle(incoming({ user: 'U2', text: `the needle ${'z'.repeat(4_000)}`, subtype: 'file_share', files }));
  scanner.start();
  await clock.advance(100);
  const text = (await sent()).find(({ source }) => source === 'forward')?.text ?? '';
  assert.match(text, /the \*needle\* z/);
  assert.match(text, /_file-0\.log: no more files_\n/);
  assert.match(text, /_… and \d+ more like these_$/);
  assert.ok(text.length <= 3_000, String(text.length));
});

test('a long text is cut with a note', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(incoming({ channelKind: 'im', text: 'forward needle' }));
  await handle(incoming({ user: 'U2', text: `needle ${'x'.repeat(10_000)}` }));
  const forwarded = (await sent()).find(({ source }) => source === 'forward');
  assert.match(forwarded?.text ?? '', /cut, \d+ more characters/);
  assert.ok((forwarded?.text.length ?? 0) <= 3_000);
});

const buttons: Button[] = [
  { label: 'Restart web', command: 'restart web', style: 'danger' },
  { label: `Restart ${'x'.repeat(100)}`, command: 'restart db' },
  { label: 'Leave it', command: 'quote' },
];

test('the buttons of an answer are under the message, or under the reply that only the asker sees', async (t) => {
  const ask: BotCommand = {
    name: 'ask',
    usage: 'ask',
    summary: '',
    run: () => ({ reply: 'r'.repeat(4_000), buttons }),
  };
  const { handle, sent } = await setUp(t, [], [ask]);
  await handle(incoming({ text: '<@UBOT> ask' }));
  const [answered] = await sent();
  const text = answered?.text ?? '';
  assert.equal(text.length, 4_000);
  assert.deepEqual(answered?.buttons, buttons);
  const command = {
    kind: 'command',
    key: 'k',
    trace: 't',
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    text: 'ask',
  } as const;
  assert.deepEqual((await handle(command)).reply, { text, buttons });
  const quiet: BotCommand = { ...ask, run: () => ({ reply: 'none', buttons: [] }) };
  const other = await setUp(t, [], [quiet]);
  await other.handle(incoming({ text: '<@UBOT> ask' }));
  assert.equal((await other.sent())[0]?.buttons, undefined);
});

const ask = (user: string, text: string) => incoming({ user, channelKind: 'im', channel: `D${user}`, text });

test('nobody is sent their own messages, unless they ask for them', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(ask('U1', 'forward stark'));
  await handle(ask('U2', 'forward stark including mine'));
  await handle(ask('U3', 'forward stark'));
  await handle(incoming({ user: 'U1', text: 'stark' }));
  const to = async () =>
    (await sent()).filter(({ source }) => source === 'forward').map(({ destination }) => destination.address);
  assert.deepEqual(await to(), ['U2', 'U3']);
  await handle(incoming({ user: 'U2', text: 'stark' }));
  assert.deepEqual(await to(), ['U2', 'U3', 'U1', 'U2', 'U3']);
});

test('nobody is sent their own file, unless they ask for it', async (t) => {
  const { handle, scanner, clock, sent } = await setUp(t, [text('kernel panic')]);
  await handle(ask('U1', 'forward panic'));
  await handle(ask('U2', 'forward panic'));
  await handle(incoming({ user: 'U1', text: 'see file', subtype: 'file_share', files: [file] }));
  scanner.start();
  await clock.advance(100);
  const forwards = (await sent()).filter(({ source }) => source === 'forward');
  assert.deepEqual(
    forwards.map(({ destination }) => destination.address),
    ['U2'],
  );
});

test('the button under a forward ends the subscription that matched, whatever its pattern looks like', async (t) => {
  const patterns = [
    'say "hi" in #ops',
    '`code`',
    ' spaces ',
    "it's `x",
    'id:7',
    Array.from({ length: 200 }, (_, n) => `w${n}`).join(' '),
    'all',
    '&lt;b&gt;',
    'x\\ny',
  ];
  const { handle, store, tracking, sent } = await setUp(t);
  const held = patterns.map((pattern, n) => ({
    id: `s${n}`,
    team: 'T1',
    user: 'U1',
    pattern,
    channel: null,
    createdAt: n,
  }));
  const changes = held.map((subscription) => ({ type: 'subscribe', subscription }) as const);
  await store.accept({ changes });
  let presses = 0;
  for (const { id, pattern } of held) {
    const visible = pattern.replace('\\n', '\n');
    await handle(incoming({ user: 'U2', text: 'as seen', visible }));
    const forwards = (await sent()).filter(({ source }) => source === 'forward');
    const buttons = forwards.flatMap(({ buttons = [] }) => buttons);
    const stop = buttons.find(({ command }) => command === `stop id:${id}`);
    assert.ok(stop, `a button for ${pattern}`);
    presses += 1;
    const press = { kind: 'command', key: `press ${presses}`, trace: 't', team: 'T1', channel: 'DU1' } as const;
    const other = await handle({ ...press, key: `other ${presses}`, user: 'U2', text: stop.command });
    assert.match(other.reply?.text ?? '', /You hold no pattern/);
    assert.match((await handle({ ...press, user: 'U1', text: stop.command })).reply?.text ?? '', /^Stopped/);
    assert.equal(
      tracking.heldBy('T1', 'U1').some((each) => each.id === id),
      false,
    );
  }
  assert.equal(tracking.size, 0);
});

test('a button of an older version, which has the pattern in it, still works', async (t) => {
  const { handle, tracking } = await setUp(t);
  await handle(ask('U1', 'forward a &lt; b'));
  const press = { kind: 'command', key: 'k', trace: 't', team: 'T1', channel: 'DU1', user: 'U1' } as const;
  const { reply } = await handle({ ...press, text: 'stop a &lt; b' });
  assert.match(reply?.text ?? '', /^Stopped `a &lt; b`/);
  assert.equal(tracking.size, 0);
});

test('talk to the bot is matched, and its author alone is told once that it is no command', async (t) => {
  const { handle, sent, clock } = await setUp(t);
  await handle(ask('U7', 'forward outage'));
  for (const text of ['<@UBOT> there is an outage', 'see <@UBOT>, the outage goes on', '<@UBOT> outage over']) {
    await handle(incoming({ user: 'U2', text }));
  }
  assert.equal((await sent()).filter(({ source }) => source === 'forward').length, 3);
  const told = async () =>
    (await sent()).filter(({ source, onlyFor }) => source === 'command' && onlyFor !== undefined);
  assert.deepEqual(
    (await told()).map(({ destination, onlyFor }) => [destination.address, onlyFor]),
    [['C1', 'U2']],
  );
  assert.match((await told())[0]?.text ?? '', /I do not know `there`/);
  await handle(incoming({ user: 'U3', text: '<@UBOT> hello' }));
  assert.equal((await told()).length, 2, 'another person is told too');
  await clock.advance(10 * 60_000);
  await handle(incoming({ user: 'U2', text: '<@UBOT> hello' }));
  assert.equal((await told()).length, 3, 'and the first one again after a while');
});

test('a misspelt command has its hint each time, within reason', async (t) => {
  const { handle, sent } = await setUp(t);
  for (let n = 0; n < 20; n += 1) await handle(incoming({ user: 'U2', text: '<@UBOT> froward x' }));
  const told = (await sent()).filter(({ onlyFor }) => onlyFor === 'U2');
  assert.equal(told.length, 5);
  assert.match(told[0]?.text ?? '', /Did you mean `forward`/);
});

test('a program that talks in a direct message is answered five times a minute, then no more', async (t) => {
  const { handle, sent } = await setUp(t);
  for (let n = 0; n < 200; n += 1) await handle(ask('U2', `I did not understand that (${n})`));
  assert.equal((await sent()).length, 5);
});

test('an app gives no commands, is not told so, and has no answer to its trigger words', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  await handle(incoming({ fromBot: true, user: 'B7', text: '<@UBOT> forward x' }));
  await handle(incoming({ fromBot: true, user: 'B7', text: '<@UBOT> what is this? love' }));
  assert.deepEqual([(await sent()).length, tracking.size], [0, 0]);
});

test('an app’s message is forwarded with its name', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(ask('U1', 'forward disk full'));
  await handle(
    incoming({ fromBot: true, user: 'B7', authorName: 'CI *bot* <!here>', subtype: 'bot_message', text: 'disk full' }),
  );
  assert.match((await sent()).at(-1)?.text ?? '', /in <#C1> by CI bot &lt;!here&gt; · </);
});

test('a person of another workspace is named', async (t) => {
  const { handle, sent } = await setUp(t);
  await handle(ask('U1', 'forward disk full'));
  await handle(incoming({ user: 'U9', authorTeam: 'T9', authorName: 'Bea', text: 'disk full' }));
  assert.match((await sent()).at(-1)?.text ?? '', /by <@U9> \(Bea, another workspace\)/);
});

test('an app that writes too much is left out for a while, which its reader is told once', async (t) => {
  const { handle, sent, clock } = await setUp(t);
  await handle(ask('U1', 'forward disk'));
  await handle(ask('U2', 'forward disk full'));
  const fromApp = (user = 'B7') => handle(incoming({ fromBot: true, user, authorName: 'CI', text: 'disk' }));
  const to = async (user: string) =>
    (await sent()).filter(({ destination, source }) => source === 'forward' && destination.address === user);
  for (let n = 0; n < mostOfOneApp + 12; n += 1) await fromApp();
  assert.equal((await to('U1')).length, mostOfOneApp + 1);
  assert.match((await to('U1')).at(-1)?.text ?? '', /CI wrote more than 30 messages in a minute/);
  await handle(incoming({ user: 'U5', text: 'disk' }));
  assert.equal((await to('U1')).length, mostOfOneApp + 2, 'people are not left out');
  await fromApp('B8');
  assert.equal((await to('U1')).length, mostOfOneApp + 3, 'nor is another app');
  await handle(incoming({ fromBot: true, user: 'B7', text: 'disk full' }));
  assert.equal((await to('U2')).length, 1, 'nor another reader');
  await clock.advance(restMs);
  await fromApp();
  assert.match((await to('U1')).at(-1)?.text ?? '', /_13 earlier matches of this app were not sent_/);
});

test('several commands, a line each, see what those before them changed and are answered as one', async (t) => {
  const { handle, sent, tracking } = await setUp(t);
  await handle(incoming({ text: '<@UBOT> forward a\nforward b\nstop a\nforward b\ntrack' }));
  assert.equal((await sent()).length, 1);
  const lines = ((await sent())[0]?.text ?? '').split('\n');
  assert.match(lines[0] ?? '', /I watch `a`/);
  assert.match(lines[1] ?? '', /I watch `b`/);
  assert.match(lines[2] ?? '', /^Stopped `a`/);
  assert.match(lines[3] ?? '', /You hold `b` .* already/);
  assert.match(lines[4] ?? '', /You hold 1 pattern/);
  assert.deepEqual(
    tracking.ofTeam('T1').map(({ pattern }) => pattern),
    ['b'],
  );
});

test('a guest may not command, and is told so alone and not each time; a slash command is always answered', async (t) => {
  const standing = async ({ user }: { user: string }): Promise<Standing> => (user === 'U9' ? 'external' : 'member');
  const { handle, sent, tracking } = await setUp(t, [], [], searchHere(), { standing });
  for (let n = 0; n < 5; n += 1) await handle(incoming({ user: 'U9', text: '<@UBOT> forward x' }));
  const [told, ...rest] = await sent();
  assert.deepEqual([told?.destination.address, told?.onlyFor, rest.length], ['C1', 'U9', 0]);
  assert.match(told?.text ?? '', /guest here or belong to another workspace.*`ALLOW_EXTERNAL_USERS`/);
  const command = { kind: 'command', trace: 't', team: 'T1', channel: 'C1', user: 'U9', text: 'track' } as const;
  for (const key of ['k1', 'k2']) assert.match((await handle({ ...command, key })).reply?.text ?? '', /guest here/);
  assert.equal(tracking.size, 0);
});

test('when Slack cannot say who somebody is, nothing is done and that is said', async (t) => {
  for (const [standing, says] of [
    ['unavailable', /did not tell me just now.*try again/],
    ['missing_scope', /scope `users:read`/],
  ] as const) {
    const { handle, sent, tracking } = await setUp(t, [], [], searchHere(), { standing: async () => standing });
    await handle(incoming({ text: '<@UBOT> forward x' }));
    assert.match((await sent())[0]?.text ?? '', says);
    assert.equal(tracking.size, 0);
  }
});

const hungry = '[01].{250}zebra';

/** A search that stops every pattern, and lets the test see what it was asked. */
function stoppingSearch() {
  const asked: string[][] = [];
  const search: PatternSearch = {
    async search(_text, tries) {
      asked.push(tries.map(({ pattern }) => pattern));
      return tries.map(() => ({ outcome: 'stopped' as const, units: 0 }));
    },
    stop: async () => {},
  };
  return { asked, search };
}

test('a message that would hold up the event loop is accepted at once, and matched in the same order', async (t) => {
  const { handle, sent, scanner, clock, store } = await setUp(t);
  for (const pattern of ['slow', 'quick']) await handle(incoming({ user: 'U7', text: `<@UBOT> forward ${pattern}` }));
  // Longer than what is matched in the event loop.
  await handle(incoming({ user: 'U2', text: `slow ${'x'.repeat(70_000)}` }));
  await handle(incoming({ user: 'U2', text: 'quick' }));
  await handle(incoming({ user: 'U2', channel: 'C2', text: 'quick elsewhere' }));
  const forwards = async () =>
    (await sent())
      .filter(({ source }) => source === 'forward')
      .map(({ text }) => text.replaceAll('*', '').split('\n')[1]?.slice(0, 18));
  assert.deepEqual(await forwards(), ['> quick elsewhere']);
  scanner.start();
  await clock.advance(10);
  await eventually('both forwards', async () => (await forwards()).length === 3);
  assert.deepEqual((await forwards()).slice(1), ['> slow xxxxxxxxxxx', '> quick']);
  await handle(incoming({ user: 'U2', text: 'quick again' }));
  assert.equal((await forwards()).at(-1), '> quick again', 'matched at once, now that the way is free');
  assert.equal((await store.counters('T1')).totals.forwarded_msg_count, 4);
});

test('a pattern that takes too much is paused for each holder, who is told once; forward lifts it', async (t) => {
  const { asked, search } = stoppingSearch();
  const { handle, sent, scanner, clock, tracking, newTracking, metrics } = await setUp(t, [], [], search);
  const text = `zebra ${'x'.repeat(70_000)}`;
  for (const user of ['U7', 'U8']) await handle(incoming({ user, text: `<@UBOT> forward ${hungry}` }));
  await handle(incoming({ user: 'U7', text: '<@UBOT> forward never there' }));
  const before = (await sent()).length;
  scanner.start();
  for (let round = 0; round < 3; round++) {
    await handle(incoming({ user: 'U2', text }));
    await clock.advance(1_000);
  }
  await eventually('the notices', async () => (await sent()).length >= before + 2);
  const told = (await sent()).slice(before);
  assert.deepEqual(told.map(({ destination }) => destination.address).sort(), ['U7', 'U8']);
  for (const { text } of told)
    assert.match(text, /paused a pattern of yours[\s\S]*too much time on a text of 70,006 characters[\s\S]*`forward`/);
  assert.deepEqual(asked, [[hungry]], 'asked once, and only for what may be in the text');
  assert.equal((await metrics.patternsPaused.get()).values[0]?.value, 2);
  for (const each of [tracking, await newTracking()]) {
    const resting = each.ofTeam('T1').filter(({ paused }) => paused !== undefined);
    assert.deepEqual(
      resting.map(({ pattern }) => pattern),
      [hungry, hungry],
    );
  }
  await handle(incoming({ user: 'U7', text: `<@UBOT> forward ${hungry}` }));
  assert.match((await sent()).at(-1)?.text ?? '', /again\. It was paused: it took too much time/);
  assert.deepEqual(
    tracking.heldBy('T1', 'U7').map(({ paused }) => paused),
    [undefined, undefined],
  );
  assert.equal(tracking.match('T1', 'C1', `0${'q'.repeat(250)}zebra`)?.length, 1, 'U8 is still paused');
});

test('a user has so much for all patterns, then the next costly one is paused; time brings it back', async () => {
  const clock = manualClock();
  const asked: number[] = [];
  const slowMatch = createSlowMatch({
    tracking: { candidates: async () => [{ source: 'a', subscriptions: [held('U1')] }] },
    search: {
      async search(_text, tries, allowances) {
        asked.push(...allowances);
        return tries.map(() => ({ outcome: 'absent' as const, units: 40_000_000 }));
      },
      stop: async () => {},
    },
    now: clock.now,
    onSkipped: (count) => assert.fail(`${count} skipped`),
  });
  for (let round = 0; round < 3; round++) await slowMatch('T1', 'C1', 'text');
  await clock.advance(10_000);
  await slowMatch('T1', 'C1', 'text');
  await clock.advance(3_600_000);
  await slowMatch('T1', 'C1', 'text');
  assert.deepEqual(asked, [100_000_000, 60_000_000, 20_000_000, 0, 100_000_000]);
});

function held(user: string): Subscription {
  return { id: user, team: 'T1', user, pattern: 'a', channel: null, createdAt: 0 };
}

const edited = (more: Parameters<typeof incoming>[0], number: number) => {
  const message = incoming({ ts: '1700000001.000001', subtype: 'message_changed', ...more });
  return { ...message, key: `${message.key}:edited ${number}` };
};

test('an edit that only adds a file is matched by that file: the text was matched before', async (t) => {
  const fetched: FetchedFile = { kind: 'fetched', bytes: Buffer.from('kernel oops') };
  const { handle, scanner, clock, sent } = await setUp(t, [fetched], [], searchHere(), { matchEdits: true });
  await handle(incoming({ channelKind: 'im', text: 'forward panic' }));
  await handle(incoming({ channelKind: 'im', text: 'forward oops' }));
  const edit = { isTextNew: false, before: 'panic, I love it' };
  await handle(edited({ user: 'U2', text: 'panic, I love it', files: [file], edit }, 1));
  scanner.start();
  await clock.advance(100);
  const caused = (await sent()).filter(({ source }) => source !== 'command');
  assert.deepEqual(
    caused.map(({ source, text }) => [source, /^`oops` in/.test(text)]),
    [['forward', true]],
  );
});

test('a command whose incident was changed meanwhile is decided again, three times at most, and acknowledged once', async (t) => {
  const tries: number[] = [];
  const conflicts = { left: 2 };
  const write: BotCommand = {
    ...{ name: 'poke', usage: 'poke', summary: 'changes an incident' },
    run() {
      tries.push(conflicts.left);
      const revision = conflicts.left > 0 ? 7 : 0;
      conflicts.left -= 1;
      return { reply: 'poked', incidents: [{ incident: incident({ revision }), history: [] }] };
    },
  };
  const { handle, store, sent } = await setUp(t, [], [write]);
  const press = { kind: 'command', trace: 't', team: 'T1', channel: 'C1', user: 'U1', text: 'poke' } as const;
  assert.deepEqual((await handle({ ...press, key: 'one' })).reply, { text: 'poked', buttons: undefined });
  assert.deepEqual([tries.length, (await store.incident('T1', 1))?.revision], [3, 1]);
  assert.equal((await handle({ ...press, key: 'one' })).duplicate, true);

  conflicts.left = 50;
  const busy = /changed by somebody else just now; please try again/;
  assert.match((await handle({ ...press, key: 'two' })).reply?.text ?? '', busy);
  assert.equal(tries.length, 6);
  await handle(incoming({ user: 'U7', text: '<@UBOT> poke' }));
  assert.match((await sent()).at(-1)?.text ?? '', busy);
  assert.equal((await store.incident('T1', 1))?.revision, 1);
});

test('a command that starts a job commits it with its message, once; a message to the bot gets no reply besides', async (t) => {
  const start: BotCommand = {
    ...{ name: 'run', usage: 'run <x>', summary: 'starts a job' },
    run({ channel, args }) {
      const id = randomUUID();
      const stamp = { newId: randomUUID, now: 0, ttlMs: 1_000 };
      const draft = { team: 'T1', destination: inSlack(channel), text: `Running ${args}`, source: 'jobs' };
      return { reply: 'Started.', isPosted: true, jobs: [job({ id })], deliveries: [compose(stamp, draft)] };
    },
  };
  const { handle, store, sent } = await setUp(t, [], [start]);
  const count = async () => (await store.jobs({ team: 'T1' }, null, 9)).items.length;
  const typed = {
    kind: 'command',
    trace: 't',
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    text: 'run a',
    key: 'one',
  } as const;
  assert.equal((await handle(typed)).reply?.text, 'Started.');
  assert.equal((await handle(typed)).duplicate, true);
  assert.equal(await count(), 1);
  const said = incoming({ user: 'U7', text: '<@UBOT> run b' });
  await handle(said);
  await handle(said);
  assert.equal(await count(), 2);
  assert.deepEqual(
    (await sent()).map(({ text }) => text),
    ['Running a', 'Running b'],
  );
});

test('a stop of a job that changed meanwhile is decided again', async (t) => {
  const reads: number[] = [];
  const stop: BotCommand = {
    ...{ name: 'halt', usage: 'halt', summary: 'stops a job' },
    async run() {
      const found = await store.job('T1', 'j1');
      assert.ok(found !== null);
      reads.push(found.revision);
      // The job goes on between the decision and the commit.
      if (reads.length === 1) await store.accept({ jobs: [{ ...found, state: 'running' }] });
      return { reply: 'Stopping.', jobs: [{ ...found, stopAsked: { by: { kind: 'slack', name: 'U1' }, at: 1 } }] };
    },
  };
  const { handle, store } = await setUp(t, [], [stop]);
  await store.accept({ jobs: [job({ id: 'j1' })] });
  await handle({ kind: 'command', trace: 't', team: 'T1', channel: 'C1', user: 'U1', text: 'halt', key: 'one' });
  const stopped = await store.job('T1', 'j1');
  assert.deepEqual([reads, stopped?.state, stopped?.stopAsked?.at], [[1, 2], 'running', 1]);
});

test('a form that was wrong may be sent again, and acts once when it is right', async (t) => {
  const entry = { id: 'a1', at: 0, actor: { kind: 'slack', name: 'U1' }, source: 'C1', outcome: 'refused' } as const;
  const audit = [{ ...entry, action: 'job start', target: 'x', detail: '', requestId: '' }];
  const start: BotCommand = {
    ...{ name: 'run', usage: 'run <x>', summary: 'starts a job' },
    run: ({ args }) =>
      args === 'bad'
        ? { reply: 'no', wrong: { A: 'bad' }, audit }
        : { reply: 'yes', jobs: [job({ id: randomUUID() })] },
  };
  const { handle, store } = await setUp(t, [], [start]);
  const sent = { kind: 'command', trace: 't', team: 'T1', channel: 'C1', user: 'U1', key: 'view:V1' } as const;
  assert.deepEqual((await handle({ ...sent, text: 'run bad' })).reply, {
    text: 'no',
    buttons: undefined,
    wrong: { A: 'bad' },
  });
  assert.equal((await store.auditEntries({}, null, 9)).items.length, 1);
  assert.equal((await handle({ ...sent, text: 'run good' })).reply?.text, 'yes');
  assert.deepEqual(await handle({ ...sent, text: 'run good' }), { duplicate: true, reply: null });
  assert.equal((await store.jobs({ team: 'T1' }, null, 9)).items.length, 1);
});

test('a command with a form is answered by its text and buttons in a channel, where no form can be opened', async (t) => {
  const form = { title: 'T', about: '', command: 'run x', fields: [] };
  const buttons = [{ label: 'Fill in…', command: 'run x' }];
  const ask: BotCommand = {
    name: 'run',
    usage: 'run <x>',
    summary: '',
    run: () => ({ reply: 'usage', form, buttons }),
  };
  const { handle, sent } = await setUp(t, [], [ask]);
  await handle(incoming({ user: 'U7', text: '<@UBOT> run x' }));
  const [answer] = await sent();
  assert.deepEqual([answer?.text, answer?.buttons], ['usage', buttons]);
  const typed = {
    kind: 'command',
    trace: 't',
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    text: 'run x',
    key: 'one',
  } as const;
  assert.deepEqual((await handle(typed)).reply, { text: 'usage', buttons, form });
});
