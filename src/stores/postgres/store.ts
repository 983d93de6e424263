import { createLifetimes } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Store } from '../../ports/store.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { type AcceptedUnit, registrations, type StoreListeners, tellAccepted } from '../common/listeners.ts';
import { mergeOptions } from '../common/merge-options.ts';
import { type Accepting, createAccept, isAlone } from './accept.ts';
import { createAnnouncements, wakeAll } from './announcements.ts';
import { createAudit } from './audit.ts';
import { createBatches } from './batches.ts';
import { readBlob } from './blobs.ts';
import { createClaiming } from './claiming.ts';
import { createCounters } from './counters.ts';
import type { Database, Statements } from './database.ts';
import { mergedContents } from './digests.ts';
import { createEffects } from './effects.ts';
import { createEventLog } from './event-log.ts';
import { createHistory } from './history.ts';
import { createIncidents } from './incidents.ts';
import { createInstallations } from './installations.ts';
import { createJobStore } from './job-store.ts';
import { createJobs } from './jobs.ts';
import { lanes } from './lanes.ts';
import { createLeases } from './leases.ts';
import { type Changed, createLedger, deliveryById, readBacklog } from './ledger.ts';
import { instancesLock, type Listener } from './listener.ts';
import { listDeliveries } from './listing.ts';
import type { News } from './news.ts';
import { type PostgresOptions, usualPatienceMs, usualSchema } from './options.ts';
import type { Outage } from './outage.ts';
import { createPruning } from './prune.ts';
import { createQueue, type Settled, type Settling } from './queue.ts';
import { createScans } from './scans.ts';
import { createServerClock } from './server-clock.ts';
import { createState } from './state.ts';
import { stateOfServer } from './state-of-server.ts';
import { createTokens } from './tokens.ts';
import { createTracking } from './tracking.ts';
import { createUpkeep } from './upkeep.ts';
import { createWorkspaces } from './workspaces.ts';

/** Told with the id of a team whose installation was written or removed. */
const workspaceNews = 'workspace';
/** Told with the id of a team that was erased. */
const erasedNews = 'erased';

export interface StoreParts {
  options: PostgresOptions;
  db: Database;
  news: News;
  listeners: StoreListeners;
  listener: Listener;
  outage: Outage;
}

