import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatShare, lastSpans, shareOf, toneOfShare } from '../../src/domain/uptime.ts';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 29, 12, 30);
const today = Date.UTC(2026, 10, 29);

test('uptime is the share of attempts that succeeded, and null without attempts', () => {
  assert.equal(shareOf([]), null);
  assert.equal(shareOf([{ total: 0, up: 0 }]), null);
  assert.equal(
    shareOf([
      { total: 1_440, up: 1_439 },
      { total: 560, up: 560 },
    ]),
    1_999 / 2_000,
  );
  assert.equal(shareOf([{ total: 3, up: 0 }]), 0);
});

test('days are UTC days, the last one is today so far, and a day without attempts has none', () => {
  const days = lastSpans(
    [
      { from: today - 2 * dayMs, total: 10, up: 9 },
      { from: today, total: 5, up: 5 },
      { from: today - 90 * dayMs, total: 7, up: 7 },
    ],
    ...(['day', 90, noon] as const),
  );
  assert.equal(days.length, 90);
  assert.deepEqual(days.at(-1), { from: today, total: 5, up: 5 });
  assert.deepEqual(days.at(-2), { from: today - dayMs, total: 0, up: 0 });
  assert.deepEqual(days.at(-3), { from: today - 2 * dayMs, total: 10, up: 9 });
  assert.equal(days[0]?.from, today - 89 * dayMs);
  assert.equal(shareOf(days), 14 / 15, 'the 91st day does not count');
});

test('hours begin at the full hour in UTC', () => {
  const hours = lastSpans([], 'hour', 24, noon);
  assert.equal(hours.at(-1)?.from, Date.UTC(2026, 10, 29, 12));
  assert.equal(hours[0]?.from, Date.UTC(2026, 10, 28, 13));
});

test('a share is rounded down, so that 100 % means that nothing failed', () => {
  const texts: [number | null, string][] = [
    [null, 'no data'],
    [1, '100 %'],
    [0.999999, '99.99 %'],
    [0.9998, '99.98 %'],
    [0.9999, '99.99 %'],
    [0.57, '57 %'],
    [0.29, '29 %'],
    [0, '0 %'],
    [1 / 3, '33.33 %'],
    [0.995, '99.50 %'],
  ];
  for (const [share, text] of texts) assert.equal(formatShare(share), text);
  for (let hundredths = 0; hundredths <= 10_000; hundredths += 1) {
    assert.equal(Number.parseFloat(formatShare(hundredths / 10_000)), hundredths / 100);
  }
});

test('a day with one failed attempt of a thousand is good, one with an hour of failures is not', () => {
  assert.equal(toneOfShare(null), 'none');
  assert.equal(toneOfShare(0.999), 'good');
  assert.equal(toneOfShare(0.96), 'degraded');
  assert.equal(toneOfShare(0.9), 'bad');
  assert.equal(toneOfShare(0), 'bad');
});
