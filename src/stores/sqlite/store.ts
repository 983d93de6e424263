import { type Clock, createLifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed } from '../../ports/outbox-store.ts';
import type { Store } from '../../ports/store.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { type AcceptedUnit, createAccept } from './accept.ts';
import { createBlobTable } from './blobs.ts';
import { createClockRepair } from './clock-repair.ts';
import { createCommitQueue } from './commit-queue.ts';
import { createCounterTable } from './counters.ts';
import type { Database } from './database.ts';
import { createDigests } from './digests.ts';
import type { DriverName } from './driver.ts';
import { createEffectTable } from './effects.ts';
import { createExpiry } from './expiry.ts';
import { createFileState, type FileState } from './file-state.ts';
import { createLanes } from './lanes.ts';
import { createLedger } from './ledger.ts';
import { createStoreListeners } from './listeners.ts';
import { createMerger, type MergeOptions, mergeOptions } from './merge.ts';
import { createOpenDeliveries } from './open.ts';
import { openFile } from './open-file.ts';
import { createPrune } from './prune.ts';
import { createQueue } from './queue.ts';
import { createRowWriter } from './row-writer.ts';
import { createScanTable } from './scans.ts';
import { createStateTable } from './state.ts';
import { asOpenError, withStoreErrors } from './store-error.ts';
import { createTrackingTable } from './tracking.ts';
import { createUpkeep } from './upkeep.ts';

export interface SqliteOptions {
  /** Path of the database file; its folder is made. */
  file: string;
  /** This process, among those that share the file; must differ after a restart. */
  owner: string;
  clock: Clock;
  /** For tests and benchmarks; absent: the one of this Node. */
  driver?: DriverName;
  /** Null: similar messages are never merged. */
  merge?: MergeOptions | null;
  /** Upper limit of the file in pages of 4 KiB; absent: the disk. */
  maxPages?: number;
  /** On a slow disk a commit waits this long for more; 0: never. Milliseconds. */
  coalesceMs?: number;
  onCommit?: (ms: number, jobs: number) => void;
  /** The wall clock jumped by so many milliseconds; what was stored is adjusted. */
  onClockJump?: (ms: number) => void;
  /** A write in the background failed; what it would have written is kept and tried again. */
  onError: (error: unknown) => void;
}

const counterIntervalMs = 1_000;

/** The store of one machine: a SQLite file in WAL mode, every commit on disk before it is answered (synchronous=FULL). */
export async function createSqliteStore(options: SqliteOptions): Promise<Store> {
  const db = openFile(options);
  try {
    const fileState = createFileState(options.file, options.onError);
    const onError = (error: unknown) => options.onError(fileState.told(error));
    return withStoreErrors(openStore(db, { ...options, onError }, fileState), fileState.told);
  } catch (error) {
    db.close();
    throw asOpenError(error, options.file);
  }
}

