import { type Clock, type Lifetimes, smallestJumpMs } from '../../domain/clock.ts';
import { repairWaits } from './clock-repair.ts';
import type { Database } from './database.ts';
import { sweepExpired } from './expiry.ts';
import type { ServerClock } from './server-clock.ts';

export interface UpkeepParts {
  db: Database;
  clock: Clock;
  server: ServerClock;
  lifetimes: Lifetimes;
  digestOpenMs: number;
  /** Writes the counters; never rejects. */
  writeCounters(): Promise<void>;
  onExpired(ids: readonly string[]): void;
  onClockJump(ms: number): void;
  onError(error: unknown): void;
}

export interface Upkeep {
  /** Call before stored times are compared. */
  checkClock(): void;
  start(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** The length of the newest claim's leases, milliseconds. */
  leaseMs: number;
}

const everyMs = 1_000;
const sweepEveryMs = 5_000;
const measureEveryMs = 30_000;

/** Work of the store by the clock: writes counters, expires deliveries, follows the server's clock. */
export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { db, clock, server, lifetimes } = parts;
  let cancel = () => {};
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let sweptOn = clock.monotonic();
  let measuredOn = clock.monotonic();
  let isRepairDue = true;

  const isOver = (since: number, ms: number) => clock.monotonic() - since >= ms;

  async function work(): Promise<void> {
    upkeep.checkClock();
    await parts.writeCounters();
    if (isOver(measuredOn, measureEveryMs)) await measure();
    if (isRepairDue) await repair();
    if (isOver(sweptOn, sweepEveryMs)) {
      sweptOn = clock.monotonic();
      parts.onExpired(await sweepExpired(db, lifetimes, clock.now()));
    }
  }

  async function measure(): Promise<void> {
    const hasJumped = await server.measure(db);
    if (hasJumped === null) return;
    measuredOn = clock.monotonic();
    isRepairDue ||= hasJumped;
  }

  async function repair(): Promise<void> {
    await repairWaits(db, server.toServer(clock.now()), upkeep.leaseMs, parts.digestOpenMs);
    isRepairDue = false;
  }

  function next(): void {
    cancel = clock.after(everyMs, () => {
      running = work().catch(parts.onError);
      void running.then(() => isStopped || next());
    });
  }

  const upkeep: Upkeep = {
    leaseMs: 30_000,
    checkClock() {
      const by = server.jumped();
      if (Math.abs(by) >= smallestJumpMs) parts.onClockJump(by);
    },
    async start() {
      await measure();
      await repair();
      next();
    },
    async stop() {
      isStopped = true;
      cancel();
      await running;
    },
  };
  return upkeep;
}
