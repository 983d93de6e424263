import type { Lifetimes } from '../../domain/clock.ts';
import type { Content, Delivery } from '../../domain/delivery.ts';
import { NotFound } from '../../domain/errors.ts';
import { edit, requeue, withdraw } from '../../domain/transitions.ts';
import { backlogAt } from '../common/backlog.ts';
import { type DeliveryRow, toDelivery } from '../common/rows.ts';
import { dropBlobs } from './blobs.ts';
import type { Database, Statements } from './database.ts';
import { createDigests, type Digests } from './digests.ts';
import { lanes } from './lanes.ts';
import { createRowWriter, deliveryRow, type RowWriter, selectDelivery } from './rows.ts';

/** A delivery before and after a change of a person. */
export interface Changed {
  before: Delivery;
  after: Delivery;
}

export const deliveryById = async (db: Statements, id: string): Promise<Delivery | null> => {
  const row = await deliveryRow(db, 'd.id = $1', id);
  return row === null ? null : toDelivery(row);
};

/** The number of queued deliveries, and the creation time of the oldest one. */
export async function readBacklog(db: Statements, now: number, lifetimes: Lifetimes) {
  const [row] = await db.query<{ queued: number; oldest: number | null }>(
    "SELECT count(*) AS queued, min(created_at) FILTER (WHERE state <> 'sent') AS oldest FROM deliveries WHERE open = 1",
  );
  return backlogAt(now, { queued: row?.queued ?? 0, oldestAt: row?.oldest ?? null }, lifetimes);
}

export async function deliveriesById(db: Statements, ids: readonly string[]): Promise<Delivery[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<DeliveryRow>(`${selectDelivery} WHERE d.id = ANY($1) ORDER BY d.seq`, [ids]);
  return rows.map(toDelivery);
}

/** Edits a message inside the caller's transaction. @throws NotFound, WrongState, and what `check` throws */
export function editIn(
  tx: Statements,
  id: string,
  content: Partial<Content>,
  now: number,
  check?: (current: Delivery) => void,
): Promise<Changed> {
  return change(tx, id, async (row, before, rows, digests) => {
    check?.(before);
    const after = rows.write(before, edit(before, content, now));
    if (after.state === 'merged') await digests.memberChanged(row, false, now);
    else lanes.wakeLocked(tx, [row.lane]);
    return after;
  });
}

/** The changes of people. Each locks the message's lane first, as everybody does who changes a message. */
export function createLedger(db: Database) {
  return {
    edit: (id: string, content: Partial<Content>, now: number, check?: (current: Delivery) => void): Promise<Changed> =>
      db.transaction((tx) => editIn(tx, id, content, now, check)),

    withdraw: (id: string, now: number, merged: boolean): Promise<Changed> =>
      db.transaction((tx) =>
        change(tx, id, async (row, before, rows, digests) => {
          const done = withdraw(before, { merged, hasMembers: await digests.hasMembers(row.seq) }, now);
          if (done === null) return before;
          if (done.members === 'withdrawn') await digests.withdrawMembers(row, now);
          if (done.members === 'handed over') await digests.handOver(row, now);
          if (done.leavesDigest) await digests.memberChanged(row, true, now);
          if (done.dropsFiles) dropBlobs(tx, before.attachments);
          rows.write(before, done.change);
          if (done.change.pending === 'delete') lanes.wakeLocked(tx, [row.lane]);
          rows.flush();
          return (await deliveryById(tx, id)) ?? before;
        }),
      ),

    requeue: (id: string, now: number, expiresAt: number): Promise<Changed> =>
      db.transaction((tx) =>
        change(tx, id, async (row, before, rows) => {
          lanes.wakeLocked(tx, [row.lane]);
          return rows.write(before, requeue(before, expiresAt, now));
        }),
      ),
  };
}

async function change(
  tx: Statements,
  id: string,
  make: (row: DeliveryRow, before: Delivery, rows: RowWriter, digests: Digests) => Promise<Delivery>,
): Promise<Changed> {
  lanes.lockOf(tx, 'id = $1', [id]);
  const row = await deliveryRow(tx, 'd.id = $1', id);
  if (row === null) throw new NotFound(`There is no message "${id}". GET /ultronex/messages lists them.`);
  const before = toDelivery(row);
  const rows = createRowWriter(tx);
  const after = await make(row, before, rows, createDigests(tx, rows));
  rows.flush();
  return { before, after };
}
