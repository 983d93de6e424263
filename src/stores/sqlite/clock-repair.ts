import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Database } from './database.ts';

export interface ClockRepair {
  /**
   * Inside the caller's transaction: cuts the waits of channels, scans and digests to what their rules allow from `now`.
   * @param by how far the clock jumped, milliseconds; 0: not known, as at the start
   */
  repair(now: number, by: number): void;
  /** Whether a channel waits longer than usual. */
  isNeeded(now: number): boolean;
  /** The lease that channels under way have, as of the newest claim. */
  leaseMs: number;
}

/** A clock that was ahead leaves times behind that are far in the future once it is right; this brings them back. */
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
      // After a jump forward every lease seems to have run out, while its attempt is still under way.
      const leaseEnd = now + this.leaseMs;
      shortenLeases.run(leaseEnd, leaseEnd, by > 0 ? 1 : 0);
      // An attempt that comes too early is told to wait again.
      shortenHolds.run(now, by < 0 ? now : now + longestUsualHoldMs);
      const usual = now + longestUsualHoldMs;
      shortenScans.run(usual, usual);
      // One that is under way keeps its lease: after a jump forward it would be taken for one that was interrupted.
      shortenEffects.run(now, now + longestUsualHoldMs, usual, by > 0 ? 1 : 0);
      shortenDigests.run(now + digestOpenMs, now + digestOpenMs);
    },
    isNeeded: (now) => waitsLong.get(now + longestUsualHoldMs) !== undefined,
  };
}
