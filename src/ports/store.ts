import type { CounterName } from '../domain/counters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { EffectStore } from './effect-store.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { TrackingStore } from './tracking-store.ts';
import type { AcceptStore, UnitOfWork } from './unit-of-work.ts';

export interface ScanJob {
  id: number;
  message: IncomingMessage;
  attempts: number;
}

/** Messages whose files are still to be fetched and matched. Times are milliseconds since the epoch. */
export interface ScanStore {
  claimScans(now: number, leaseMs: number, limit: number): Promise<ScanJob[]>;
  /** Ends the scan and accepts what it found, in one commit. */
  finishScan(id: number, unit: UnitOfWork): Promise<void>;
  retryScan(id: number, at: number): Promise<void>;
  /** Calls `listener` in the same process after a message was accepted as scan work. */
  onScan(listener: () => void): void;
}

export interface StateStore {
  /** What a module remembers; null: nothing, or not written again for as long as the ledger keeps messages. */
  state(name: string): Promise<string | null>;
}

/** Counters are added in memory, and written every second and with the next commit. */
export interface CounterStore {
  count(name: CounterName, by?: number): void;
  countError(text: string): void;
  /** Totals including what is not written yet, and when they were last written (milliseconds since the epoch). */
  counters(): Promise<{ totals: Record<CounterName, number>; writtenAt: number }>;
  /** Slack's errors by their text, how often each came. */
  errors(): Promise<Record<string, number>>;
}

/** For whoever opened it. */
export interface StoreUpkeep {
  /** Forgets what ended before `before` (milliseconds since the epoch), and state written before it. Resolves with how many deliveries. */
  prune(before: number): Promise<number>;
  /** Tries a real write. @throws StoreUnavailable */
  check(): Promise<void>;
  /** Flushes and closes. */
  close(): Promise<void>;
}

/** Everything that is kept. Each part of the program is given the one of these ports that it needs. */
export interface Store
  extends AcceptStore,
    OutboxStore,
    LedgerStore,
    TrackingStore,
    ScanStore,
    EffectStore,
    StateStore,
    CounterStore,
    StoreUpkeep {}
