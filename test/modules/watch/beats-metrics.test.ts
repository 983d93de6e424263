import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { countBeats } from '../../../src/modules/watch/beats/metrics.ts';
import type { BeatState, BeatStatus } from '../../../src/modules/watch/beats/types.ts';

function status(name: string, state: BeatState, more: Partial<BeatStatus> = {}): BeatStatus {
  return {
    beat: {
      ...{ name, place: 'watch/a.yaml', channel: null, severity: null, notify: null, fix: null },
      ...{ schedule: { kind: 'every', everyMs: 60_000 }, graceMs: 60_000, startGraceMs: 60_000 },
    },
    ...{ state, problem: null, lastAt: 1_764_450_000_500, lastRunMs: null, exitCode: null, log: '' },
    ...{ dueAt: 1_764_450_060_500, ...more },
  };
}

async function linesOf(list: BeatStatus[]): Promise<string[]> {
  const registry = new Registry();
  countBeats(registry, { list: () => list, find: () => null });
  return (await registry.metrics()).split('\n');
}

test('a beat that is late or failed is 0, one that is ok or running is 1, and one that never pinged has no series', async () => {
  const lines = await linesOf([
    ...(['failed', 'late', 'ok', 'running'] as const).map((state) => status(state, state)),
    status('waiting', 'waiting', { lastAt: null, dueAt: null }),
  ]);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('ultronex_beat_up')),
    ['failed"} 0', 'late"} 0', 'ok"} 1', 'running"} 1'].map((end) => `ultronex_beat_up{beat="${end}`),
  );
  assert.ok(lines.includes('ultronex_beat_last_ping_timestamp_seconds{beat="ok"} 1764450000.5'));
  assert.ok(lines.includes('ultronex_beat_due_timestamp_seconds{beat="ok"} 1764450060.5'));
  assert.ok(!lines.some((line) => line.includes('beat="waiting"')));
});

test('the first 200 beats by name have metrics of their own', async () => {
  const names = Array.from({ length: 220 }, (_, index) => `b${String(index).padStart(3, '0')}`);
  const lines = await linesOf(names.map((name) => status(name, 'ok')));
  assert.equal(lines.filter((line) => line.startsWith('ultronex_beat_')).length, 600);
  assert.ok(lines.includes('ultronex_beats{state="ok"} 220'));
  assert.ok(!lines.some((line) => line.includes('b200')));
});
