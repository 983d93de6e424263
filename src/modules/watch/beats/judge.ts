import type { Lifetimes } from '../../../domain/clock.ts';
import type { Beat } from '../../../watch-files/index.ts';
import type { Memory, Run } from './memory.ts';
import type { BeatState } from './types.ts';

/** When the next ping is due, by the last one. Times are milliseconds since the epoch. */
export interface Due {
  /** The ping that it follows from. */
  from: number;
  at: number;
  /** A ping that came up to so much before a time of the schedule counts for it. */
  earlyMs: number;
  /** Distance to the time after it; null: there is none. */
  periodMs: number | null;
}

/** A time in which pings may have been lost: the program was down, the machine slept, or there was planned maintenance. */
export interface Gap {
  from: number;
  to: number;
}

/** Why a beat is late or failed. `at` is the same as long as it is the same problem. */
export type Problem =
  | { kind: 'missed'; at: number }
  | { kind: 'overrun'; at: number }
  | { kind: 'failed'; at: number; exitCode: number | null };

export interface Verdict {
  state: BeatState;
  problem: Problem | null;
  /** Its last run ended well and nothing is due: an open incident is over. */
  isWell: boolean;
  dueAt: number | null;
}

const longestEarlyMs = 300_000;
/** Largest earliness, as a share of the distance between two times of the schedule. */
const earlyPart = 0.1;
/** After a gap, a beat with a shorter period gets time for its next ping besides the grace. */
const shortPeriodMs = 3_600_000;

/**
 * Returns when the next ping is due. With `cron`, a ping counts for the time of the schedule before it, or for the next one
 * when it comes a little early: at most the grace, a tenth of the distance between two times, and 5 minutes. null: never.
 */
export function dueAfter({ schedule, graceMs }: Beat, pingedAt: number): Due | null {
  const early = (periodMs: number | null) =>
    Math.min(graceMs, longestEarlyMs, periodMs === null ? longestEarlyMs : periodMs * earlyPart);
  if (schedule.kind === 'every') {
    const periodMs = schedule.everyMs;
    return { from: pingedAt, at: pingedAt + periodMs, earlyMs: early(periodMs), periodMs };
  }
  const next = schedule.next(pingedAt);
  if (next === null) return null;
  const second = schedule.next(next);
  const periodMs = second === null ? null : second - next;
  const earlyMs = early(periodMs);
  const at = next - pingedAt <= earlyMs ? second : next;
  return at === null ? null : { from: pingedAt, at, earlyMs, periodMs };
}

export interface Situation {
  now: number;
  left: Lifetimes['left'];
  gaps: readonly Gap[];
}

/** Decides the state of a beat. @param due by `dueAfter` from `memory.pingedAt` */
export function judge(beat: Beat, memory: Memory, due: Due | null, situation: Situation): Verdict {
  const { graceMs, startGraceMs } = beat;
  const { ended, runs, pingedAt } = memory;
  const [oldest] = runs;
  const lastStart = runs.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const dueAt = runs.length > 0 ? endOf(oldest as Run, startGraceMs) : (due?.at ?? null);
  const verdict = (state: BeatState, problem: Problem | null = null): Verdict => ({
    ...{ state, problem, dueAt },
    isWell: state === 'ok' && (due === null || situation.left(due.from, due.at + graceMs, situation.now) > 0),
  });
  const overrun = runs.find(({ at }) =>
    isOver({ from: at, begin: at, graceMs: startGraceMs, end: at + startGraceMs, periodMs: null }, situation),
  );
  if (overrun !== undefined) return verdict('late', { kind: 'overrun', at: overrun.at });
  if (due !== null && runs.length === 0) {
    const { from, at, earlyMs, periodMs } = due;
    if (isOver({ from, begin: at - earlyMs, graceMs, end: at + graceMs, periodMs }, situation)) {
      return verdict('late', { kind: 'missed', at });
    }
  }
  if (ended?.ok === false && !(lastStart > ended.at)) {
    return verdict('failed', { kind: 'failed', at: ended.at, exitCode: ended.exitCode });
  }
  if (runs.length > 0) return verdict('running');
  return verdict(pingedAt === null ? 'waiting' : 'ok');
}

const endOf = ({ at }: Run, startGraceMs: number) => at + startGraceMs;

interface Wait {
  /** The ping that it follows from. */
  from: number;
  /** Pings from here to `end` are in time. */
  begin: number;
  end: number;
  graceMs: number;
  periodMs: number | null;
}

/** Returns whether nothing can come in time any more. A gap within the wait prolongs it by the grace, from the gap's end. */
function isOver({ from, begin, end, graceMs, periodMs }: Wait, { now, left, gaps }: Situation): boolean {
  const more = graceMs + (periodMs !== null && periodMs <= shortPeriodMs ? periodMs : 0);
  const ends = gaps.filter((gap) => gap.from <= end && gap.to >= begin).map((gap) => gap.to + more);
  return left(from, Math.max(end, ...ends), now) <= 0;
}
