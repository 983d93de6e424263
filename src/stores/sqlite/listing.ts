import type { Delivery } from '../../domain/delivery.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import type { DeliveryFilter, Page } from '../../ports/ledger-store.ts';
import type { Database } from './database.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from './rows.ts';

export type Listing = (filter: DeliveryFilter, cursor: string | null, limit: number, look?: number) => Page<Delivery>;

/** A page ends once its texts have this many characters. */
const pageCharacters = 1_048_576;
/** Deliveries that one call looks at when a filter has to look at each. */
const lookAtMost = 5_000;

/** Pages of the ledger, newest first. A filter without an index looks at a bounded number of deliveries a call. */
export function createListing(db: Database): Listing {
  const ends = db.prepare<[], { first: number | null; last: number | null }>(
    'SELECT (SELECT min(seq) FROM deliveries) AS first, (SELECT max(seq) FROM deliveries) AS last',
  );

  return function list(filter, cursor, limit, look = lookAtMost) {
    const { first, last } = ends.get() ?? { first: null, last: null };
    if (cursor !== null) check(cursor);
    if (first === null || last === null) return { items: [], next: null };
    const before = Math.min(cursor === null ? last + 1 : Number(cursor), last + 1);
    const looksAtEach = filter.state !== undefined || filter.channel !== undefined || filter.search !== undefined;
    const from = looksAtEach && filter.mergedInto === undefined ? Math.max(first, before - look) : first;
    const { conditions, values } = toSql(filter);
    const rows = db
      .prepare<(string | number)[], DeliveryRow>(
        `${selectDelivery} WHERE ${['d.seq < ?', 'd.seq >= ?', ...conditions].join(' AND ')} ORDER BY d.seq DESC LIMIT ?`,
      )
      .all(before, from, ...values, limit + 1);
    const kept = fitting(rows.slice(0, limit));
    const items = kept.map(toDelivery);
    const oldest = items.at(-1);
    if (rows.length > kept.length && oldest) return { items, next: String(oldest.seq) };
    return { items, next: from > first ? String(from) : null };
  };
}

/** A message of attachments alone has no text. */
const inAttachments = `(d.slack_fields IS NOT NULL AND EXISTS (SELECT 1 FROM json_tree(d.slack_fields, '$.attachments') AS part
  WHERE part.type = 'text' AND part.atom LIKE ? ESCAPE '\\'))`;

function check(cursor: string): void {
  if (/^[1-9]\d{0,14}$/.test(cursor)) return;
  throw new InvalidRequest('cursor', `cursor "${cursor}" is not one of ours; use "next" of the page before.`);
}

function toSql(filter: DeliveryFilter): { conditions: string[]; values: (string | number)[] } {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const only = (sql: string, ...more: (string | number)[]) => {
    conditions.push(sql);
    values.push(...more);
  };
  if (filter.state !== undefined) only('d.state = ?', filter.state);
  if (filter.channel !== undefined) {
    const named = filter.channel.replace(/^#/, '');
    only('(l.channel IN (?, ?) OR d.slack_channel = ?)', named, `#${named}`, named);
  }
  if (filter.mergedInto !== undefined)
    only('d.merged_into = (SELECT seq FROM deliveries WHERE id = ?)', filter.mergedInto);
  if (filter.search !== undefined) {
    const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    only(`(d.text LIKE ? ESCAPE '\\' OR ${inAttachments})`, like, like);
  }
  return { conditions, values };
}

/** At least one; no more once their texts are large. */
function fitting(rows: DeliveryRow[]): DeliveryRow[] {
  let characters = 0;
  const end = rows.findIndex(({ text, title, blocks }) => {
    characters += text.length + (title?.length ?? 0) + (blocks?.length ?? 0);
    return characters > pageCharacters;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}
