import { type Clock, createJumpWatch, smallestJumpMs } from '../../domain/clock.ts';
import type { Statements } from './database.ts';

/**
 * Converts times between this program's clock and the server's, by which instances on several machines agree on leases. Follows
 * jumps of this program's clock.
 */
export interface ServerClock {
  toServer(at: number): number;
  fromServer(at: number): number;
  /** Returns by how far this program's clock has jumped since the last call, milliseconds. */
  jumped(): number;
  /** Measures the difference. Resolves with whether the server's clock has jumped; null: the answer took too long to tell. */
  measure(db: Statements): Promise<boolean | null>;
}

/** A slower answer says too little: the server may have read its clock at any time of it. Milliseconds. */
const longestAnswerMs = smallestJumpMs / 2;

/** @param isMeasured false: the program's clock counts as the server's, as in tests with a clock of their own */
export function createServerClock(clock: Clock, isMeasured: boolean): ServerClock {
  const watch = createJumpWatch(clock);
  let aheadMs = 0;
  let untoldMs = 0;
  let hasMeasured = false;

  function follow(): void {
    const by = watch();
    aheadMs -= by;
    untoldMs += by;
  }

  return {
    toServer(at) {
      if (isMeasured) follow();
      return at + aheadMs;
    },
    fromServer(at) {
      if (isMeasured) follow();
      return at - aheadMs;
    },
    jumped() {
      follow();
      const by = untoldMs;
      untoldMs = 0;
      return by;
    },
    async measure(db) {
      if (!isMeasured) return false;
      const askedAt = clock.monotonic();
      const [row] = await db.query<{ at: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at');
      const tookMs = clock.monotonic() - askedAt;
      if (tookMs > longestAnswerMs && hasMeasured) return null;
      follow();
      const found = (row?.at ?? 0) + tookMs / 2 - clock.now();
      const by = found - aheadMs;
      aheadMs = found;
      hasMeasured ||= tookMs <= longestAnswerMs;
      return Math.abs(by) >= smallestJumpMs;
    },
  };
}
