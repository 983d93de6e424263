import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Database } from './database.ts';

export interface ClockRepair {
  /**
   * Cuts the waits of channels, scans and digests to the longest that their rules allow from `now`. Runs inside the
   * caller's transaction.
   * @param by how far the clock jumped, milliseconds; 0: unknown, as at the start
   */
  repair(now: number, by: number): void;
  /** Returns whether a channel waits longer than usual. */
  isNeeded(now: number): boolean;
  /** The length of the newest claim's leases, milliseconds. */
  leaseMs: number;
}

/** Repairs stored times that are far in the future, which a clock that was ahead has written. */
export function createClockRepair(db: Database, digestOpenMs: number): ClockRepair {
  const shortenLeases = db.prepare(
    'UPDATE lanes SET ready_at = ? WHERE lease_owner IS NOT NULL AND (ready_at > ? OR ?)',
  );
  const shortenHolds = db.prepare('UPDATE lanes SET ready_at = ? WHERE lease_owner IS NULL AND ready_at > ?');
  const shortenScans = db.prepare('UPDATE scans SET ready_at = ? WHERE ready_at > ?');
  const shortenEffects = db.prepare(
    'UPDATE effects SET ready_at = CASE WHEN begun = 0 THEN ? ELSE ? END WHERE ready_at > ? OR (begun > 0 AND ?)',
  );
  const shortenDigests = db.prepare('UPDATE digests SET until = ? WHERE until > ?');
  const waitsLong = db.prepare('SELECT 1 FROM lanes WHERE waiting = 1 AND ready_at > ? LIMIT 1');

  return {
    leaseMs: 30_000,
    repair(now, by) {
      // After a jump forward every lease seems to be over, while its attempt is still under way.
      const leaseEnd = now + this.leaseMs;
      shortenLeases.run(leaseEnd, leaseEnd, by > 0 ? 1 : 0);
      // Slack asks an attempt that comes too early to wait again.
      shortenHolds.run(now, by < 0 ? now : now + longestUsualHoldMs);
      const usual = now + longestUsualHoldMs;
      shortenScans.run(usual, usual);
      // An effect under way keeps its lease. Otherwise it would look interrupted after a jump forward.
      shortenEffects.run(now, now + longestUsualHoldMs, usual, by > 0 ? 1 : 0);
      shortenDigests.run(now + digestOpenMs, now + digestOpenMs);
    },
    isNeeded: (now) => waitsLong.get(now + longestUsualHoldMs) !== undefined,
  };
}
