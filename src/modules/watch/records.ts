import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import { isStoreAway } from '../../domain/errors.ts';
import { percentile } from '../../domain/latency.ts';
import { spanMs, startOfSpan } from '../../domain/rollup-span.ts';
import { lastSpans, type SpanTally, shareOf } from '../../domain/uptime.ts';
import { createTurns } from '../../lib/turns.ts';
import type { HistoryStore, Rollup } from '../../ports/history-store.ts';

/** What is known of a check's past. Shares are from 0 to 1; null: there was no attempt. Latencies are milliseconds. */
export interface CheckRecord {
  /** The last 90 UTC days, oldest first; the last one is today so far. */
  days: readonly SpanTally[];
  /** The last 24 hours, oldest first; the last one is this hour so far. */
  hours: readonly HourRecord[];
  uptime: { day: number | null; week: number | null; days30: number | null; days90: number | null };
  /** Of the last 24 hours; null: nothing succeeded. */
  latency: { p50: number | null; p95: number | null };
}

export interface HourRecord extends SpanTally {
  p50: number | null;
  p95: number | null;
}

export interface Records {
  /** Resolves with the records of checks, by name. They are at most 30 s old. @throws StoreUnavailable */
  of(names: readonly string[]): Promise<ReadonlyMap<string, CheckRecord>>;
}

export interface RecordsParts {
  store: Pick<HistoryStore, 'rollups'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}

const shownDays = 90;
const shownHours = 24;
const freshMs = 30_000;
/** Results are written once a minute, so yesterday's last ones come after midnight. */
const writtenWithinMs = 120_000;
/** Checks that are read in one turn of the event loop. */
const mostAtOnce = 20;
const mostKept = 4_000;

interface Kept {
  readAt: number;
  /** Days before this one have all their attempts in `record`. */
  settled: number;
  record: CheckRecord;
}

/**
 * Returns the records of checks out of the store's history. They are kept in memory: once per minute the program writes
 * new numbers, and of the days before today none changes.
 */
export function createRecords({ store, clock }: RecordsParts): Records {
  const kept = new Map<string, Kept>();
  const inTurn = createTurns(isStoreAway);

  async function read(names: readonly string[], now: number, withPast: boolean): Promise<void> {
    const settled = settledAt(now);
    const firstDay = withPast ? startOfSpan('day', now) - (shownDays - 1) * spanMs.day : settled;
    const days = byCheck(await store.rollups(names, 'day', firstDay));
    const hours = byCheck(
      await store.rollups(names, 'hour', startOfSpan('hour', now) - (shownHours - 1) * spanMs.hour),
    );
    const readAt = clock.monotonic();
    for (const name of names) {
      const past = withPast ? [] : (kept.get(name)?.record.days ?? []).filter(({ from }) => from < settled);
      const record = recordOf([...past, ...(days.get(name) ?? [])], hours.get(name) ?? [], now);
      kept.delete(name);
      kept.set(name, { readAt, settled, record });
    }
    await nextTurn();
    for (const name of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(name);
    }
  }

  return {
    of: (names) =>
      inTurn('', async () => {
        const now = clock.now();
        const since = clock.monotonic() - freshMs;
        const isSettled = (name: string) => kept.get(name)?.settled === settledAt(now);
        const stale = names.filter((name) => !isSettled(name) || (kept.get(name)?.readAt ?? 0) <= since);
        const known = stale.filter(isSettled);
        const unknown = stale.filter((name) => !isSettled(name));
        for (const chunk of inChunks(known)) await read(chunk, now, false);
        for (const chunk of inChunks(unknown)) await read(chunk, now, true);
        return new Map(
          names.map((name) => [name, kept.get(name)?.record ?? recordOf([], [], now)] satisfies [string, CheckRecord]),
        );
      }),
  };
}

const settledAt = (now: number) => startOfSpan('day', now - writtenWithinMs);

function recordOf(days: readonly SpanTally[], hours: readonly Rollup[], now: number): CheckRecord {
  const allDays = lastSpans(days, 'day', shownDays, now);
  const spans = lastSpans(hours, 'hour', shownHours, now);
  const byStart = new Map(hours.map(({ from, latencies }) => [from, latencies]));
  const allHours = spans.map((span) => ({ ...span, ...percentilesOf(byStart.get(span.from) ?? {}) }));
  const sum: Record<number, number> = {};
  for (const { latencies } of hours) {
    for (const [bucket, count] of Object.entries(latencies)) sum[Number(bucket)] = (sum[Number(bucket)] ?? 0) + count;
  }
  return {
    days: allDays,
    hours: allHours,
    uptime: {
      day: shareOf(spans),
      week: shareOf(allDays.slice(-7)),
      days30: shareOf(allDays.slice(-30)),
      days90: shareOf(allDays),
    },
    latency: percentilesOf(sum),
  };
}

const percentilesOf = (latencies: Readonly<Record<number, number>>) => ({
  p50: percentile(latencies, 0.5),
  p95: percentile(latencies, 0.95),
});

function byCheck(rollups: readonly Rollup[]): Map<string, Rollup[]> {
  const found = new Map<string, Rollup[]>();
  for (const rollup of rollups) {
    const list = found.get(rollup.check);
    if (list === undefined) found.set(rollup.check, [rollup]);
    else list.push(rollup);
  }
  return found;
}

function inChunks<T>(list: readonly T[]): T[][] {
  const count = Math.ceil(list.length / mostAtOnce);
  return Array.from({ length: count }, (_, at) => list.slice(at * mostAtOnce, (at + 1) * mostAtOnce));
}