function openStore(db: Database, options: SqliteOptions, fileState: FileState): Store {
  const { clock } = options;
  const lanes = createLanes(db, options.owner);
  const hooks = {
    begun: lanes.transactionBegun,
    undone: lanes.transactionUndone,
    committed: options.onCommit ?? (() => {}),
  };
  const queue = createCommitQueue(db, fileState, hooks, options.coalesceMs ?? 2);
  const counters = createCounterTable(db, clock.now());
  const tracking = createTrackingTable(db);
  const blobs = createBlobTable(db);
  const scans = createScanTable(db);
  const rows = createRowWriter(db);
  const digests = createDigests(db, rows, lanes);
  const ledger = createLedger(db, rows, lanes, digests, blobs.dropOf);
  const open = createOpenDeliveries(db);
  const state = createStateTable(db);
  const effects = createEffectTable(db);
  const accept = createAccept(db, { lanes, counters, tracking, ledger, state, effects });
  const merge = mergeOptions(options.merge);
  const merger = createMerger(db, rows, lanes, open, merge);
  const lifetimes = createLifetimes(clock);
  const outbox = createQueue(db, rows, lanes, open, merger, digests, lifetimes, blobs.dropOf);
  const touch = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('checked_at', ?)");

  const listeners = createStoreListeners();
  const tellWork = listeners.work.tell;
  const tellMerged = (digest: Delivery | null, count: number) => digest && listeners.merged.tell(digest, count);
  const tellState = (delivery: Delivery | null) => delivery && listeners.state.tell(delivery);

  /** Wakes only those who have something to do: a POST wakes the worker alone. */
  function tellAccepted({ deliveries, edits, scan, effects }: UnitOfWork, { tracking }: AcceptedUnit): void {
    if (tracking !== null) listeners.tracking.tell(tracking);
    if (deliveries?.length || edits) tellWork();
    if (scan) listeners.scan.tell();
    if (effects) listeners.effect.tell();
  }

  async function writeCounters(): Promise<void> {
    if (!counters.hasUnwritten()) return;
    try {
      await queue.run(() => counters.write());
      counters.written(clock.now());
    } catch (error) {
      counters.unwritten();
      options.onError(error);
    }
  }

  async function changed(id: string, job: () => Delivery): Promise<Delivery> {
    const before = ledger.byId(id);
    const delivery = await queue.run(job);
    if (before?.state !== delivery.state) tellState(delivery);
    tellWork();
    return delivery;
  }

  const repair = createClockRepair(db, merge.openMs);
  const upkeep = createUpkeep(db, {
    clock,
    queue,
    repair,
    expiry: createExpiry(db, lifetimes),
    prune: createPrune(db, lanes, state, blobs.dropOf),
    onExpired(ids) {
      for (const id of ids) tellState(ledger.byId(id));
    },
    onClockJump(ms) {
      options.onClockJump?.(ms);
      for (const { tell } of [listeners.work, listeners.scan, listeners.effect]) tell();
    },
    onError: options.onError,
  });

  /** Ends a job and accepts what it causes, in one commit; nothing when another process has ended it. */
  async function finish<T>(end: (id: T) => boolean, id: T, unit: UnitOfWork): Promise<void> {
    const done = await queue.run(() => (end(id) ? accept(unit, clock.now()) : null));
    if (done !== null) tellAccepted(unit, done);
  }

  let cancelTimer = () => {};
  function everySecond(): void {
    fileState.look();
    void writeCounters();
    void upkeep.tick();
    cancelTimer = clock.after(counterIntervalMs, everySecond);
  }
  cancelTimer = clock.after(counterIntervalMs, everySecond);

  return {
    async accept(unit) {
      const done = await queue.run(() => accept(unit, clock.now()));
      tellAccepted(unit, done);
      return done.accepted;
    },
    async claim(now, leaseMs, limit): Promise<Claimed[]> {
      repair.leaseMs = leaseMs;
      upkeep.checkClock();
      if (lanes.nextDue() > now) return [];
      const { claimed, expired, merged } = await queue.run(() => outbox.claim(now, leaseMs, limit));
      for (const id of expired) tellState(ledger.byId(id));
      for (const { digest, count } of merged) tellMerged(ledger.byId(digest), count);
      return claimed;
    },
    async settle(delivery, settlement, now) {
      await queue.run(() => {
        outbox.settle(delivery, settlement, now);
        if (settlement.to === 'sent') counters.add({ total_messages_slacked: 1 }, now);
      });
      const after = ledger.byId(delivery.id);
      const refused = settlement.to === 'changed' && settlement.error !== undefined;
      if (after?.state !== delivery.state || refused) tellState(after);
    },
    release: (now) => queue.run(() => lanes.releaseAll(now)),
    nextDue: async () => Math.min(lanes.nextDue(), scans.nextDue()),
    blob: async (id) => blobs.read(id),

    withdraw: (id, now, { merged = false } = {}) => changed(id, () => ledger.withdraw(id, now, merged)),
    edit: (id, content, now, check) => changed(id, () => ledger.edit(id, content, now, check)),
    requeue: (id, now, expiresAt) => changed(id, () => ledger.requeue(id, now, expiresAt)),
    delivery: async (id) => ledger.byId(id),
    mergedContents: async (digestId, limit, after = 0) => digests.contents(digestId, limit, after),
    deliveries: async (filter, cursor, limit, look) => ledger.list(filter, cursor, limit, look),
    async backlog() {
      const { queued, oldestAt } = ledger.backlog();
      const now = clock.now();
      // Accepted while the clock was ahead: it waits at least since the clock was set back.
      const ahead = oldestAt !== null && oldestAt > now;
      return { queued, oldestAt: ahead ? now - lifetimes.sinceSetBack() : oldestAt };
    },

    async claimScans(now, leaseMs, limit) {
      upkeep.checkClock();
      if (scans.nextDue() > now) return [];
      return queue.run(() => scans.claim(now, leaseMs, limit));
    },
    finishScan: (id, unit) => finish(scans.end, id, unit),
    retryScan: (id, at) => queue.run(() => scans.retry(id, Math.min(at, clock.now() + longestUsualHoldMs))),

    async claimEffects(now, leaseMs, limit) {
      upkeep.checkClock();
      if (!effects.isDue(now)) return [];
      return queue.run(() => effects.claim(now, leaseMs, limit));
    },
    finishEffect: (id, unit) => finish(effects.end, id, unit),

    trackingVersion: async () => tracking.version(),
    tracking: async () => tracking.snapshot(),

    state: async (name) => state.read(name),

    count: (name, by = 1) => counters.count(name, by),
    counters: async () => ({ totals: counters.totals(), writtenAt: counters.writtenAt() }),
    countError: (text) => counters.countError(text),
    errors: async () => counters.errors(),

    onWork: listeners.work.add,
    onScan: listeners.scan.add,
    onEffect: listeners.effect.add,
    onState: listeners.state.add,
    onMerged: listeners.merged.add,
    onTracking: listeners.tracking.add,
    prune: (before) => upkeep.prune(before),
    async check() {
      const trouble = fileState.trouble();
      if (trouble !== null) throw trouble;
      await queue.run(() => void touch.run(clock.now()));
    },
    async close() {
      cancelTimer();
      await writeCounters();
      await upkeep.close();
      queue.flush();
      db.close();
    },
  };
}
