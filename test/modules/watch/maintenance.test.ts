import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlannedWindows } from '../../../src/modules/watch/maintenance.ts';
import { type PlannedMaintenance, scheduleOf } from '../../../src/watch-files/index.ts';

const hour = 3_600_000;
const at = (text: string) => Date.parse(text);

async function window(cron: string, forMs: number, of: string[] | null = null): Promise<PlannedMaintenance> {
  const schedule = await scheduleOf(cron, 'Europe/Berlin', assert.fail);
  return { name: 'deploy night', place: 'watch/a.yaml, maintenance "deploy night"', schedule, forMs, of };
}

test('a window is open from the time of its cron expression for its length, in its time zone', async () => {
  const windows = createPlannedWindows();
  assert.equal(windows.inMaintenance('shop', 0), false);
  windows.replace([await window('0 22 * * SUN', 2 * hour, ['shop'])]);
  const open = at('2026-11-29T21:00:00Z');
  for (const [time, isOpen] of [
    [open - 1, false],
    [open, true],
    [open + 2 * hour - 1, true],
    [open + 2 * hour, false],
    [open + 24 * hour, false],
    [open + 7 * 24 * hour, true],
    [open + 7 * 24 * hour + 2 * hour, false],
    // The clock is set back.
    [open + 1, true],
    [open - 1, false],
  ] as const) {
    assert.equal(windows.inMaintenance('shop', time), isOpen, new Date(time).toISOString());
    assert.equal(windows.inMaintenance('db', time), false);
  }
  assert.equal(windows.openUntil('shop', open + 5), open + 2 * hour);
});

test('a window of no names is of all; of two open windows the end of the later one counts', async () => {
  const windows = createPlannedWindows();
  windows.replace([await window('0 22 * * *', hour), await window('30 22 * * *', 2 * hour, ['shop'])]);
  const ten = at('2026-11-29T21:00:00Z');
  assert.equal(windows.openUntil('db', ten), ten + hour);
  assert.equal(windows.openUntil('shop', ten), ten + hour);
  assert.equal(windows.openUntil('shop', ten + 0.6 * hour), ten + 2.5 * hour);
  assert.equal(windows.openUntil('db', ten + 1.2 * hour), null);
  windows.replace([]);
  assert.equal(windows.inMaintenance('db', ten), false);
});

test('a window that begins again before its end stays open', async () => {
  const windows = createPlannedWindows();
  windows.replace([await window('0 * * * *', 1.5 * hour)]);
  const start = at('2026-11-29T21:00:00Z');
  for (let minutes = 0; minutes < 240; minutes += 7) assert.ok(windows.inMaintenance('a', start + minutes * 60_000));
});

test('a cron expression is asked when a window may open or close, not at every attempt', async () => {
  const planned = await window('0 22 * * *', hour);
  let asked = 0;
  const { schedule } = planned;
  assert.ok(schedule.kind === 'cron');
  const counting = {
    ...schedule,
    previous(time: number) {
      asked += 1;
      return schedule.previous(time);
    },
  };
  const windows = createPlannedWindows();
  windows.replace([{ ...planned, schedule: counting }]);
  const start = at('2026-11-29T00:00:00Z');
  for (let second = 0; second < 86_400; second += 10) windows.inMaintenance('shop', start + second * 1_000);
  assert.equal(asked, 3);
});
