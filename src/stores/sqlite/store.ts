import { createLifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Claimed } from '../../ports/outbox-store.ts';
import type { Store } from '../../ports/store.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { backlogAt } from '../common/backlog.ts';
import { createStoreListeners, registrations, tellAccepted } from '../common/listeners.ts';
import { mergeOptions } from '../common/merge-options.ts';
import { createAccept } from './accept.ts';
import { createAuditTable } from './audit.ts';
import { createBlobTable } from './blobs.ts';
import { createClockRepair } from './clock-repair.ts';
import { createCommitQueue } from './commit-queue.ts';
import { createCounterStore } from './counter-store.ts';
import { createCounterTable } from './counters.ts';
import type { Database } from './database.ts';
import { createDigests } from './digests.ts';
import { createEffectTable } from './effects.ts';
import { createErase } from './erase.ts';
import { createEventLogStore, createEventLogTable } from './event-log.ts';
import { createExpiry } from './expiry.ts';
import { createFileState, type FileState } from './file-state.ts';
import { createHistoryTable } from './history.ts';
import { createIncidentTable } from './incidents.ts';
import { createInstallationStore, createInstallationTable } from './installations.ts';
import { createJobOutput } from './job-output.ts';
import { createJobStore } from './job-store.ts';
import { createJobTable } from './jobs.ts';
import { createLanes } from './lanes.ts';
import { createLeases } from './leases.ts';
import { createLedger } from './ledger.ts';
import { createMerger } from './merge.ts';
import { createOpenDeliveries } from './open.ts';
import { openFile } from './open-file.ts';
import type { SqliteOptions } from './options.ts';
import { createPrune } from './prune.ts';
import { createQueue } from './queue.ts';
import { createRowWriter } from './row-writer.ts';
import { createScanTable } from './scans.ts';
import { createStateTable } from './state.ts';
import { asOpenError, withStoreErrors } from './store-error.ts';
import { createTokenStore } from './tokens.ts';
import { createTrackingTable } from './tracking.ts';
import { createUpkeep } from './upkeep.ts';
import { createWorkspaces } from './workspaces.ts';

const counterIntervalMs = 1_000;

