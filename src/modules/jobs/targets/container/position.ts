import { inSeconds, nanoseconds } from '../../../../docker/index.ts';
import type { LogLine } from '../../../../docker/log-line.ts';

type Counts = Record<LogLine['stream'], number>;

/** Lines of the log from a time on that were taken. */
interface Taken {
  /** Nanoseconds since the epoch; 0: from the beginning. */
  since: bigint;
  counts: Counts;
}

/**
 * Docker stamps stdout and stderr apart from one another, so a line may be logged after one with a later time. The lines from
 * a time on are counted exactly when everything before it was logged; this much later that is so.
 */
const settledNs = 1_000_000_000n;
/** A line has come from the running container before Docker stamped it for its log. */
const stampedNs = 1_000_000_000n;

/**
 * Knows which lines of an output were taken, so that a second reading of the log takes the others: all lines before a time,
 * and a number of lines of each stream from that time on.
 */
export interface Position {
  /** From where the log is read, for Docker's parameter `since`; null: from the beginning. */
  since(): string | null;
  /** Call before the log is read from `since` on. */
  rewind(): void;
  /** Takes a line of the log. Returns false when it was taken before. */
  takeLogged(line: LogLine): boolean;
  /** Takes a line of the running container, which has no time. @param now milliseconds since the epoch */
  takeLive(line: LogLine, now: number): void;
  /** JSON, for `createPosition`. */
  toString(): string;
}

export function createPosition(cursor: string | null): Position {
  let { taken, newest } = read(cursor);
  let skip: Counts = { stdout: 0, stderr: 0 };
  /** After a rotation of the log the counted lines may be gone; later ones are never skipped. */
  let skipUntil = 0n;
  let next = after(newest);

  return {
    since: () => (taken.since === 0n ? null : inSeconds(taken.since)),
    rewind() {
      skip = { ...taken.counts };
      skipUntil = newest;
      next = after(newest);
    },
    takeLogged({ stream, time }) {
      const at = nanoseconds(time);
      // An error of Docker in place of a line.
      if (at === 0n) return false;
      if (skip[stream] > 0 && at <= skipUntil) {
        skip[stream] -= 1;
        return false;
      }
      taken.counts[stream] += 1;
      if (at >= next.since) next.counts[stream] += 1;
      if (at > newest) newest = at;
      if (at >= next.since + settledNs) {
        taken = next;
        next = after(newest);
      }
      return true;
    },
    takeLive({ stream }, now) {
      taken.counts[stream] += 1;
      const at = BigInt(Math.floor(now)) * 1_000_000n + stampedNs;
      if (at > newest) newest = at;
    },
    toString() {
      const { since, counts } = taken;
      return JSON.stringify({ since: `${since}`, out: counts.stdout, err: counts.stderr, newest: `${newest}` });
    },
  };
}

/** No line with this time or a later one was taken. */
const after = (newest: bigint): Taken => ({ since: newest + 1n, counts: { stdout: 0, stderr: 0 } });

function read(cursor: string | null): { taken: Taken; newest: bigint } {
  if (cursor === null) return { taken: { since: 0n, counts: { stdout: 0, stderr: 0 } }, newest: 0n };
  const { since, out, err, newest } = JSON.parse(cursor) as { since: string; out: number; err: number; newest: string };
  return { taken: { since: BigInt(since), counts: { stdout: out, stderr: err } }, newest: BigInt(newest) };
}
