import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readAll } from '../../src/cli/input.ts';
import { minuteStore } from '../../src/http/minute-store.ts';
import { loadPack } from '../../src/replies/load-pack.ts';
import { createWorkspace } from '../../src/simulator/workspace.ts';
import { manualClock } from '../support/clock.ts';

test('the simulator forgets its oldest messages and files when there are too many or they are too large', () => {
  const workspace = createWorkspace(() => 1_700_000_000_000);
  for (let index = 0; index < 300; index += 1) workspace.post({ channel: 'C1', user: 'U1', text: 'x'.repeat(40_000) });
  const characters = workspace.messages().reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(characters <= 4 * 1024 * 1024 && characters > 4_000_000, `${characters}`);
  const first = workspace.addFile('first', 'text/plain', new Uint8Array());
  for (let index = 0; index < 1_000; index += 1) workspace.addFile('empty', 'text/plain', new Uint8Array());
  assert.throws(() => workspace.file(first.id), /There is no file/);
});

test('a reply pack that is too long, or whose aliases make too many replies, is refused with the limit', () => {
  assert.throws(() => loadPack(`name: x\n# ${'x'.repeat(1_048_577)}`, 'x.yaml'), /at most 1048576 are read/);
  const list = Array.from({ length: 1_000 }, (_, index) => `    - reply ${index}`).join('\n');
  const triggers = Array.from({ length: 30 }, (_, index) => `  word${index}: *all`).join('\n');
  assert.throws(
    () => loadPack(`name: x\ntriggers:\n  first: &all\n${list}\n${triggers}\n`, 'x.yaml'),
    /more than 20000 replies in all/,
  );
});

test('stdin without an end is refused instead of filling the memory', async () => {
  let given = 0;
  const endless = new Readable({
    read() {
      given += 65_536;
      this.push(Buffer.alloc(65_536));
    },
  });
  await assert.rejects(readAll(endless), /stdin has more than 2 MiB/);
  assert.ok(given < 4 * 1024 * 1024);
});

test('the limit of a minute is over after a minute, also when the clock is set back meanwhile', () => {
  const clock = manualClock();
  const store = new (minuteStore(clock))();
  const ask = () => {
    let current = 0;
    store.incr('address', (_error, result) => (current = result?.current ?? 0), 60_000);
    return current;
  };
  assert.deepEqual([ask(), ask()], [1, 2]);
  clock.jump(-86_400_000);
  clock.skip(59_999);
  assert.equal(ask(), 3);
  clock.skip(1);
  assert.equal(ask(), 1);
});
