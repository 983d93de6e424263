import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nanoseconds } from '../../../src/docker/index.ts';
import type { LogLine } from '../../../src/docker/log-line.ts';
import { createPosition, type Position } from '../../../src/modules/jobs/targets/container/position.ts';
import { Random } from '../../support/random.ts';

const epoch = Date.parse('2026-11-29T12:00:00Z');
/** @param ns after the epoch of this test */
function line(ns: number, text: string, stream: LogLine['stream'] = 'stdout'): LogLine {
  const second = new Date(epoch + Math.floor(ns / 1e9) * 1_000).toISOString().slice(0, 19);
  return { stream, text, time: `${second}.${String(ns % 1e9).padStart(9, '0')}Z` };
}

/** What Docker sends of a log for `since`: lines with that time or a later one, in the order of the log. */
function read(log: LogLine[], position: Position, most = log.length): string[] {
  const since = position.since();
  const from = since === null ? 0n : BigInt(since.replace('.', ''));
  position.rewind();
  const sent = log.filter(({ time }) => nanoseconds(time) >= from).slice(0, most);
  return sent.filter((each) => position.takeLogged(each)).map(({ text }) => text);
}

describe('the position in a log', () => {
  it('takes each line once: those with one time, and those that were logged after a later one', () => {
    const seeded = new Random(7);
    const random = () => seeded.next();
    for (let round = 0; round < 200; round += 1) {
      const log: LogLine[] = [];
      const texts: string[] = [];
      let position = createPosition(null);
      let ns = 0;
      for (let n = 0; n < 300; n += 1) {
        if (random() < 0.5) ns += Math.floor(random() * 200_000_000);
        const stream = random() < 0.3 ? 'stderr' : 'stdout';
        // The other stream's lines come up to 0.3 s late, so that the log is not in the order of time.
        log.push(line(stream === 'stderr' ? Math.max(0, ns - 300_000_000) : ns, String(n), stream));
        if (random() < 0.1) {
          texts.push(...read(log, position, Math.floor(random() * log.length)));
          if (random() < 0.5) position = createPosition(position.toString());
        }
      }
      texts.push(...read(log, position));
      assert.deepEqual(
        texts,
        log.map(({ text }) => text),
      );
      assert.deepEqual(read(log, position), [], 'nothing is left');
    }
  });

  it('takes of the log what did not come from the running container', () => {
    const log = [line(1, 'a'), line(2, 'b', 'stderr'), line(3, 'c'), line(4, 'd', 'stderr'), line(5, 'e')];
    const position = createPosition(null);
    // In another order than in the log.
    for (const each of [log[1], log[0], log[2]]) position.takeLive(each as LogLine, epoch);
    assert.deepEqual(read(log, createPosition(position.toString())), ['d', 'e']);
  });

  it('is not fooled by a log that was rotated: later lines are never skipped', () => {
    const position = createPosition(null);
    for (let n = 0; n < 1_000; n += 1) position.takeLive({ time: '', stream: 'stdout', text: '' }, epoch);
    const rest = [line(0, 'taken'), line(2e9, 'new'), line(3e9, 'newer')];
    assert.deepEqual(read(rest, position), ['new', 'newer']);
  });

  it('reads a long log from near its end', () => {
    const log = Array.from({ length: 1_000 }, (_, n) => line(n * 1e9, String(n)));
    const position = createPosition(null);
    read(log, position);
    assert.ok(Number(position.since()) > epoch / 1_000 + 990, String(position.since()));
    assert.deepEqual(read([...log, line(1e12, 'new')], createPosition(position.toString())), ['new']);
  });

  it('takes no error of Docker for a line', () => {
    assert.deepEqual(read([{ time: '', stream: 'stderr', text: 'Error grabbing logs' }], createPosition(null)), []);
  });
});
