import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkspace } from '../../src/simulator/workspace.ts';

test('the simulator deletes its oldest messages and files when they are too many or too large', () => {
  const workspace = createWorkspace(() => 1_700_000_000_000);
  for (let index = 0; index < 300; index += 1) workspace.post({ channel: 'C1', user: 'U1', text: 'x'.repeat(40_000) });
  const characters = workspace.messages().reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(characters <= 4 * 1024 * 1024 && characters > 4_000_000, `${characters}`);
  const first = workspace.addFile('first', 'text/plain', new Uint8Array());
  for (let index = 0; index < 1_000; index += 1) workspace.addFile('empty', 'text/plain', new Uint8Array());
  assert.throws(() => workspace.file(first.id), /There is no file/);
});