/** Opens the store of one machine: SQLite in WAL mode. Its promises resolve after a commit is on disk. */
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
  const written = createCounterStore(counters, queue, { now: clock.now, onError: options.onError });
  const tracking = createTrackingTable(db);
  const leases = createLeases(db, queue, options.owner);
  let isClosed = false;
  const blobs = createBlobTable(db);
  const scans = createScanTable(db);
  const rows = createRowWriter(db);
  const digests = createDigests(db, rows, lanes);
  const ledger = createLedger(db, rows, lanes, digests, blobs.dropOf);
  const open = createOpenDeliveries(db);
  const state = createStateTable(db);
  const effects = createEffectTable(db);
  const incidents = createIncidentTable(db);
  const jobs = createJobTable(db);
  const installations = createInstallationTable(db, lanes, counters, incidents, jobs);
  const audit = createAuditTable(db);
  const history = createHistoryTable(db);
  const eventLog = createEventLogTable(db);
  const accept = createAccept(db, {
    ...{ lanes, counters, tracking, ledger, state, effects },
    ...{ incidents, jobs, audit, eventLog },
  });
  const merge = mergeOptions(options.merge);
  const merger = createMerger(db, rows, lanes, open, merge);
  const erase = createErase(db, queue, { lanes, tracking, dropBlobs: blobs.dropOf });
  const lifetimes = createLifetimes(clock);
  const outbox = createQueue(db, rows, lanes, open, merger, digests, lifetimes, blobs.dropOf);
  const touch = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('checked_at', ?)");

  const listeners = createStoreListeners();
  listeners.erased.add(counters.forget);
  const tellWork = listeners.work.tell;
  const tellMerged = (digest: Delivery | null, count: number) => digest && listeners.merged.tell(digest, count);
  const tellState = (delivery: Delivery | null) => delivery && listeners.state.tell(delivery);

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
    prune: createPrune(db, { lanes, state, audit, incidents, history }, blobs.dropOf),
    onExpired(ids) {
      for (const id of ids) tellState(ledger.byId(id));
    },
    onClockJump(ms) {
      options.onClockJump?.(ms);
      for (const { tell } of [listeners.work, listeners.scan, listeners.effect]) tell();
    },
    onError: options.onError,
  });

  /** Ends a job and accepts its results, in one commit. Does nothing if another process has ended it. */
  async function finish<T>(end: (id: T) => boolean, id: T, unit: UnitOfWork): Promise<void> {
    const done = await queue.run(() => (end(id) ? accept(unit, clock.now()) : null));
    if (done !== null) tellAccepted(listeners, unit, done);
  }

  let cancelTimer = () => {};
  function everySecond(): void {
    fileState.look();
    void written.write();
    void upkeep.tick();
    cancelTimer = clock.after(counterIntervalMs, everySecond);
  }
  cancelTimer = clock.after(counterIntervalMs, everySecond);

  return {
    async accept(unit) {
      const done = await queue.run(() => accept(unit, clock.now()));
      tellAccepted(listeners, unit, done);
      return done.accepted;
    },
    async claim(now, leaseMs, limit, onHold = []): Promise<Claimed[]> {
      repair.leaseMs = leaseMs;
      upkeep.checkClock();
      if (lanes.nextDue(onHold) > now) return [];
      const { claimed, expired, merged } = await queue.run(() => outbox.claim(now, leaseMs, limit, onHold));
      for (const id of expired) tellState(ledger.byId(id));
      for (const { digest, count } of merged) tellMerged(ledger.byId(digest), count);
      return claimed;
    },
    async settle(delivery, settlement, now) {
      const parent = await queue.run(() => {
        if (settlement.to === 'sent') counters.add(delivery.team, { total_messages_slacked: 1 }, now);
        return outbox.settle(delivery, settlement, now);
      });
      tellState(parent);
      const after = ledger.byId(delivery.id);
      const refused = settlement.to === 'changed' && settlement.error !== undefined;
      if (after?.state !== delivery.state || refused) tellState(after);
    },
    release: (now) => queue.run(() => lanes.releaseAll(now)),
    nextDue: async (onHold = []) => Math.min(lanes.nextDue(onHold), scans.nextDue()),
    blob: async (id) => blobs.read(id),

    withdraw: (id, now, { merged = false } = {}) => changed(id, () => ledger.withdraw(id, now, merged)),
    edit: (id, content, now, check) => changed(id, () => ledger.edit(id, content, now, check)),
    requeue: (id, now, expiresAt) => changed(id, () => ledger.requeue(id, now, expiresAt)),
    delivery: async (id) => ledger.byId(id),
    mergedContents: async (digestId, limit, after = 0) => digests.contents(digestId, limit, after),
    deliveries: async (filter, cursor, limit, look) => ledger.list(filter, cursor, limit, look),
    backlog: async () => backlogAt(clock.now(), ledger.backlog(), lifetimes),

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
    teamsChangedSince: async (version, known) => tracking.changedSince(version, known),
    tracking: async (team) => tracking.snapshot(team),

    state: async (name) => state.read(name),

    ...createInstallationStore(installations, queue, clock.now),
    ...createWorkspaces(db, queue, listeners.workspace.tell),
    async eraseTeam(team) {
      const count = await erase(team);
      listeners.workspace.tell(team);
      listeners.erased.tell(team);
      return count;
    },
    ...createTokenStore(db, queue),
    lease: leases.lease,
    ...incidents.reads,
    ...createJobStore({ jobs, output: createJobOutput(db), queue, trusted: upkeep.trusted, listeners }),
    rollups: history.read,
    writeRollups: (rollups) => queue.run(() => history.write(rollups)),
    writeAudit: (entry) => queue.run(() => audit.write(entry)),
    auditEntries: async (filter, cursor, limit) => audit.list(filter, cursor, limit),

    ...createEventLogStore(eventLog, queue, upkeep.trusted),
    count: written.count,
    countError: written.countError,
    counters: written.counters,
    errors: written.errors,

    ...registrations(listeners),
    isShared: false,
    tell() {},
    onTold() {},
    prune: (before) => upkeep.prune(before),
    databaseState: async () => null,
    async check() {
      const trouble = fileState.trouble();
      if (trouble !== null) throw trouble;
      await queue.run(() => void touch.run(clock.now()));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelTimer();
      await written.write();
      await Promise.all([upkeep.close(), leases.endAll()]);
      queue.flush();
      db.close();
    },
  };
}
