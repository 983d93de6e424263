import type { Logger } from 'pino';
import { bucketOf } from '../../domain/latency.ts';
import { type Span, spanMs, startOfSpan } from '../../domain/rollup-span.ts';
import type { HistoryStore, Rollup } from '../../ports/history-store.ts';
import type { Result } from './result.ts';

/** Rows of one commit, so that it delays nobody. */
const rowsAtOnce = 200;
/** Sums that wait while the store cannot be written; the oldest are dropped then. */
const mostSums = 20_000;

export interface History {
  /** Counts an attempt, in memory. */
  add(check: string, result: Result): void;
  /** Writes what changed. Resolves also when the store is unavailable; the sums then wait for the next time. */
  flush(): Promise<void>;
  /** Forgets what is not written: another program writes from now on. */
  forget(): void;
}

interface Sum extends Rollup {
  total: number;
  up: number;
  latencies: Record<number, number>;
  /** Whether it has what the store had when this program began to count. */
  isWhole: boolean;
  isNew: boolean;
}

const spans = Object.keys(spanMs) as Span[];
const keyOf = ({ check, span, from }: Pick<Rollup, 'check' | 'span' | 'from'>) => `${span} ${from} ${check}`;

/** Sums up the results of each check by hour and day. The store's row of a span is read before it is first replaced. */
export function createHistory(store: HistoryStore, log: Logger): History {
  let sums = new Map<string, Sum>();
  let flushing: Promise<void> | null = null;

  function sumOf(check: string, span: Span, from: number): Sum {
    const key = keyOf({ check, span, from });
    const known = sums.get(key);
    if (known !== undefined) return known;
    const [oldest] = sums.keys();
    if (sums.size >= mostSums && oldest !== undefined) sums.delete(oldest);
    const sum = { check, span, from, total: 0, up: 0, latencies: {}, isWhole: false, isNew: true };
    sums.set(key, sum);
    return sum;
  }

  /** Adds what the store has of these spans to the sums that this program began. */
  async function complete(some: readonly Sum[]): Promise<void> {
    const parts = some.filter(({ isWhole }) => !isWhole);
    for (const span of spans) {
      const ofSpan = parts.filter((sum) => sum.span === span);
      if (ofSpan.length === 0) continue;
      const from = Math.min(...ofSpan.map((sum) => sum.from));
      const names = [...new Set(ofSpan.map(({ check }) => check))];
      const stored = new Map((await store.rollups(names, span, from)).map((row) => [keyOf(row), row]));
      for (const sum of ofSpan) {
        const row = stored.get(keyOf(sum));
        sum.isWhole = true;
        if (row === undefined) continue;
        sum.total += row.total;
        sum.up += row.up;
        for (const [bucket, count] of Object.entries(row.latencies)) {
          sum.latencies[Number(bucket)] = (sum.latencies[Number(bucket)] ?? 0) + count;
        }
      }
    }
  }

  async function write(): Promise<void> {
    const of = sums;
    const changed = [...of.values()].filter(({ isNew }) => isNew);
    const latest = { hour: 0, day: 0 };
    for (let at = 0; at < changed.length && of === sums; at += rowsAtOnce) {
      const some = changed.slice(at, at + rowsAtOnce);
      await complete(some);
      for (const sum of some) sum.isNew = false;
      try {
        await store.writeRollups(
          some.map(({ isWhole: _, isNew: __, latencies, ...row }) => ({ ...row, latencies: { ...latencies } })),
        );
      } catch (error) {
        for (const sum of some) sum.isNew = true;
        throw error;
      }
    }
    for (const { span, from } of of.values()) latest[span] = Math.max(latest[span], from);
    for (const [key, { span, from, isNew }] of of) {
      if (!isNew && from < latest[span]) of.delete(key);
    }
  }

  return {
    add(check, { at, ms, failure }) {
      for (const span of spans) {
        const sum = sumOf(check, span, startOfSpan(span, at));
        sum.isNew = true;
        sum.total += 1;
        if (failure !== null) continue;
        sum.up += 1;
        const bucket = bucketOf(ms ?? 0);
        sum.latencies[bucket] = (sum.latencies[bucket] ?? 0) + 1;
      }
    },
    flush() {
      flushing ??= write()
        .catch((error) => log.warn({ err: error }, 'the history of checks is not written; it waits'))
        .finally(() => {
          flushing = null;
        });
      return flushing;
    },
    forget() {
      sums = new Map();
    },
  };
}
