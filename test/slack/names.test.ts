import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IncomingMessage } from '../../src/domain/event.ts';
import { withRig } from './support.ts';

const visibleOf = (event: unknown) => (event as IncomingMessage).visible;

describe('names in messages', () => {
  it('mentioned users and channels are read by their names, with one question a user', () =>
    withRig({}, async (rig) => {
      await rig.slack.directory.refresh();
      for (const text of ['ask <@U1> in <#C2>', 'ask <@U1> again'])
        await rig.fake.say({ channel: 'C1', text }).delivered;
      assert.deepEqual(rig.events.map(visibleOf), ['ask @ada in #ops', 'ask @ada again']);
      assert.match((rig.events[0] as IncomingMessage).references ?? '', /<@U1> in <#C2>/);
      assert.equal(rig.fake.callsOf('users.info').length, 1);
    }));

  it('a name that Slack does not tell holds an event up for a moment only; the id stays', () =>
    withRig({ slack: { timings: { callMs: 30_000 } } }, async (rig) => {
      rig.fake.faults.add({ method: 'users.info', kind: 'timeout-after' });
      const startedAt = Date.now();
      await rig.fake.say({ channel: 'C1', text: 'ask <@U1>' }).delivered;
      assert.ok(Date.now() - startedAt < 25_000, 'less than the time for the call');
      assert.equal(visibleOf(rig.events[0]), 'ask @U1');
    }));

  it('a message without mentions asks nothing', () =>
    withRig({}, async (rig) => {
      await rig.fake.say({ channel: 'C1', text: 'the API is down' }).delivered;
      assert.equal(visibleOf(rig.events[0]), 'the API is down');
      assert.equal(rig.fake.callsOf('users.info').length, 0);
    }));
});
