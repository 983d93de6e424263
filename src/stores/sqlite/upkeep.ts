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
  prune(before: number): PruneStep;
  onExpired(ids: string[]): void;
  onClockJump(ms: number): void;
  onError(error: unknown): void;
}

export interface Upkeep {
  /** Before anything that compares stored times: adjusts them when the clock has jumped, in the next commit. */
  checkClock(): void;
  /** Once a second. */
  tick(): Promise<void>;
  /** Forgets what ended before a time, and at most what is older than 25 h; returns how many deliveries. */
  prune(before: number): Promise<number>;
  /** At the end: remembers when that was, for the next start. */
  close(): Promise<void>;
}

/** Idempotency keys and event ids are kept at least this long. */
const rememberMs = 25 * 3_600_000;
/** Times that were computed before a jump may be written for so long after it. */
const unsettledMs = 60_000;

/** What the store does about time: adjusts to jumps of the clock, ends what is too old to send, forgets what is over. */
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
    // A full disk may get room again; work in a damaged file makes it worse.
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
      const step = parts.prune(trusted.at - age);
      let all = 0;
      for (;;) {
        const { deleted, done } = await queue.run(step);
        all += deleted;
        if (done) return all;
      }
    },
    async close() {
      advanceTrusted();
      await queue.run(saveTrusted).catch(parts.onError);
    },
  };
}
