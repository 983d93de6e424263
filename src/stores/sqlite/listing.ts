import type { Delivery } from '../../domain/delivery.ts';
import type { DeliveryFilter, Page } from '../../ports/ledger-store.ts';
import { type Ends, ledgerPage, ledgerRange, lookAtMost } from '../common/paging.ts';
import { type DeliveryRow, selectDelivery } from '../common/rows.ts';
import type { Database } from './database.ts';

export type Listing = (filter: DeliveryFilter, cursor: string | null, limit: number, look?: number) => Page<Delivery>;

/** Returns pages of the ledger, newest first. A filter without an index reads a bounded number of deliveries a call. */
export function createListing(db: Database): Listing {
  const ends = db.prepare<[], Ends>(
    'SELECT (SELECT min(seq) FROM deliveries) AS first, (SELECT max(seq) FROM deliveries) AS last',
  );

  return function list(filter, cursor, limit, look = lookAtMost) {
    const range = ledgerRange(filter, ends.get() ?? { first: null, last: null }, cursor, look);
    if (range === null) return { items: [], next: null };
    const { conditions, values } = toSql(filter);
    const rows = db
      .prepare<(string | number)[], DeliveryRow>(
        `${selectDelivery} WHERE ${['d.seq < ?', 'd.seq >= ?', ...conditions].join(' AND ')} ORDER BY d.seq DESC LIMIT ?`,
      )
      .all(range.before, range.from, ...values, limit + 1);
    return ledgerPage(rows, limit, range);
  };
}

/** A message of attachments alone has no text. */
const inAttachments = `(d.slack_fields IS NOT NULL AND EXISTS (SELECT 1 FROM json_tree(d.slack_fields, '$.attachments') AS part
  WHERE part.type = 'text' AND part.atom LIKE ? ESCAPE '\\'))`;

function toSql(filter: DeliveryFilter): { conditions: string[]; values: (string | number)[] } {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const only = (sql: string, ...more: (string | number)[]) => {
    conditions.push(sql);
    values.push(...more);
  };
  if (filter.team !== undefined) only('l.team = ?', filter.team);
  if (filter.state !== undefined) only('d.state = ?', filter.state);
  if (filter.channel !== undefined) {
    const named = filter.channel.replace(/^#/, '');
    only('(l.address IN (?, ?) OR d.slack_channel = ?)', named, `#${named}`, named);
  }
  if (filter.mergedInto !== undefined)
    only('d.merged_into = (SELECT seq FROM deliveries WHERE id = ?)', filter.mergedInto);
  if (filter.search !== undefined) {
    const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    only(`(d.text LIKE ? ESCAPE '\\' OR ${inAttachments})`, like, like);
  }
  return { conditions, values };
}
