import { auditKeptMs } from '../../domain/audit.ts';
import { type Clock, createJumpWatch } from '../../domain/clock.ts';
import { type TrustedTime, trust } from '../../domain/trusted-time.ts';
import type { ClockRepair } from './clock-repair.ts';
import type { CommitQueue } from './commit-queue.ts';
import { isDamage } from './damage.ts';
import type { Database } from './database.ts';
import { inTransaction } from './driver.ts';
import type { Expiry } from './expiry.ts';
import type { PruneStep } from './prune.ts';

export interface UpkeepParts {
  clock: Clock;
  queue: CommitQueue;
  repair: ClockRepair;
  expiry: Expiry;
  prune(before: number, auditBefore: number, now: number): PruneStep;
  onExpired(ids: string[]): void;
  onClockJump(ms: number): void;
  onError(error: unknown): void;
}

export interface Upkeep {
  /** Call before stored times are compared: schedules their adjustment if the clock has jumped. */
  checkClock(): void;
  /** Once a second. */
  tick(): Promise<void>;
  /** Deletes what ended before a time, at most what is older than 25 h. Resolves with the number of deliveries. */
  prune(before: number): Promise<number>;
  /** Returns a time for a deletion: `before`, or as much earlier as the clock is ahead of the trusted time. */
  trusted(before: number): number;
  /** Stores the time of the end, for the next start. */
  close(): Promise<void>;
}

/** Idempotency keys and event ids are kept at least this long. */
const rememberMs = 25 * 3_600_000;
/** For this long after a jump, times computed before it may still be written. Milliseconds. */
const unsettledMs = 60_000;

/** Time-based work of the store: adjusts to jumps of the clock, expires deliveries, prunes. */
export function createUpkeep(db: Database, parts: UpkeepParts): Upkeep {
  const { clock, queue, repair, expiry } = parts;
  const jumped = createJumpWatch(clock);
  const readTrusted = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'trusted_at'").pluck();
  const readAhead = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'trusted_ahead'").pluck();
  const writeMeta = db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)');
  let trusted: TrustedTime = { at: readTrusted.get() ?? clock.now(), aheadMs: readAhead.get() ?? 0 };
  let trustedOn = clock.monotonic();
  let jumpedOn = clock.monotonic();

  function repairNow(by: number): void {
    const now = clock.now();
    queue.run(() => repair.repair(now, by)).catch(parts.onError);
  }

  function advanceTrusted(): void {
    const now = clock.monotonic();
    trusted = trust(trusted, clock.now(), now - trustedOn);
    trustedOn = now;
  }

  function saveTrusted(): void {
    writeMeta.run('trusted_at', trusted.at);
    writeMeta.run('trusted_ahead', trusted.aheadMs);
  }

  function checkClock(): void {
    const by = jumped();
    if (by === 0) return;
    jumpedOn = clock.monotonic();
    repairNow(by);
    parts.onClockJump(by);
  }

  async function expire(): Promise<void> {
    for (const block of expiry.look(clock.now())) {
      parts.onExpired(await queue.run(() => expiry.settle(block, clock.now())));
    }
  }

  try {
    inTransaction(db, () => repair.repair(clock.now(), 0));
  } catch (error) {
    // A full disk may get free space again. Work in a damaged file would make it worse.
    if (isDamage(error)) throw error;
    parts.onError(error);
  }

  return {
    checkClock,
    async tick() {
      try {
        checkClock();
        if (clock.monotonic() - jumpedOn < unsettledMs && repair.isNeeded(clock.now())) repairNow(0);
        await expire();
      } catch (error) {
        parts.onError(error);
      }
    },
    async prune(before) {
      const age = Math.max(clock.now() - before, rememberMs);
      advanceTrusted();
      await queue.run(saveTrusted);
      const step = parts.prune(trusted.at - age, trusted.at - auditKeptMs, trusted.at);
      let all = 0;
      for (;;) {
        const { deleted, done } = await queue.run(step);
        all += deleted;
        if (done) return all;
      }
    },
    trusted(before) {
      advanceTrusted();
      return trusted.at - (clock.now() - before);
    },
    async close() {
      advanceTrusted();
      await queue.run(saveTrusted).catch(parts.onError);
    },
  };
}
