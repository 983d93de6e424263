import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { loadConfig, postChannels } from '../../src/app/index.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { FakeChannel } from '../fakes/slack/index.ts';
import { type Rig, type RigOptions, withRig } from './support.ts';

/** A clock that stands still until it is moved. */
function handClock(): Clock & { nowMs: number } {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs, monotonic: () => clock.nowMs, after: () => () => {} };
  return clock;
}

/** What outlives a restart. */
function makeMemory() {
  const kept = new Map<string, string>();
  const memory = {
    read: async (name: string) => kept.get(name) ?? null,
    write: (name: string, to: string) => void kept.set(name, to),
  };
  return { kept, memory };
}

function channel(rig: Rig, id: string): FakeChannel {
  const found = rig.fake.team().channels.find((one) => one.id === id);
  assert.ok(found);
  return found;
}

const alertsTo = (written: string) => postChannels(loadConfig({ ALERT_CHANNEL: written }));
const options = (slack: RigOptions['slack']): RigOptions => ({
  start: false,
  slack: { log: pino({ level: 'silent' }), ...slack },
});
const problemsOf = (rig: Rig) =>
  rig.slack.naming.problems().map(({ setting, channel: name, problem }) => `${setting} ${name} ${problem}`);

describe('settings that name channels', () => {
  it('say which are missing, archived or without the bot; and patterns that are watched in such a channel', () =>
    withRig(options({ channelNames: ['#ops', 'nowhere', 'attic', '#strangers', 'C4', 'C999999999'] }), async (rig) => {
      await rig.slack.naming.check(['C1', 'C4', 'C5']);
      assert.deepEqual(problemsOf(rig), [
        'SLACK_CHANNEL_LIST #nowhere missing',
        'SLACK_CHANNEL_LIST #attic archived',
        'SLACK_CHANNEL_LIST #strangers not_member',
        'SLACK_CHANNEL_LIST C4 archived',
        'SLACK_CHANNEL_LIST C999999999 missing',
        'patterns C4 archived',
        'patterns C5 not_member',
      ]);
      const [first] = rig.slack.naming.problems();
      assert.match(
        first?.text ?? '',
        /SLACK_CHANNEL_LIST names #nowhere, and I can see no such channel\. Correct the name/,
      );
    }));

  it('are told once, and again when something changes', () => {
    const told: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void told.push(JSON.parse(line).msg) });
    const clock = handClock();
    return withRig(options({ channelNames: ['#ops', '#nowhere'], log, clock }), async (rig) => {
      const { naming, directory } = rig.slack;
      const check = async () => {
        told.length = 0;
        for (let times = 0; times < 3; times++) await naming.check([]);
        return told.filter((text) => text.includes('SLACK_CHANNEL_LIST'));
      };
      assert.equal((await check()).length, 1);
      const calls = rig.fake.calls.length;
      assert.deepEqual(await check(), []);
      assert.equal(rig.fake.calls.length, calls, 'Slack is not asked again at each look');
      clock.nowMs += 700_000;
      assert.deepEqual(await check(), [], 'the same as before is not told again');

      channel(rig, 'C2').members.delete('UBOT');
      directory.invalidate();
      const [lost] = await check();
      assert.match(lost ?? '', /I am not a member of #ops/);
      channel(rig, 'C2').members.add('UBOT');
      directory.invalidate();
      const [back] = await check();
      assert.match(back ?? '', /^no longer so: .*#ops/);
    });
  });

  it('follow a channel that is renamed, also after a restart', async () => {
    const { kept, memory } = makeMemory();
    await withRig(options({ channelNames: ['#ops'], postChannels: alertsTo('#general'), memory }), async (rig) => {
      await rig.slack.naming.check([]);
      assert.deepEqual(rig.slack.naming.problems(), []);
    });
    assert.deepEqual([...kept.values()], ['C2', 'C1']);

    await withRig(options({ channelNames: ['#ops'], postChannels: alertsTo('#general'), memory }), async (rig) => {
      channel(rig, 'C2').name = 'operations';
      channel(rig, 'C1').name = 'everybody';
      assert.equal(rig.slack.directory.isListed('C2'), true, 'before the list is read');
      await rig.slack.naming.check([]);
      assert.equal(rig.slack.directory.isListed('C2'), true);
      assert.equal(rig.slack.directory.idOf('#general'), 'C1');
      assert.deepEqual(problemsOf(rig), ['SLACK_CHANNEL_LIST #ops renamed', 'ALERT_CHANNEL #general renamed']);

      // A new channel that takes the name is the one that the setting names.
      channel(rig, 'C5').name = 'ops';
      channel(rig, 'C5').members.add('UBOT');
      rig.slack.directory.invalidate();
      await rig.slack.naming.check([]);
      assert.deepEqual(['C2', 'C5'].map(rig.slack.directory.isListed), [false, true]);
    });
  });

  it('a Slack that cannot be asked just now changes nothing', () =>
    withRig(options({ channelNames: ['C999999999'] }), async (rig) => {
      rig.fake.faults.add({ method: 'conversations.list', kind: 'status', status: 500 });
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), []);
      rig.slack.directory.invalidate();
      rig.fake.faults.add({ method: 'conversations.info', kind: 'status', status: 500 });
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), []);
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), ['SLACK_CHANNEL_LIST C999999999 missing']);
    }));
});

describe('the channel of alerts', () => {
  const withScopes = (more: string[], alertChannel: string, use: (rig: Rig) => Promise<void>) =>
    withRig(options({ postChannels: alertsTo(alertChannel) }), (rig) => {
      const team = rig.fake.team();
      team.scopes = [...team.scopes.filter((scope) => scope !== 'channels:join'), ...more];
      return use(rig);
    });

  it('is made at the first start where the scope allows it', () =>
    withScopes(['channels:manage'], '#alerts', async (rig) => {
      await rig.slack.naming.check([]);
      await rig.slack.naming.check([]);
      assert.equal(rig.fake.callsOf('conversations.create').length, 1);
      assert.deepEqual(problemsOf(rig), []);
      assert.ok(
        rig.fake
          .team()
          .channels.find(({ name }) => name === 'alerts')
          ?.members.has('UBOT'),
      );
    }));

  it('is joined where the scope allows it', () =>
    withScopes(['channels:join'], '#strangers', async (rig) => {
      await rig.slack.naming.check([]);
      assert.ok(channel(rig, 'C5').members.has('UBOT'));
    }));

  it('that is missing is said, with the remedy', () =>
    withScopes([], '#alerts', async (rig) => {
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), ['ALERT_CHANNEL #alerts missing']);
      assert.match(rig.slack.naming.problems()[0]?.text ?? '', /Alerts reach nobody in Slack .* channels:manage/);
    }));

  it('may be public and without the bot: it may post there all the same', () =>
    withScopes([], '#strangers', async (rig) => {
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), []);
    }));

  it('is not made when it only was archived or renamed', () =>
    withScopes(['channels:manage'], '#attic', async (rig) => {
      await rig.slack.naming.check([]);
      assert.deepEqual(problemsOf(rig), ['ALERT_CHANNEL #attic archived']);
    }));
});
