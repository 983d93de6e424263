import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from '../../src/cli/event-stream.ts';

/** The bytes of a text, one at a time: a letter and a line may be split anywhere. */
async function* bytesOf(text: string) {
  for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
}

async function read(text: string) {
  const events = [];
  for await (const event of readEvents(bytesOf(text))) events.push(event);
  return events;
}

test('events have a name, the lines of their data and the last id', async () => {
  const text =
    'retry: 2000\n\n:\n\nid: 1\nevent: message\ndata: ü: one\n\nid: 2\ndata:  two\ndata:\ndata: three\n\nevent: end\ndata: {}\n\ndata: cut off';
  assert.deepEqual(await read(text), [
    { event: 'message', data: 'ü: one', id: '1' },
    { event: 'message', data: ' two\n\nthree', id: '2' },
    { event: 'end', data: '{}', id: '2' },
  ]);
});

test('an event without an end is refused before it fills the memory', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(65_536, 'x');
  }
  await assert.rejects(async () => {
    for await (const event of readEvents(endless())) assert.fail(event.data);
  }, RangeError);
});
