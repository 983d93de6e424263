import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, createCommands } from '../../../src/commands/index.ts';
import type { EffectAsker } from '../../../src/domain/effect.ts';
import type { BeatStatus } from '../../../src/modules/watch/beats/types.ts';
import { createCheckNow } from '../../../src/modules/watch/check-now.ts';
import { createWatchCommands, createWatchPerformers } from '../../../src/modules/watch/commands.ts';
import type { CheckStatus, Result } from '../../../src/modules/watch/result.ts';
import { fakeTools } from '../../commands/fake-tools.ts';
import { manualClock } from '../../support/clock.ts';
import { beat, broken, fakeChecks, fine, noon, status } from './fakes.ts';

function setUp(list: CheckStatus[], beats: BeatStatus[] = [], result: Result = fine) {
  const checks = fakeChecks(list, result);
  const checkNow = createCheckNow(checks, manualClock(noon));
  const commands = createCommands(createWatchCommands({ checks, checkNow, beats: { list: () => beats } }));
  const performers = createWatchPerformers(checkNow);
  const say = (text: string, more: Partial<Asked> = {}) =>
    commands.run(
      text,
      { team: 'T1', user: 'U1', channel: 'C1', role: null, isMember: async () => true, now: noon, ...more },
      fakeTools(),
    );
  /** The reply, or the outcome of the effect. */
  async function answer(text: string, more: Partial<Asked> = {}): Promise<string> {
    const { reply, effects = [] } = await say(text, more);
    const [effect] = effects;
    if (effect === undefined) return reply;
    return (await performers[effect.name]?.(effect.argument, {} as EffectAsker)) ?? '';
  }
  return { say, answer, checks };
}

test('`checks` lists what is down or late, the worst first, and counts the rest', async () => {
  const { answer } = setUp(
    [
      status('api', { state: 'failing', last: broken, since: noon - 20_000 }),
      status('cache', { state: 'maintenance' }),
      status('shop', { state: 'down', last: broken, since: noon - 5_400_000 }),
      status('site'),
    ],
    [
      beat('backup', { state: 'late', problem: 'No ping since <noon>.' }),
      beat('new', { state: 'waiting' }),
      beat('ok'),
    ],
  );
  assert.equal(
    await answer('checks'),
    [
      ':x: *shop* down for 1h 30m: Nothing listens at &lt;shop&gt;:443.',
      ':warning: *api* failing for 20s: Nothing listens at &lt;shop&gt;:443.',
      ':construction: *cache* in maintenance for 1h: https://shop.example.com/health',
      ':x: *backup* No ping since &lt;noon&gt;.',
      '4 checks: 1 down, 1 failing, 1 in maintenance, 1 up. 3 beats: 1 late or failed, 1 in time, 1 waiting for the first ping.',
    ].join('\n'),
  );
});

test('`checks` says how to begin, and lists 30 lines at most', async () => {
  assert.match(await setUp([]).answer('checks'), /^Nothing is watched yet: a file `watch\/my.yaml`/);
  assert.equal(await setUp([status('shop')]).answer('checks'), '1 check: 1 up.');
  const many = Array.from({ length: 40 }, (_, at) => status(`c${at}`, { state: 'down', last: broken }));
  const lines = (await setUp(many).answer('checks')).split('\n');
  assert.deepEqual(lines.slice(-2), ['… and 10 more', '40 checks: 40 down.']);
  assert.equal(lines.length, 32);
});

test('`check NAME` makes the check and answers with its result', async () => {
  const { answer, say, checks } = setUp([status('Shop-1')]);
  assert.equal(await answer('check shop-1'), ':white_check_mark: *Shop-1*: 200 in 84 ms');
  assert.deepEqual(checks.ran, ['Shop-1']);
  const [effect] = (await say('check `Shop-1`')).effects ?? [];
  assert.deepEqual(
    [effect?.argument, effect?.late],
    ['{"name":"Shop-1"}', 'Shop-1 has not answered yet; the result follows.'],
  );
  assert.equal(
    await setUp([status('shop')], [], broken).answer('check shop'),
    ':x: *shop*: Nothing listens at &lt;shop&gt;:443.',
  );
  const linked = setUp([status('shop.example.com')]);
  await linked.answer('check <http://shop.example.com|shop.example.com>');
  assert.deepEqual(linked.checks.ran, ['shop.example.com'], 'Slack made a link of it');
  const busy = { ...fine, ownFault: true };
  assert.match(await setUp([status('shop')], [], busy).answer('check shop'), /this program was too busy/);
});

test('`check` with a slip of the pen names the nearest check, and without a name says what is missing', async () => {
  const { answer, checks } = setUp([status('shop'), status('database')]);
  assert.equal(await answer('check databse'), 'There is no check "databse". Did you mean "database"?');
  assert.equal(
    await answer('check &lt;!channel&gt;'),
    'There is no check "&lt;!channel&gt;". The page Watch lists all of them.',
  );
  assert.match(await answer('check'), /^Say which one: `check shop`/);
  assert.match(await answer('check the logs please'), /^Say which one/);
  assert.deepEqual(checks.ran, []);
});

test('guests and viewers make no checks; they may ask what is down', async () => {
  const { answer, checks } = setUp([status('shop')]);
  assert.match(await answer('check shop', { role: 'viewer' }), /USERS_FILE says so/);
  assert.match(await answer('check shop', { isMember: async () => false }), /not guests/);
  assert.equal(await answer('checks', { role: 'viewer' }), '1 check: 1 up.');
  assert.deepEqual(checks.ran, []);
});
