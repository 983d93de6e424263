import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../src/domain/clock.ts';
import { eventually, type Rig, type RigOptions, withRig } from './support.ts';

const idle: RigOptions = { start: false };
const lists = (rig: Rig) => rig.fake.callsOf('conversations.list').length;

/** A clock that stands still until it is moved; enough for the directory, which sets no timers. */
function handClock(): Clock & { nowMs: number } {
  const clock = { nowMs: 1_000_000, now: () => 0, monotonic: () => clock.nowMs, after: () => () => {} };
  return clock;
}

describe('directory', () => {
  it('finds a channel however it is written, with one list for all', () =>
    withRig(idle, async ({ slack: { directory }, ...rig }) => {
      const written = ['#ops', 'ops', ' #OPS ', 'C2', '<#C2>', '<#C2|ops>'];
      const found = await Promise.all(written.map((one) => directory.findChannel(one)));
      assert.deepEqual(
        found,
        written.map(() => 'C2'),
      );
      assert.equal(lists(rig as Rig), 1);
      assert.equal(await directory.findChannel('secret'), 'C3');
      assert.equal(await directory.findChannel('GENERAL'), 'C1');
      assert.equal(directory.nameOf('C3'), 'secret');
      assert.equal(directory.kindOf('C3'), 'private');
      assert.equal(directory.kindOf('C1'), 'channel');
      assert.equal(directory.nameOf('C99'), null);
      // Archived ones take no messages; private ones without us cannot be seen.
      for (const one of ['attic', 'closed-doors', 'nowhere', '']) assert.equal(await directory.findChannel(one), null);
      assert.equal(lists(rig as Rig), 1, 'a name that is not there is not asked for again at once');
    }));

  it('reads all pages', () => {
    const channels = Array.from({ length: 1_234 }, (_, i) => ({ id: `C${i}`, name: `room-${i}` }));
    return withRig({ ...idle, fake: { teams: [{ id: 'T1', channels }] } }, async (rig) => {
      assert.equal(await rig.slack.directory.findChannel('#room-1233'), 'C1233');
      assert.equal(lists(rig), 2);
    });
  });

  it('is read again after ten minutes, and for a new name after half a minute', () => {
    const clock = handClock();
    return withRig({ ...idle, slack: { clock } }, async (rig) => {
      const { directory } = rig.slack;
      await directory.findChannel('ops');
      rig.fake
        .team()
        .channels.push({ ...(rig.fake.team().channels[0] as never as object), id: 'C70', name: 'new' } as never);
      assert.equal(await directory.findChannel('new'), null);
      clock.nowMs += 31_000;
      assert.equal(await directory.findChannel('new'), 'C70');
      assert.equal(lists(rig), 2);

      clock.nowMs += 599_000;
      await directory.findChannel('ops');
      assert.equal(lists(rig), 2);
      clock.nowMs += 2_000;
      await directory.findChannel('ops');
      assert.equal(lists(rig), 3);
    });
  });

  it('a list that fails keeps what was known, and is tried again a little later', () => {
    const clock = handClock();
    return withRig({ ...idle, slack: { clock } }, async (rig) => {
      const { directory } = rig.slack;
      await directory.findChannel('ops');
      clock.nowMs += 700_000;
      rig.fake.faults.add({ method: 'conversations.list', kind: 'status', status: 429, retryAfterS: 20 });
      assert.equal(await directory.findChannel('ops'), 'C2');
      assert.equal(await directory.findChannel('ops'), 'C2');
      assert.equal(lists(rig), 2);
      assert.deepEqual(rig.errors, ['Slack error : ratelimited']);
      clock.nowMs += 19_000;
      await directory.findChannel('ops');
      assert.equal(lists(rig), 2, 'as long as Slack said');
      clock.nowMs += 2_000;
      await directory.findChannel('ops');
      assert.equal(lists(rig), 3);
    });
  });

  it('a rename counts at once', () =>
    withRig({}, async (rig) => {
      const { directory } = rig.slack;
      assert.equal(await directory.findChannel('ops'), 'C2');
      const channel = rig.fake.team().channels.find((one) => one.id === 'C2');
      assert.ok(channel);
      channel.name = 'operations';
      await rig.fake.sendEvent({ type: 'channel_rename', channel: { id: 'C2', name: 'operations', created: 1 } });
      assert.equal(await directory.findChannel('operations'), 'C2');
      assert.equal(await directory.findChannel('ops'), null);
    }));

  it('reads the list again when we are invited, not when others are', () =>
    withRig({}, async (rig) => {
      await rig.slack.directory.refresh();
      const before = lists(rig);
      const joined = (user: string) =>
        rig.fake.sendEvent({ type: 'member_joined_channel', user, channel: 'C6', channel_type: 'G', team: 'T1' });
      await joined('U2');
      rig.slack.directory.nameOf('C6');
      assert.equal(lists(rig), before);
      await joined('UBOT');
      await eventually(() => {
        rig.slack.directory.nameOf('C6');
        return lists(rig) > before;
      }, 'a new list');
    }));

  it('listed channels: by name or id, known before the first event comes', () =>
    withRig({ slack: { channelNames: ['#secret', 'C2', '<#C5|strangers>', 'no-such'] } }, async (rig) => {
      const { directory } = rig.slack;
      assert.deepEqual(
        ['C1', 'C2', 'C3', 'C5'].map((id) => directory.isListed(id)),
        [false, true, true, true],
      );
      assert.equal(directory.channelOf('no-such'), null);
      assert.equal(directory.channelOf('#secret')?.id, 'C3');
    }));

  it('a list that cannot be read does not hold up the start', () =>
    withRig({ ...idle, slack: { channelNames: ['#secret'], timings: { startMs: 300 } } }, async (rig) => {
      rig.fake.faults.add({ method: 'conversations.list', kind: 'timeout-after' });
      await rig.slack.source.start(async () => ({ duplicate: false, reply: null }));
      await rig.fake.waitForSockets(2);
      assert.equal(rig.slack.directory.isListed('C3'), false);
      assert.equal(rig.slack.directory.reads(), 0);
    }));

  it("opens somebody's direct messages once", () =>
    withRig(idle, async (rig) => {
      const { directory } = rig.slack;
      const ids = [await directory.findConversation('U1'), await directory.findConversation('<@U1|ada>')];
      assert.deepEqual(ids, ['DU1', 'DU1']);
      assert.equal(rig.fake.callsOf('conversations.open').length, 1);
      assert.equal(await directory.findConversation('U99'), null);
      assert.equal(await directory.findConversation('#ops'), 'C2');
    }));
});
