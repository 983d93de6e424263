import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { BotCommand } from '../../src/commands/command.ts';
import { createCommands } from '../../src/commands/index.ts';
import type { Performer } from '../../src/domain/effect.ts';
import { StoreUnavailable, WrongState } from '../../src/domain/errors.ts';
import type { CommandRequest } from '../../src/domain/event.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';
import { createDedupe } from '../../src/pipeline/dedupe.ts';
import { createDetours } from '../../src/pipeline/detours.ts';
import { createEffects } from '../../src/pipeline/effects.ts';
import { createPipeline } from '../../src/pipeline/pipeline.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { createTracking } from '../../src/subscriptions/tracking.ts';
import { fakeTools } from '../commands/fake-tools.ts';
import { manualClock } from '../support/clock.ts';
import { incoming } from '../support/messages.ts';
import { tempDir } from '../support/temp.ts';

const restart: BotCommand = {
  name: 'restart',
  usage: 'restart <container>',
  summary: '',
  run: ({ args }) => ({ reply: '', effects: [{ name: 'restart', argument: args, late: 'It takes its time.' }] }),
};

const pressed = (more: Partial<CommandRequest> = {}): CommandRequest => ({
  ...{ kind: 'command', key: `cmd:${randomUUID()}`, trace: 'abc', team: 'T1', channel: 'C1', user: 'U1' },
  ...{ text: 'restart web', ...more },
});

/** A program whose command `restart` is performed by `perform`; `start` makes another one on the same store. */
async function setUp(t: TestContext, perform: Performer | null) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const performed: string[] = [];
  const performers = new Map<string, Performer>();
  if (perform !== null) {
    const noted: Performer = (argument, asker) => {
      performed.push(argument);
      return perform(argument, asker);
    };
    performers.set('restart', Object.assign(noted, perform));
  }
  async function start(command = restart) {
    const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
    t.after(() => store.close());
    const metrics = createMetrics();
    const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: 60_000 });
    const log = pino({ level: 'silent' });
    const effects = createEffects({ store, performers, stamp, clock, metrics, log });
    const patterns = { createPatternSet, tools: createPatternTools() };
    const tracking = await createTracking({ store, ...patterns, clock, onRefused: assert.ifError });
    const handle = createPipeline({
      ...{ store, tracking, metrics, stamp, effects, reply: () => null },
      ...{ dedupe: createDedupe(), detours: createDetours(clock.now) },
      rules: { watches: () => true, matchEdits: false, matchBots: true },
      commands: createCommands([command]),
      commandTools: fakeTools({ tracking, newId: randomUUID }),
    });
    effects.start();
    const sent = async () => (await store.deliveries({}, null, 50)).items.reverse();
    const counted = async () =>
      (await metrics.effects.get()).values.flatMap(({ labels, value }) => (value > 0 ? [[labels.outcome, value]] : []));
    return { store, effects, handle, sent, counted };
  }
  /** Handles an event while time passes. */
  async function ask(
    handle: Awaited<ReturnType<typeof start>>['handle'],
    event: Parameters<typeof handle>[0],
    ms = 10,
  ) {
    const handled = handle(event);
    handled.catch(() => {});
    await clock.advance(ms);
    return handled;
  }
  return { clock, performed, start, ask };
}

const done: Performer = async (argument) => `Restarted ${argument}.`;

test('an effect is performed once, after the commit, and its outcome is the answer', async (t) => {
  const { performed, start, ask } = await setUp(t, done);
  const { handle, sent, counted } = await start();
  const event = pressed();
  assert.deepEqual((await ask(handle, event)).reply, { text: 'Restarted web.', buttons: undefined });
  assert.deepEqual([performed, await sent()], [['web'], []]);
  assert.deepEqual(await counted(), [['done', 1]]);
});

test('a redelivered event starts no second restart, in whichever process it arrives', async (t) => {
  const { performed, start, ask } = await setUp(t, done);
  const [one, other] = [await start(), await start()];
  const event = pressed();
  await ask(one.handle, event);
  for (const { handle } of [one, other]) {
    assert.deepEqual(await ask(handle, event), { duplicate: true, reply: null });
  }
  assert.deepEqual(performed, ['web']);
});

