import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import type { IncomingEvent } from '../../src/domain/event.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';

test('the bot’s own posts come back as events, but for those that one user sees', async () => {
  const simulator = createSimulator(() => 1_700_000_000_000, assert.fail);
  const events: IncomingEvent[] = [];
  await simulator.source.start(async (event) => {
    events.push(event);
    throw new Error('the store is full');
  });
  const post = (text: string, onlyFor?: string) =>
    simulator.sender.post({ deliveryId: text, team: 'TSIM', destination: inSlack('#ops'), text, onlyFor });
  assert.equal((await post('for all')).kind, 'sent', 'also if the event cannot be handled');
  await post('for one', 'U1');
  assert.deepEqual(
    events.map((event) => event.kind === 'message' && [event.text, event.own, event.fromBot]),
    [['for all', true, true]],
  );
});

test('messages of the simulator are recorded as Slack’s are, the bot’s own if they are asked for', async () => {
  for (const ownMessages of [false, true]) {
    const simulator = createSimulator(() => 1_700_000_000_000, assert.fail, { namespace: 'n', ownMessages });
    const events: IncomingEvent[] = [];
    await simulator.source.start(async (event) => {
      events.push(event);
      return { duplicate: false, reply: null };
    });
    await simulator.say({ channel: '#ops', user: 'U1', text: 'hello' });
    const message = { deliveryId: 'd', team: 'TSIM', destination: inSlack('#ops'), text: 'own' };
    const posted = await simulator.sender.post(message);
    const ref = posted.kind === 'sent' ? posted.value : assert.fail();
    await simulator.sender.update({ ...message, text: 'edited' }, ref);
    await simulator.sender.delete('TSIM', ref);
    const bodies = events.flatMap((event) =>
      'recorded' in event && event.recorded ? [JSON.parse(event.recorded.body)] : [],
    );
    assert.deepEqual(
      bodies.map(({ type, text, user_uid, namespace }) => [type, text, user_uid, namespace]),
      [
        ['message_new', 'hello', 'U1', 'n'],
        ...(ownMessages
          ? [
              ['message_new', 'own', 'U0BOT', 'n'],
              ['message_edited', 'edited', 'U0BOT', 'n'],
              ['message_deleted', '', 'U0BOT', 'n'],
            ]
          : []),
      ],
    );
    assert.equal(new Set(bodies.map(({ id }) => id)).size, bodies.length);
  }
});
