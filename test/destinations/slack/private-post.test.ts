import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { inSlack } from '../../../src/domain/destination.ts';
import { makeRig, type Rig } from '../../slack/support.ts';

describe('a message for one user only', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig();
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.fake.ephemerals.length = 0;
  });
  const membersOfC2 = () => rig.fake.team().channels.find(({ id }) => id === 'C2')?.members;
  const message = { deliveryId: 'd1', team: 'T1', destination: inSlack('C2'), text: 'only for you', onlyFor: 'U1' };

  it('is posted as ephemeral in the channel and thread where the user wrote', async () => {
    const outcome = await rig.slack.sender.post({ ...message, threadTs: '1700000000.000100' });
    const [shown] = rig.fake.ephemerals;
    assert.deepEqual(
      [shown?.channel, shown?.ephemeralTo, shown?.text, shown?.thread_ts],
      ['C2', 'U1', 'only for you', '1700000000.000100'],
    );
    assert.deepEqual(outcome, { kind: 'sent', value: { channel: 'C2', ts: shown?.ts, permalink: null } });
    assert.equal(rig.fake.posts.length, 0);
  });

  it('is sent as a direct message if an ephemeral message is not possible', async () => {
    membersOfC2()?.delete('U1');
    const outcome = await rig.slack.sender.post(message);
    const [post] = rig.fake.posts;
    assert.deepEqual([post?.channel, post?.text], ['DU1', 'only for you']);
    assert.equal(outcome.kind === 'sent' && outcome.value.channel, 'DU1');
    assert.equal(rig.fake.ephemerals.length, 0);
  });

  it('is retried after a rate limit, like any other message', async () => {
    membersOfC2()?.add('U1');
    rig.fake.faults.add({ method: 'chat.postEphemeral', kind: 'status', status: 429, retryAfterS: 7 });
    const outcome = await rig.slack.sender.post(message);
    assert.deepEqual(outcome.kind === 'retry' && [outcome.afterMs, outcome.scope], [7_000, 'channel']);
  });
});
