import type { Attachment, NewDelivery } from '../../domain/delivery.ts';
import type { Change } from '../../domain/subscription.ts';
import type { TrackingChanges } from '../../ports/tracking-store.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { newDeliveryColumns, newDeliveryValues } from '../common/delivery-columns.ts';
import type { AcceptedUnit } from '../common/listeners.ts';
import type { AuditTable } from './audit.ts';
import type { CounterTable } from './counters.ts';
import type { Database } from './database.ts';
import type { EffectTable } from './effects.ts';
import type { EventLogTable } from './event-log.ts';
import type { IncidentTable } from './incidents.ts';
import type { JobTable } from './jobs.ts';
import type { Lanes } from './lanes.ts';
import type { Ledger } from './ledger.ts';
import type { StateTable } from './state.ts';
import type { TrackingTable } from './tracking.ts';

export interface AcceptTables {
  lanes: Lanes;
  counters: CounterTable;
  tracking: TrackingTable;
  ledger: Pick<Ledger, 'edit'>;
  state: StateTable;
  effects: EffectTable;
  incidents: Pick<IncidentTable, 'write'>;
  jobs: Pick<JobTable, 'write'>;
  audit: Pick<AuditTable, 'write'>;
  eventLog: Pick<EventLogTable, 'write'>;
}

/** Writes one unit of work inside the caller's transaction. */
export function createAccept(db: Database, tables: AcceptTables) {
  const { lanes, counters, tracking, ledger, state, effects, incidents, jobs, audit, eventLog } = tables;
  const remember = db.prepare('INSERT OR IGNORE INTO events (key, at, fingerprint, delivery) VALUES (?, ?, ?, ?)');
  const remembered = db.prepare<[string], { fingerprint: string | null; delivery: string | null }>(
    'SELECT fingerprint, delivery FROM events WHERE key = ?',
  );
  const insertBlob = db.prepare('INSERT INTO blobs (id, uses, bytes) VALUES (?, ?, ?)');
  const insertScan = db.prepare('INSERT INTO scans (ready_at, message) VALUES (?, ?)');
  const insertDelivery = db.prepare(
    `INSERT INTO deliveries (lane, ${newDeliveryColumns.join(', ')}) VALUES (?${', ?'.repeat(newDeliveryColumns.length)})`,
  );

  function insert(delivery: NewDelivery): void {
    insertDelivery.run(lanes.wake(delivery.team, delivery.destination), ...newDeliveryValues(delivery));
  }

  function applyChanges(changes: readonly Change[], now: number): TrackingChanges {
    const from = tracking.version();
    const made = changes.flatMap((change) => tracking.apply(change, now) ?? []);
    return { changes: made, from, to: tracking.version() };
  }

  return function accept(work: UnitOfWork, now: number): AcceptedUnit {
    const deliveries = work.deliveries ?? [];
    const first = deliveries[0]?.id ?? null;
    if (work.key !== undefined) {
      const { changes } = remember.run(work.key, now, work.fingerprint ?? null, first);
      const earlier = changes === 0 ? remembered.get(work.key) : undefined;
      if (earlier)
        return {
          accepted: { duplicate: true, fingerprint: earlier.fingerprint, deliveryId: earlier.delivery },
          tracking: null,
          jobs: [],
        };
    }
    for (const blob of work.blobs ?? []) insertBlob.run(blob.id, countUses(deliveries, blob.id), blob.bytes);
    for (const delivery of deliveries) insert(delivery);
    for (const { id, content } of work.edits ?? []) ledger.edit(id, content, now);
    for (const change of work.state ?? []) state.write(change, now);
    for (const change of work.incidents ?? []) incidents.write(change, now);
    const written = work.jobs?.map(jobs.write) ?? [];
    const changed = work.changes?.length ? applyChanges(work.changes, now) : null;
    for (const effect of work.effects ?? []) effects.write(effect, now);
    for (const entry of work.audit ?? []) audit.write(entry);
    if (work.counts) counters.add(work.counts.team, work.counts.by, now);
    for (const event of work.events ?? []) eventLog.write(event, now);
    if (work.scan) insertScan.run(now, JSON.stringify(work.scan));
    const accepted = { duplicate: false, fingerprint: work.fingerprint ?? null, deliveryId: first };
    return { accepted, tracking: changed, jobs: written };
  };
}

function countUses(deliveries: readonly NewDelivery[], blob: string): number {
  const uses = (attachment: Attachment) => attachment.blob === blob;
  return deliveries.filter((delivery) => delivery.attachments.some(uses)).length;
}
