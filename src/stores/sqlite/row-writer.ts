import type { Delivery, SlackRef } from '../../domain/delivery.ts';
import { type DeliveryChange, isOpen } from '../../domain/transitions.ts';
import type { Database, Statement, Value } from './database.ts';

/** Writes a change of a delivery, and only the columns that it names: indexes of the others need no work. */
export interface RowWriter {
  /** Inside the caller's transaction. Returns the delivery with the change. */
  write(delivery: Delivery, change: DeliveryChange): Delivery;
}

type Columns = Record<string, Value>;
const json = (list: readonly unknown[] | undefined): string | null => (list?.length ? JSON.stringify(list) : null);
const place = (slack: SlackRef | null): Columns => ({
  slack_channel: slack?.channel ?? null,
  slack_ts: slack?.ts ?? null,
  permalink: slack?.permalink ?? null,
});

type Encoders = { [K in keyof Required<DeliveryChange>]: (value: DeliveryChange[K]) => Columns };

const encoders: Encoders = {
  state: (state = 'queued') => ({ state }),
  text: (text = '') => ({ text }),
  title: (title) => ({ title: title ?? null }),
  blocks: (blocks) => ({ blocks: blocks === undefined ? null : JSON.stringify(blocks) }),
  expiresAt: (at = 0) => ({ expires_at: at }),
  attempts: (attempts = 0) => ({ attempts }),
  outcomeUnknown: (unknown) => ({ hidden: unknown ? 1 : 0 }),
  slack: (slack = null) => place(slack),
  uploaded: (uploaded = 0) => ({ uploaded }),
  error: (error = null) => ({ error }),
  warnings: (warnings) => ({ warnings: json(warnings) }),
  mergedInto: () => ({ merged_into: null }),
  mergedCount: (count = 0) => ({ merged_count: count }),
  shown: (shown = 0) => ({ shown }),
  pending: (pending = null) => ({ pending }),
  revision: (revision = 0) => ({ revision }),
  updatedAt: (at = 0) => ({ updated_at: at }),
};

export function createRowWriter(db: Database): RowWriter {
  /** By the names of the columns, of which the rules make some twenty lists. */
  const statements = new Map<string, Statement<Value[]>>();

  function statementFor(names: readonly string[]): Statement<Value[]> {
    const list = names.join(' = ?, ');
    const known = statements.get(list);
    if (known !== undefined) return known;
    const made = db.prepare<Value[]>(`UPDATE deliveries SET ${list} = ? WHERE seq = ?`);
    statements.set(list, made);
    return made;
  }

  return {
    write(delivery, change) {
      const after: Delivery = { ...delivery, ...change };
      const columns: Columns = {};
      for (const [field, value] of Object.entries(change)) {
        const encode = encoders[field as keyof DeliveryChange] as (value: unknown) => Columns;
        Object.assign(columns, encode(value));
      }
      if (isOpen(after) !== isOpen(delivery)) columns.open = isOpen(after) ? 1 : 0;
      statementFor(Object.keys(columns)).run(...Object.values(columns), delivery.seq);
      return after;
    },
  };
}
