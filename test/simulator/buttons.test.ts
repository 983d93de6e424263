import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf } from '../../src/destinations/slack/index.ts';
import type { Button } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import type { EventHandler } from '../../src/ports/source.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';

const text = 'Restart web?';
const buttons: Button[] = [
  { label: 'Restart', command: 'restart web', style: 'danger' },
  { label: 'Leave it', command: 'quote' },
];
const shown = [
  { label: 'Restart', value: 'restart web', danger: true },
  { label: 'Leave it', value: 'quote' },
];

async function start(handler: EventHandler) {
  const simulator = createSimulator(() => 1_700_000_000_000, assert.fail);
  await simulator.source.start(handler);
  return simulator;
}

test('the reply to a command shows its buttons, and only the user who asked sees it', async () => {
  const simulator = await start(async () => ({ duplicate: false, reply: { text, buttons } }));
  assert.equal(await simulator.command({ channel: 'general', user: 'U1', text: 'restart web' }), text);
  const [message] = simulator.workspace.messages();
  assert.deepEqual([message?.text, message?.ephemeralTo, message?.buttons], [text, 'U1', shown]);
});

test('a sent message shows its buttons, and an edit can remove them', async () => {
  const simulator = await start(async () => ({ duplicate: false, reply: null }));
  assert.equal(await simulator.command({ channel: 'general', user: 'U1', text: 'x' }), null);
  const message = { deliveryId: 'd', team: 'TSIM', destination: inSlack('general'), text, buttons };
  const sent = await simulator.sender.post(message);
  assert.ok(sent.kind === 'sent');
  assert.deepEqual(simulator.workspace.messages()[0]?.buttons, shown);
  await simulator.sender.update({ ...message, buttons: undefined, blocks: blocksOf(message) }, sent.value);
  assert.deepEqual(simulator.workspace.messages()[0]?.buttons, shown, 'the same as blocks of Slack');
  await simulator.sender.update({ ...message, buttons: undefined }, sent.value);
  assert.deepEqual(simulator.workspace.messages()[0]?.buttons, []);
});

test('a message keeps its tone, and a reply to a deleted message stands in the channel', async () => {
  const { sender, workspace } = await start(async () => ({ duplicate: false, reply: null }));
  const message = { deliveryId: 'd', team: 'TSIM', destination: inSlack('general'), text, tone: 'critical' as const };
  const card = await sender.post(message);
  assert.ok(card.kind === 'sent' && card.value.threadGone === undefined);
  await sender.update({ ...message, tone: 'resolved' }, card.value);
  assert.equal(workspace.messages()[0]?.tone, 'resolved');
  await sender.delete('TSIM', card.value);
  const reply = await sender.post({ ...message, deliveryId: 'r', threadTs: card.value.ts });
  assert.ok(reply.kind === 'sent' && reply.value.threadGone);
  assert.equal(workspace.messages().at(-1)?.threadTs, null);
});
