/** The stored state of a beat. Times are milliseconds since the epoch. */
export interface Memory {
  /** The last ping that counts for the schedule: a start or an end, no log. */
  pingedAt: number | null;
  /** The last ping of any kind. */
  lastAt: number | null;
  /** The last end of a run. `hasLog`: a log came with it, or since the end before it. */
  ended: { at: number; ok: boolean; exitCode: number | null; hasLog: boolean } | null;
  /** The exit code that the last run reported; null: it reported none. */
  exitCode: number | null;
  /** Runs that were started and have not ended, oldest first. `rid`: '' if the ping gave none. */
  runs: readonly Run[];
  /** How long the last run took whose start was reported, ms. An end that is sent twice keeps it. */
  lastRunMs: number | null;
  log: string;
  logAt: number | null;
  /** The store forgets what is not written again for LEDGER_DAYS. */
  writtenAt: number;
}

export interface Run {
  rid: string;
  at: number;
}

/** A ping, as its address and body say. */
export type Ping = Sent & ({ kind: 'start' } | { kind: 'log' } | { kind: 'end'; ok: boolean; exitCode: number | null });

interface Sent {
  at: number;
  /** Tells runs at the same time apart; '' if it was not given. */
  rid: string;
  /** '' if there is none. */
  log: string;
}

/** Runs of a beat at the same time. The oldest is forgotten first. */
const mostRuns = 20;

export const noMemory: Memory = {
  ...{ pingedAt: null, lastAt: null, ended: null, exitCode: null, runs: [], lastRunMs: null },
  ...{ log: '', logAt: null, writtenAt: 0 },
};

/**
 * Returns what is known after a ping. A ping without a rid ends all runs, since it does not say which. A success also ends
 * the runs that took too long: they were told, and nothing else would end them.
 */
export function remember(before: Memory, ping: Ping, startGraceMs: number): Memory {
  const { at, rid, log } = ping;
  const memory = { ...before, lastAt: at, writtenAt: at, ...(log !== '' && { log, logAt: at }) };
  if (ping.kind === 'log') return memory;
  if (ping.kind === 'start') {
    const others = before.runs.filter((run) => run.rid !== rid);
    return { ...memory, pingedAt: at, runs: [...others, { rid, at }].slice(-mostRuns) };
  }
  const { ok, exitCode } = ping;
  const run = before.runs.find((each) => each.rid === rid);
  const isOver = (each: Run) => rid === '' || each.rid === rid || (ok && each.at + startGraceMs <= at);
  return {
    ...memory,
    pingedAt: at,
    ended: { at, ok, exitCode, hasLog: memory.logAt !== null && isNewer(memory.logAt, before) },
    exitCode,
    runs: before.runs.filter((each) => !isOver(each)),
    lastRunMs: run === undefined ? before.lastRunMs : Math.max(0, at - run.at),
  };
}

const isNewer = (logAt: number, { ended }: Memory) => ended === null || logAt > ended.at;

/** Reads a stored memory. A damaged one counts as none. */
export function readMemory(stored: string | null): Memory {
  if (stored === null) return noMemory;
  try {
    return { ...noMemory, ...(JSON.parse(stored) as Partial<Memory>) };
  } catch {
    return noMemory;
  }
}
