import type { AuditEntry } from '../../domain/audit.ts';
import type { Counts } from '../../domain/counters.ts';
import type { WrittenEffect } from '../../domain/effect.ts';
import type { Job } from '../../domain/job.ts';
import type { Change } from '../../domain/subscription.ts';
import type { IncidentChange } from '../../ports/incident-store.ts';
import type { TrackingChanges } from '../../ports/tracking-store.ts';
import type { Accepted, StateChange, UnitOfWork } from '../../ports/unit-of-work.ts';
import type { AcceptedUnit } from '../common/listeners.ts';
import type { Database, Statements } from './database.ts';
import type { AcceptedEvent } from './event-log.ts';
import { insertDeliveries } from './insert-deliveries.ts';
import { editIn } from './ledger.ts';
import type { News } from './news.ts';

/** The tables of the other parts, each inside the caller's transaction. */
export interface AcceptTables {
  counters: { add(tx: Statements, counts: readonly { team: string; by: Counts }[], now: number): void };
  state: {
    write(tx: Statements, values: readonly StateChange[], now: number): void;
    replace(tx: Statements, change: StateChange & { was: string | null }, now: number): Promise<void>;
  };
  effects: { write(tx: Statements, effects: readonly WrittenEffect[], readyAt: number): void };
  audit: { write(tx: Statements, entries: readonly AuditEntry[]): void };
  incidents: { write(tx: Statements, change: IncidentChange, now: number): Promise<void> };
  jobs: { write(tx: Statements, job: Job): Promise<Job> };
  eventLog: { write(tx: Statements, events: readonly AcceptedEvent[]): void };
  tracking: { apply(tx: Statements, changes: readonly Change[], now: number): Promise<TrackingChanges> };
}

/** A unit with the time of its acceptance by this program's clock. */
export interface Accepting {
  unit: UnitOfWork;
  now: number;
}

export interface AcceptParts {
  db: Database;
  tables: AcceptTables;
  toServer(at: number): number;
  news: Pick<News, 'trackingChanged' | 'wakeOthers'>;
}

/** Whether a unit can be refused, so that it needs a transaction of its own. */
export const isAlone = ({ unit: { edits, incidents, jobs, changes, state } }: Accepting): boolean =>
  [edits, incidents, jobs, changes, state?.filter(isReplaced)].some((list) => list !== undefined && list.length > 0);

const isReplaced = (change: StateChange): change is StateChange & { was: string | null } => change.was !== undefined;

/**
 * Writes a batch of units in one transaction: first the keys, which tell the duplicates apart, then the rows of all others, with one
 * statement a table. So a batch costs two round trips.
 */
export function createAccept({ db, tables, toServer, news }: AcceptParts) {
  async function acceptIn(tx: Statements, batch: readonly Accepting[]): Promise<AcceptedUnit[]> {
    const originals = await originalsOf(tx, batch);
    const fresh = batch.filter((_, index) => originals[index] === null);
    if (fresh.length === 0) return originals.map((accepted) => ({ accepted: accepted as Accepted, ...nothing }));
    const units = fresh.map(({ unit }) => unit);
    const deliveries = units.flatMap((unit) => unit.deliveries ?? []);
    insertBlobs(tx, units);
    insertDeliveries(tx, deliveries);
    insertScans(tx, fresh);
    const last = fresh.at(-1)?.now ?? 0;
    const state = units.flatMap((unit) => unit.state ?? []).filter((change) => !isReplaced(change));
    if (state.length > 0) tables.state.write(tx, state, last);
    const effects = units.flatMap((unit) => unit.effects ?? []);
    if (effects.length > 0) tables.effects.write(tx, effects, toServer(last));
    const audit = units.flatMap((unit) => unit.audit ?? []);
    if (audit.length > 0) tables.audit.write(tx, audit);
    const events = fresh.flatMap(({ unit, now }) => (unit.events ?? []).map((event) => ({ event, now })));
    if (events.length > 0) tables.eventLog.write(tx, events);
    const results: AcceptedUnit[] = [];
    for (const [index, { unit, now }] of batch.entries()) {
      const original = originals[index] ?? null;
      results.push(original === null ? await acceptRest(tx, unit, now) : { accepted: original, ...nothing });
    }
    const counts = units.flatMap((unit) => unit.counts ?? []);
    if (counts.length > 0) tables.counters.add(tx, counts, last);
    if (results.some(({ tracking }) => tracking !== null && tracking.changes.length > 0)) news.trackingChanged(tx);
    return results;
  }

  /** What can be refused. Such units are alone in their transaction. */
  async function acceptRest(tx: Statements, unit: UnitOfWork, now: number): Promise<AcceptedUnit> {
    for (const { id, content } of unit.edits ?? []) await editIn(tx, id, content, now);
    for (const change of (unit.state ?? []).filter(isReplaced)) await tables.state.replace(tx, change, now);
    for (const change of unit.incidents ?? []) await tables.incidents.write(tx, change, now);
    const jobs: Job[] = [];
    for (const job of unit.jobs ?? []) jobs.push(await tables.jobs.write(tx, job));
    const tracking = unit.changes?.length ? await tables.tracking.apply(tx, unit.changes, now) : null;
    const accepted = { duplicate: false, fingerprint: unit.fingerprint ?? null, deliveryId: firstId(unit) };
    return { accepted, tracking, jobs };
  }

  function wakeOthers(batch: readonly Accepting[], results: readonly AcceptedUnit[]): void {
    const fresh = batch.filter((_, index) => results[index]?.accepted.duplicate === false).map(({ unit }) => unit);
    news.wakeOthers({
      work: fresh.some(({ deliveries = [], edits = [] }) => deliveries.length + edits.length > 0),
      scan: fresh.some(({ scan }) => scan !== undefined),
    });
  }

  return {
    /** Accepts units in one transaction. Resolves with the results in their order. */
    async accept(batch: readonly Accepting[]): Promise<AcceptedUnit[]> {
      const results = await db.transaction((tx) => acceptIn(tx, batch));
      wakeOthers(batch, results);
      return results;
    },
    /** Ends something and accepts the unit of its outcome; resolves with null, and accepts nothing, if `end` resolves with false. */
    async after(end: (tx: Statements) => Promise<boolean>, item: Accepting): Promise<AcceptedUnit | null> {
      const results = await db.transaction(async (tx) => ((await end(tx)) ? acceptIn(tx, [item]) : []));
      wakeOthers([item], results);
      return results[0] ?? null;
    },
  };

  function insertScans(tx: Statements, units: readonly Accepting[]): void {
    const scans = units.filter(({ unit }) => unit.scan !== undefined);
    if (scans.length === 0) return;
    void tx.run(
      `INSERT INTO scans (ready_at, message) SELECT u.ready_at, u.message
       FROM unnest($1::float8[], $2::text[]) WITH ORDINALITY u (ready_at, message, n) ORDER BY u.n`,
      [scans.map(({ now }) => toServer(now)), scans.map(({ unit }) => JSON.stringify(unit.scan))],
    );
  }
}

