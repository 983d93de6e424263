import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLineReader } from '../../src/docker/frames.ts';
import { frame } from '../fakes/docker/world.ts';

const time = '2026-01-02T03:04:05.000000001Z';

test('frames are parsed however they are split into chunks', () => {
  const bytes = Buffer.concat([
    frame(1, `${time} one\n`),
    frame(2, `${time} zwei – ü 🙂\n`),
    frame(1, `${time} \n`),
    frame(1, `${time} last, without an end`),
  ]);
  const expected = [
    { time, stream: 'stdout', text: 'one' },
    { time, stream: 'stderr', text: 'zwei – ü 🙂' },
    { time, stream: 'stdout', text: '' },
    { time, stream: 'stdout', text: 'last, without an end' },
  ];
  for (let size = 1; size <= bytes.length; size += 1) {
    const reader = createLineReader(false);
    const lines = [];
    for (let from = 0; from < bytes.length; from += size) lines.push(...reader.push(bytes.subarray(from, from + size)));
    assert.deepEqual([...lines, ...reader.end()], expected, `in pieces of ${size}`);
  }
});

test('a line that Docker split into parts with a time each is joined again', () => {
  const reader = createLineReader(false);
  const lines = [
    ...reader.push(frame(1, `${time} ${'a'.repeat(16_384)}`)),
    ...reader.push(frame(2, `${time} between\n`)),
    ...reader.push(frame(1, `${time} ${'b'.repeat(10)}\n`)),
  ];
  assert.deepEqual(
    lines.map(({ stream, text }) => [stream, text.length]),
    [
      ['stderr', 7],
      ['stdout', 16_394],
    ],
  );
  assert.ok(lines[1]?.text.endsWith('abbbbbbbbbb'));
});

test('a TTY’s output is split into lines without frames', () => {
  const reader = createLineReader(true);
  assert.deepEqual(reader.push(Buffer.from(`${time} on`)), []);
  assert.deepEqual(reader.push(Buffer.from(`e\r\n${time} two\r\n${time} thr`)), [
    { time, stream: 'stdout', text: 'one' },
    { time, stream: 'stdout', text: 'two' },
  ]);
  assert.deepEqual(reader.end(), [{ time, stream: 'stdout', text: 'thr' }]);
});

test('memory is bounded for an endless line and for an invalid frame', () => {
  const framed = createLineReader(false);
  for (let i = 0; i < 100; i += 1) framed.push(frame(1, 'x'.repeat(16_384)));
  assert.equal(framed.end()[0]?.text.length, 65_536);
  const terminal = createLineReader(true);
  assert.equal(terminal.push(Buffer.alloc(70_000, 'x'))[0]?.text.length, 65_536);
  assert.deepEqual(terminal.end(), []);
  assert.throws(() => createLineReader(false).push(Buffer.from('plain text, no frame at all')), RangeError);
});

test('the rest of a truncated line is not kept in memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const reader = createLineReader(false);
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 4_000; i += 1) reader.push(frame(1, 'x'.repeat(16_384)));
  collect();
  const kept = process.memoryUsage().arrayBuffers - before;
  // Of 64 MiB; what was collected is given back a little later.
  assert.ok(kept < 32 * 1024 * 1024, `${kept} bytes`);
  assert.equal(reader.end().length, 1);
});
