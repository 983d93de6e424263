import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readAll } from '../../src/cli/input.ts';

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