test('an event that could not be committed restarts nothing; when it comes again it does, once', async (t) => {
  const { performed, start, ask } = await setUp(t, done);
  const { store, handle } = await start();
  const event = pressed();
  const { accept } = store;
  store.accept = async () => {
    throw new StoreUnavailable('disk full');
  };
  await assert.rejects(ask(handle, event), StoreUnavailable);
  assert.deepEqual(performed, []);
  store.accept = accept;
  assert.equal((await ask(handle, event)).reply?.text, 'Restarted web.');
  assert.deepEqual(performed, ['web']);
});

test('an effect that was accepted before the program was killed is performed by the next one', async (t) => {
  const { clock, performed, start } = await setUp(t, done);
  const { store, effects } = await start();
  await effects.stop();
  const asker = { team: 'T1', user: 'U1', channel: 'C1', isPrivate: true, trace: 'abc' };
  await store.accept({ effects: [{ id: randomUUID(), name: 'restart', argument: 'web', asker }] });
  const { sent } = await start();
  await clock.advance(10);
  assert.deepEqual(performed, ['web']);
  const [told] = await sent();
  assert.deepEqual(
    [told?.text, told?.destination.address, told?.onlyFor, told?.trace],
    ['Restarted web.', 'C1', 'U1', 'abc'],
  );
});

test('an effect that was under way when the program was killed is not done again: the asker is told so', async (t) => {
  const { clock, performed, start, ask } = await setUp(t, () => new Promise(() => {}));
  const killed = await start();
  await ask(killed.handle, pressed(), 2_000);
  assert.deepEqual(performed, ['web']);
  const next = await start();
  await clock.advance(119_000);
  assert.match(
    (await next.sent()).map(({ text }) => text).join(),
    /^How `restart` ended is not known: .* before you ask for it again\.$/,
  );
  await clock.advance(300_000);
  assert.deepEqual([performed, (await next.sent()).length], [['web'], 1]);
});

test('a repeatable effect that was under way when the program was killed is done again', async (t) => {
  let calls = 0;
  const perform: Performer = () => {
    calls += 1;
    return calls === 1 ? new Promise(() => {}) : done('web', {} as never);
  };
  const { clock, performed, start, ask } = await setUp(t, Object.assign(perform, { repeatable: true }));
  const killed = await start();
  await ask(killed.handle, pressed(), 2_000);
  Object.assign(killed.store, { claimEffects: async () => [], finishEffect: () => new Promise(() => {}) });
  const next = await start();
  await clock.advance(130_000);
  assert.deepEqual([performed, (await next.sent()).map(({ text }) => text)], [['web', 'web'], ['Restarted web.']]);
});

test('an outcome that comes late is told to the asker alone, and the answer says that it will come', async (t) => {
  const { clock, start, ask } = await setUp(t, async () => {
    await new Promise<void>((resolve) => clock.after(5_000, resolve));
    return 'Restarted web.';
  });
  const { handle, sent } = await start();
  assert.equal((await ask(handle, pressed(), 2_000)).reply?.text, 'It takes its time.');
  assert.deepEqual(await sent(), []);
  await clock.advance(5_000);
  assert.deepEqual(
    (await sent()).map(({ text, destination, onlyFor }) => [text, destination.address, onlyFor]),
    [['Restarted web.', 'C1', 'U1']],
  );
});

test('an outcome that is being written down when the time for the answer is up is not lost', async (t) => {
  const { clock, start, ask } = await setUp(t, done);
  const { store, handle, sent } = await start();
  const { finishEffect } = store;
  store.finishEffect = async (id, unit) => {
    await new Promise<void>((resolve) => clock.after(3_000, resolve));
    return finishEffect(id, unit);
  };
  assert.equal((await ask(handle, pressed(), 3_000)).reply?.text, 'Restarted web.');
  assert.deepEqual(await sent(), []);
});

