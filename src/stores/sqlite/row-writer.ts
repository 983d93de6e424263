import type { Delivery } from '../../domain/delivery.ts';
import type { DeliveryChange } from '../../domain/transitions.ts';
import { changedColumns } from '../common/delivery-columns.ts';
import type { Database, Statement, Value } from './database.ts';

/** Writes the changed columns of a delivery only, so that SQLite updates no other index. */
export interface RowWriter {
  /** Inside the caller's transaction. Returns the delivery with the change. */
  write(delivery: Delivery, change: DeliveryChange): Delivery;
}

export function createRowWriter(db: Database): RowWriter {
  /** Prepared statements by their columns; the transitions need some twenty. */
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
      const columns = changedColumns(delivery, change);
      statementFor(Object.keys(columns)).run(...Object.values(columns), delivery.seq);
      return { ...delivery, ...change };
    },
  };
}
