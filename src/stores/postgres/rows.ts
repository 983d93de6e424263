import type { Delivery } from '../../domain/delivery.ts';
import type { DeliveryChange } from '../../domain/transitions.ts';
import { changedColumns, type DeliveryColumns } from '../common/delivery-columns.ts';
import type { DeliveryRow } from '../common/rows.ts';
import type { Statements, Value } from './database.ts';

/** Deliveries as `DeliveryRow`. */
export const selectDelivery = `SELECT d.*, d.similar_key AS similar, l.team, l.kind, l.address,
  (SELECT m.id FROM deliveries m WHERE m.seq = d.merged_into) AS digest,
  (SELECT p.slack_ts FROM deliveries p WHERE p.id = d.reply_to AND p.state = 'sent') AS parent_ts
  FROM deliveries d JOIN lanes l ON l.id = d.lane`;

/** SQLite's name of a column is a word of PostgreSQL's language. */
const columnNames: Readonly<Record<string, string>> = { similar: 'similar_key' };
export const columnName = (name: string): string => columnNames[name] ?? name;

/** Types of the columns of `deliveries` that are not text. */
const columnTypes: Readonly<Record<string, string>> = {
  ...{ similar: 'bigint', merged_into: 'bigint', open: 'smallint', hidden: 'smallint' },
  ...{ attempts: 'int', uploaded: 'int', merged_count: 'int', shown: 'int', revision: 'int' },
  ...{ created_at: 'float8', expires_at: 'float8', updated_at: 'float8' },
};
export const columnType = (name: string): string => columnTypes[name] ?? 'text';

export async function deliveryRow(db: Statements, where: string, value: Value): Promise<DeliveryRow | null> {
  const [row] = await db.query<DeliveryRow>(`${selectDelivery} WHERE ${where}`, [value]);
  return row ?? null;
}

/** Collects changes of deliveries, to write those of a transaction with a statement for each set of columns. */
export interface RowWriter {
  /** Returns the delivery with the change, which `flush` writes. */
  write(delivery: Delivery, change: DeliveryChange): Delivery;
  /** Sends the statements; the caller's transaction waits for them. */
  flush(): void;
}

export function createRowWriter(tx: Statements): RowWriter {
  const unwritten = new Map<number, DeliveryColumns>();

  function writeGroup(names: readonly string[], rows: readonly (readonly [seq: number, DeliveryColumns])[]): void {
    const set = names.map((name) => `${columnName(name)} = u.${columnName(name)}`).join(', ');
    const given = names.map((name, index) => `$${index + 2}::${columnType(name)}[]`).join(', ');
    const values = names.map((name) => rows.map(([, columns]) => columns[name] ?? null));
    void tx.run(
      `UPDATE deliveries d SET ${set} FROM unnest($1::bigint[], ${given}) u (seq, ${names.map(columnName).join(', ')})
       WHERE d.seq = u.seq`,
      [rows.map(([seq]) => seq), ...values],
    );
  }

  return {
    write(delivery, change) {
      unwritten.set(delivery.seq, { ...unwritten.get(delivery.seq), ...changedColumns(delivery, change) });
      return { ...delivery, ...change };
    },
    flush() {
      const groups = new Map<string, [number, DeliveryColumns][]>();
      for (const row of unwritten) {
        const names = Object.keys(row[1]).sort().join();
        groups.set(names, [...(groups.get(names) ?? []), row]);
      }
      unwritten.clear();
      for (const [names, rows] of groups) writeGroup(names.split(','), rows);
    },
  };
}
