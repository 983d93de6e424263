import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withButtons } from '../../src/pipeline/act.ts';
import type { EventHandler } from '../../src/ports/source.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';

const text = 'Restart web?';
const blocks = withButtons(text, [
  { label: 'Restart', command: 'restart web', style: 'danger' },
  { label: 'Leave it', command: 'quote' },
]);
const shown = [
  { label: 'Restart', value: 'restart web', danger: true },
  { label: 'Leave it', value: 'quote' },
];

async function start(handler: EventHandler) {
  const simulator = createSimulator(() => 1_700_000_000_000, assert.fail);
  await simulator.source.start(handler);
  return simulator;
}

test('an answer to a command has its buttons, and only the asker sees it', async () => {
  const simulator = await start(async () => ({ duplicate: false, reply: { text, blocks } }));
  assert.equal(await simulator.command({ channel: 'general', user: 'U1', text: 'restart web' }), text);
  const [message] = simulator.workspace.messages();
  assert.deepEqual([message?.text, message?.ephemeralTo, message?.buttons], [text, 'U1', shown]);
});

test('so has a message, and an edit may take them away', async () => {
  const simulator = await start(async () => ({ duplicate: false, reply: null }));
  assert.equal(await simulator.command({ channel: 'general', user: 'U1', text: 'x' }), null);
  const message = { deliveryId: 'd', team: 'TSIM', channel: 'general', text, blocks };
  const sent = await simulator.sender.post(message);
  assert.ok(sent.kind === 'sent');
  assert.deepEqual(simulator.workspace.messages()[0]?.buttons, shown);
  await simulator.sender.update({ ...message, blocks: undefined }, sent.value);
  assert.deepEqual(simulator.workspace.messages()[0]?.buttons, []);
});
