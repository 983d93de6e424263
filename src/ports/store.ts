import type { CounterName } from '../domain/counters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { AuditStore } from './audit-store.ts';
import type { EffectStore } from './effect-store.ts';
import type { EventLogStore } from './event-log-store.ts';
import type { HistoryStore } from './history-store.ts';
import type { IncidentStore, LeaseStore } from './incident-store.ts';
import type { JobStore } from './job-store.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { NewsStore } from './news-store.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { TokenStore } from './token-store.ts';
import type { TrackingStore } from './tracking-store.ts';
import type { AcceptStore, UnitOfWork } from './unit-of-work.ts';
import type { WorkspaceStore } from './workspace-store.ts';

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
  /** A value that a module stored. Null: there is none, or it was not written again within LEDGER_DAYS. */
  state(name: string): Promise<string | null>;
}

/** The workspaces with an installation of the bot. Until Slack tells the team of a token, its data belongs to team ''. */
export interface InstallationStore {
  /** Teams, the one that was seen last at the end. */
  installations(): Promise<string[]>;
  /** Stores a team as seen now, and calls `adopt`. */
  install(team: string): Promise<void>;
  /** Gives `team` the data of team '', and everything that is counted for team '' from now on. */
  adopt(team: string): Promise<void>;
}

/** Counters of a team are added in memory, and written every second and with the next commit. */
export interface CounterStore {
  count(team: string, name: CounterName, by?: number): void;
  countError(team: string, text: string): void;
  /** Totals including what is not written yet, and when they were last written (milliseconds since the epoch). */
  counters(team: string): Promise<{ totals: Record<CounterName, number>; writtenAt: number }>;
  /** Slack's errors by their text, how often each came. */
  errors(team: string): Promise<Record<string, number>>;
}

/** What the server of a database that several instances share tells of itself. */
export interface DatabaseState {
  /** Instances that are connected. */
  instances: number;
  /** Leases of tasks that this instance has. */
  leasesHeld: number;
  /** Connections in use, and most of them: of the server, the user or the database, whichever limit is nearest. */
  connectionsUsed: number;
  connectionsMost: number;
  sizeBytes: number;
  /** Rows of the store, as the server estimates them; dead ones are kept until it cleans up. */
  liveRows: number;
  deadRows: number;
  oldestTransactionSeconds: number;
  /** Standbys that receive what is committed. */
  standbys: number;
}

/** How many of each should be there. */
export type WantedState = Pick<DatabaseState, 'instances' | 'standbys'>;

/** For the owner of the store, who opened it. */
export interface StoreUpkeep {
  /** Deletes deliveries that ended before `before` (milliseconds since the epoch) and older state, ended entries of the audit log and tokens after 90 days, and rollups after their time. Resolves with the number of deliveries. */
  prune(before: number): Promise<number>;
  /** Tries a real write. @throws StoreUnavailable */
  check(): Promise<void>;
  /** Resolves with null for a store without a server. @throws StoreUnavailable */
  databaseState(): Promise<DatabaseState | null>;
  /** Gives this program's leases of tasks back, flushes and closes. */
  close(): Promise<void>;
}

/** The whole store. Each part of the program gets only the ports that it needs. */
export interface Store
  extends AcceptStore,
    OutboxStore,
    LedgerStore,
    TrackingStore,
    ScanStore,
    EffectStore,
    StateStore,
    InstallationStore,
    WorkspaceStore,
    TokenStore,
    AuditStore,
    IncidentStore,
    LeaseStore,
    JobStore,
    HistoryStore,
    CounterStore,
    NewsStore,
    EventLogStore,
    StoreUpkeep {}
