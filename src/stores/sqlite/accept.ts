import type { Attachment, NewDelivery } from '../../domain/delivery.ts';
import type { Change } from '../../domain/subscription.ts';
import type { TrackingChanges } from '../../ports/tracking-store.ts';
import type { Accepted, UnitOfWork } from '../../ports/unit-of-work.ts';
import type { CounterTable } from './counters.ts';
import type { Database } from './database.ts';
import type { EffectTable } from './effects.ts';
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
}

/** `tracking`: what the unit changed of subscriptions and mutes, to be told after the commit; null: nothing. */
export interface AcceptedUnit {
  accepted: Accepted;
  tracking: TrackingChanges | null;
}

/** Writes one unit of work inside the caller's transaction. */
export function createAccept(db: Database, { lanes, counters, tracking, ledger, state, effects }: AcceptTables) {
  const remember = db.prepare('INSERT OR IGNORE INTO events (key, at, fingerprint, delivery) VALUES (?, ?, ?, ?)');
  const remembered = db.prepare<[string], { fingerprint: string | null; delivery: string | null }>(
    'SELECT fingerprint, delivery FROM events WHERE key = ?',
  );
  const insertBlob = db.prepare('INSERT INTO blobs (id, uses, bytes) VALUES (?, ?, ?)');
  const insertScan = db.prepare('INSERT INTO scans (ready_at, message) VALUES (?, ?)');
  const insertDelivery = db.prepare(
    `INSERT INTO deliveries (id, lane, text, title, blocks, thread_ts, only_for, attachments, source, trace, similar,
       created_at, expires_at, updated_at, slack_fields)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  function insert(delivery: NewDelivery): void {
    insertDelivery.run(
      delivery.id,
      lanes.wake(delivery.team, delivery.channel),
      delivery.text,
      delivery.title ?? null,
      delivery.blocks ? JSON.stringify(delivery.blocks) : null,
      delivery.threadTs ?? null,
      delivery.onlyFor ?? null,
      delivery.attachments.length > 0 ? JSON.stringify(delivery.attachments) : null,
      delivery.source,
      delivery.trace,
      delivery.similarKey,
      delivery.createdAt,
      delivery.expiresAt,
      delivery.createdAt,
      delivery.slackFields ? JSON.stringify(delivery.slackFields) : null,
    );
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
        };
    }
    for (const blob of work.blobs ?? []) insertBlob.run(blob.id, countUses(deliveries, blob.id), blob.bytes);
    for (const delivery of deliveries) insert(delivery);
    for (const { id, content } of work.edits ?? []) ledger.edit(id, content, now);
    for (const { name, value } of work.state ?? []) state.write(name, value, now);
    const changed = work.changes?.length ? applyChanges(work.changes, now) : null;
    for (const effect of work.effects ?? []) effects.write(effect, now);
    if (work.counts) counters.add(work.counts, now);
    if (work.scan) insertScan.run(now, JSON.stringify(work.scan));
    const accepted = { duplicate: false, fingerprint: work.fingerprint ?? null, deliveryId: first };
    return { accepted, tracking: changed };
  };
}

function countUses(deliveries: readonly NewDelivery[], blob: string): number {
  const uses = (attachment: Attachment) => attachment.blob === blob;
  return deliveries.filter((delivery) => delivery.attachments.some(uses)).length;
}