/** Opens the store on a database of the newest version. */
export async function createStore({ options, db, news, listeners, listener, outage }: StoreParts): Promise<Store> {
  const onError = outage.failed;
  const { owner, clock, schema = usualSchema, onCommit = () => {} } = options;
  const merge = mergeOptions(options.merge);
  const server = createServerClock(clock, options.isServerClock ?? true);
  const { toServer, fromServer } = server;
  const lifetimes = createLifetimes(clock);
  const announce = createAnnouncements(db, listeners, onError);
  const counters = createCounters({ db, instance: listener.instance, now: clock.now, onError });
  const tracking = createTracking(db);
  const claiming = createClaiming(db, clock);
  const scans = createScans(db, claiming);
  const effects = createEffects(db, claiming);
  const incidents = createIncidents(db);
  const jobs = createJobs(db);
  const audit = createAudit(db);
  const history = createHistory(db);
  const state = createState(db);
  const leases = createLeases(db, owner, toServer);
  const ledger = createLedger(db);
  const pruning = createPruning({ db, clock, audit, incidents, history });
  const { write, ...eventLog } = createEventLog(db, pruning.trusted);
  const jobStore = createJobStore({ db, jobs, trusted: pruning.trusted, onOutput: listeners.output.tell, onCommit });
  const units = createAccept({
    ...{ db, toServer, news },
    tables: { counters, state, effects, audit, incidents, jobs, tracking, eventLog: { write } },
  });
  const accepting = createBatches<Accepting, AcceptedUnit>({
    ...{ run: units.accept, isAlone, onCommit },
    patience: {
      ...{ ms: options.patienceMs ?? usualPatienceMs, timer: clock, reason: outage.reason },
      onLate: ({ unit }, done) => tellAccepted(listeners, unit, done),
    },
  });
  const queue = createQueue({
    ...{ db, claiming, owner, merge, lifetimes, toServer },
    countSent(tx, byTeam) {
      const counts = [...byTeam].map(([team, total]) => ({ team, by: { total_messages_slacked: total } }));
      counters.add(tx, counts, clock.now());
    },
  });
  const settling = createBatches<Settling, Settled>({ run: queue.settle, onCommit });
  const upkeep = createUpkeep({
    ...{ db, clock, server, lifetimes, digestOpenMs: merge.openMs, onError },
    writeCounters: counters.write,
    onExpired: (ids) => void announce.expired(ids),
    onClockJump(ms) {
      options.onClockJump?.(ms);
      wakeAll(listeners);
    },
  });

  function tellWorkspace(team: string): void {
    listeners.workspace.tell(team);
    news.store.tell(workspaceNews, team);
  }
  listeners.erased.add(counters.forget);
  function tellErased(team: string): void {
    listeners.erased.tell(team);
    news.store.tell(erasedNews, team);
  }
  async function eraseTracking(tx: Statements, team: string): Promise<number> {
    news.trackingChanged(tx);
    return tracking.erase(tx, team);
  }
  news.store.onTold(workspaceNews, (team) => listeners.workspace.tell(team as string));
  news.store.onTold(erasedNews, (team) => listeners.erased.tell(team as string));

  async function changed(change: Promise<Changed>): Promise<Delivery> {
    const { before, after } = await change;
    if (before.state !== after.state) listeners.state.tell(after);
    listeners.work.tell();
    return after;
  }

  /** Ends a job and accepts its results, in one commit. Does nothing if another instance has ended it. */
  async function finish(end: (tx: Statements) => Promise<boolean>, unit: UnitOfWork): Promise<void> {
    const done = await units.after(end, { unit, now: clock.now() });
    if (done !== null) tellAccepted(listeners, unit, done);
  }

  await pruning.open();
  await upkeep.start();
  let isClosed = false;

  return {
    async accept(unit) {
      const done = await accepting.add({ unit, now: clock.now() });
      tellAccepted(listeners, unit, done);
      return done.accepted;
    },
    async claim(now, leaseMs, limit, onHold = []) {
      upkeep.leaseMs = leaseMs;
      upkeep.checkClock();
      const { claimed, expired, merged } = await queue.claim(now, leaseMs, limit, onHold);
      await announce.expired(expired);
      await announce.merged(merged);
      return claimed;
    },
    async settle(delivery, settlement, now) {
      const { after, parent } = await settling.add({ delivery, settlement, now });
      if (parent !== null) listeners.state.tell(parent);
      const isRefused = settlement.to === 'changed' && settlement.error !== undefined;
      if (after !== null && (after.state !== delivery.state || isRefused)) listeners.state.tell(after);
    },
    release: queue.release,
    async nextDue(onHold = []) {
      const [lane, scan] = await Promise.all([lanes.nextDue(db, onHold), scans.nextDue()]);
      return fromServer(Math.min(lane, scan));
    },
    blob: (id) => readBlob(db, id),

    withdraw: (id, now, { merged = false } = {}) => changed(ledger.withdraw(id, now, merged)),
    edit: (id, content, now, check) => changed(ledger.edit(id, content, now, check)),
    requeue: (id, now, expiresAt) => changed(ledger.requeue(id, now, expiresAt)),
    delivery: (id) => deliveryById(db, id),
    mergedContents: (digestId, limit, after = 0) => mergedContents(db, digestId, limit, after),
    deliveries: (filter, cursor, limit, look) => listDeliveries(db, filter, cursor, limit, look),
    backlog: () => readBacklog(db, clock.now(), lifetimes),

    async claimScans(now, leaseMs, limit) {
      upkeep.checkClock();
      return scans.claim(toServer(now), toServer(now) + leaseMs, limit);
    },
    finishScan: (id, unit) => finish((tx) => scans.end(tx, id), unit),
    retryScan: (id, at) => scans.retry(id, toServer(Math.min(at, clock.now() + longestUsualHoldMs))),

    async claimEffects(now, leaseMs, limit) {
      upkeep.checkClock();
      return effects.claim(toServer(now), toServer(now) + leaseMs, limit);
    },
    finishEffect: (id, unit) => finish((tx) => effects.end(tx, id), unit),

    trackingVersion: tracking.version,
    teamsChangedSince: tracking.changedSince,
    tracking: tracking.snapshot,
    state: state.read,

    ...createInstallations(db, counters, clock.now),
    ...createWorkspaces({ db, eraseTracking, tell: tellWorkspace, tellErased }),
    ...createTokens(db),
    lease: leases.lease,
    ...incidents.reads,
    ...jobStore.store,
    rollups: history.rollups,
    writeRollups: history.writeRollups,
    writeAudit: (entry) => db.transaction(async (tx) => audit.write(tx, [entry])),
    auditEntries: audit.list,

    ...eventLog,
    count: counters.count,
    countError: counters.countError,
    counters: counters.counters,
    errors: counters.errors,

    ...registrations(listeners),
    ...news.store,
    prune: pruning.prune,
    check: () => state.touch(clock.now()),
    databaseState: () => stateOfServer(db, { schema, lock: instancesLock(schema), owner }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      db.closing();
      await news.close();
      await upkeep.stop();
      await Promise.all([accepting, settling, jobStore].map(({ settled }) => settled()));
      await counters.write();
      await pruning.save().catch(onError);
      await leases.endAll();
      await listener.close();
      await db.close();
    },
  };
}