const nothing = { tracking: null, jobs: [] };
const firstId = (unit: UnitOfWork): string | null => unit.deliveries?.[0]?.id ?? null;

/** For each unit the original that it repeats; null: its key is new, or it has none. Writes the new keys. */
async function originalsOf(tx: Statements, batch: readonly Accepting[]): Promise<(Accepted | null)[]> {
  const keyed = new Map<string, Accepting>();
  for (const each of batch) {
    const { key } = each.unit;
    if (key !== undefined && !keyed.has(key)) keyed.set(key, each);
  }
  if (keyed.size === 0) return batch.map(() => null);
  const firsts = [...keyed.values()];
  // Waits for another instance that writes the same key.
  const written = await tx.query<{ key: string }>(
    `INSERT INTO events (key, at, fingerprint, delivery)
     SELECT * FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[]) u (key, at, fingerprint, delivery)
     ORDER BY key ON CONFLICT (key) DO NOTHING RETURNING key`,
    [
      firsts.map(({ unit }) => unit.key ?? ''),
      firsts.map(({ now }) => now),
      firsts.map(({ unit }) => unit.fingerprint ?? null),
      firsts.map(({ unit }) => firstId(unit)),
    ],
  );
  const isNew = new Set(written.map(({ key }) => key));
  const known = [...keyed.keys()].filter((key) => !isNew.has(key));
  const earlier = known.length === 0 ? new Map<string, Accepted>() : await storedOf(tx, known);
  return batch.map((each) => {
    const { key } = each.unit;
    if (key === undefined) return null;
    const stored = earlier.get(key);
    if (stored !== undefined) return stored;
    const first = keyed.get(key);
    if (first === undefined || first === each) return null;
    return { duplicate: true, fingerprint: first.unit.fingerprint ?? null, deliveryId: firstId(first.unit) };
  });
}

async function storedOf(tx: Statements, keys: readonly string[]): Promise<Map<string, Accepted>> {
  const rows = await tx.query<{ key: string; fingerprint: string | null; delivery: string | null }>(
    'SELECT key, fingerprint, delivery FROM events WHERE key = ANY($1)',
    [keys],
  );
  return new Map(
    rows.map(({ key, fingerprint, delivery }) => [key, { duplicate: true, fingerprint, deliveryId: delivery }]),
  );
}

function insertBlobs(tx: Statements, units: readonly UnitOfWork[]): void {
  for (const { blobs = [], deliveries = [] } of units) {
    for (const { id, bytes } of blobs) {
      const uses = deliveries.filter(({ attachments }) => attachments.some(({ blob }) => blob === id)).length;
      void tx.run('INSERT INTO blobs (id, uses, bytes) VALUES ($1, $2, $3)', [id, uses, bytes]);
    }
  }
}