test('the answer comes in time although the command itself took long', async (t) => {
  const { clock, start } = await setUp(t, () => new Promise(() => {}));
  const slow: BotCommand = {
    ...restart,
    async run(asked, tools) {
      await new Promise<void>((resolve) => clock.after(1_500, resolve));
      return restart.run(asked, tools);
    },
  };
  const { handle } = await start(slow);
  let answered: string | undefined;
  void handle(pressed()).then(({ reply }) => {
    answered = reply?.text;
  });
  await clock.advance(1_990);
  assert.equal(answered, undefined);
  await clock.advance(20);
  assert.equal(answered, 'It takes its time.');
});

test('of a command in a message the outcome is the answer, where the message was written', async (t) => {
  const { start, ask } = await setUp(t, done);
  const { handle, sent } = await start();
  await ask(handle, incoming({ text: '<@UBOT> restart web', channel: 'C7', threadTs: '1.1' }));
  assert.deepEqual(
    (await sent()).map(({ text, destination, threadTs, onlyFor }) => [text, destination.address, threadTs, onlyFor]),
    [['Restarted web.', 'C7', '1.1', undefined]],
  );
});

test('in several commands each is answered, and the effect after the others', async (t) => {
  const { start, ask } = await setUp(t, done);
  const { handle } = await start();
  const { reply } = await ask(handle, pressed({ text: 'restart web\nquote' }));
  assert.equal(reply?.text, 'A quote.\nRestarted web.');
});

test('a refusal is told in its words; another failure by its trace, for its message may hold a secret', async (t) => {
  const errors = [new WrongState('web is <protected>'), new TypeError('token xoxb-1 of undefined')];
  const { start, ask } = await setUp(t, async () => {
    throw errors.shift();
  });
  const { handle, counted } = await start();
  assert.equal((await ask(handle, pressed())).reply?.text, 'web is &lt;protected&gt;');
  assert.equal(
    (await ask(handle, pressed())).reply?.text,
    '`restart` failed; the log has the reason, by the trace abc.',
  );
  assert.deepEqual(await counted(), [['failed', 2]]);
});

test('an effect whose module was turned off is not performed, and says so', async (t) => {
  const { start, ask } = await setUp(t, null);
  const { handle } = await start();
  assert.equal((await ask(handle, pressed())).reply?.text, '`restart` is turned off now; nothing was done.');
});

test('the outcome of an effect is told though the store is full for a while when it ends', async (t) => {
  const { start, ask, clock, performed } = await setUp(t, done);
  const { store, handle, sent, counted } = await start();
  const { finishEffect } = store;
  let refusals = 3;
  store.finishEffect = async (id, unit) => {
    refusals -= 1;
    if (refusals >= 0) throw new StoreUnavailable('disk full');
    return finishEffect(id, unit);
  };
  await ask(handle, incoming({ text: '<@UBOT> restart web' }), 5_000);
  await clock.advance(200_000);
  assert.deepEqual([performed, await counted()], [['web'], [['done', 1]]]);
  assert.deepEqual(
    (await sent()).map(({ text }) => text),
    ['Restarted web.'],
  );
});

test('a clock that jumps forward does not make an effect that is under way look interrupted', async (t) => {
  const { clock, performed, start, ask } = await setUp(t, async () => {
    await new Promise<void>((resolve) => clock.after(20_000, resolve));
    return 'Restarted web.';
  });
  const { handle, sent } = await start();
  await ask(handle, pressed(), 2_000);
  clock.jump(86_400_000);
  await clock.advance(30_000);
  assert.deepEqual([performed, (await sent()).map(({ text }) => text)], [['web'], ['Restarted web.']]);
});

test('stop waits for what is under way', async (t) => {
  const { clock, start, ask } = await setUp(t, async () => {
    await new Promise<void>((resolve) => clock.after(3_000, resolve));
    return 'Restarted web.';
  });
  const { effects, handle, sent } = await start();
  await ask(handle, pressed(), 2_000);
  let stopped = false;
  const stopping = effects.stop().then(() => {
    stopped = true;
  });
  await clock.advance(500);
  assert.equal(stopped, false);
  await clock.advance(1_000);
  await stopping;
  assert.deepEqual(
    (await sent()).map(({ text }) => text),
    ['Restarted web.'],
  );
});
