import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPack } from '../../src/replies/load-pack.ts';

test('a reply pack that is too long, or whose aliases make too many replies, is refused with the limit', () => {
  assert.throws(() => loadPack(`name: x\n# ${'x'.repeat(1_048_577)}`, 'x.yaml'), /at most 1048576 are read/);
  const list = Array.from({ length: 1_000 }, (_, index) => `    - reply ${index}`).join('\n');
  const triggers = Array.from({ length: 30 }, (_, index) => `  word${index}: *all`).join('\n');
  assert.throws(
    () => loadPack(`name: x\ntriggers:\n  first: &all\n${list}\n${triggers}\n`, 'x.yaml'),
    /more than 20000 replies in all/,
  );
});
