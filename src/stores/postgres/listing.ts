import type { Delivery } from '../../domain/delivery.ts';
import type { DeliveryFilter, Page } from '../../ports/ledger-store.ts';
import { type Ends, ledgerPage, ledgerRange, lookAtMost } from '../common/paging.ts';
import type { DeliveryRow } from '../common/rows.ts';
import type { Statements, Value } from './database.ts';
import { selectDelivery } from './rows.ts';

/** Returns a page of the ledger, newest first. A filter without an index reads a bounded number of deliveries. */
export async function listDeliveries(
  db: Statements,
  filter: DeliveryFilter,
  cursor: string | null,
  limit: number,
  look = lookAtMost,
): Promise<Page<Delivery>> {
  const [ends] = await db.query<Ends>('SELECT min(seq) AS first, max(seq) AS last FROM deliveries');
  const range = ledgerRange(filter, ends ?? { first: null, last: null }, cursor, look);
  if (range === null) return { items: [], next: null };
  const values: Value[] = [range.before, range.from, limit + 1];
  const conditions = toSql(filter, (value) => `$${values.push(value)}`);
  const rows = await db.query<DeliveryRow>(
    `${selectDelivery} WHERE ${['d.seq < $1', 'd.seq >= $2', ...conditions].join(' AND ')} ORDER BY d.seq DESC LIMIT $3`,
    values,
  );
  return ledgerPage(rows, limit, range);
}

/** Conditions of the filter. `bind` adds a value and returns its parameter. */
function toSql(filter: DeliveryFilter, bind: (value: Value) => string): string[] {
  const conditions: string[] = [];
  if (filter.team !== undefined) conditions.push(`l.team = ${bind(filter.team)}`);
  if (filter.state !== undefined) conditions.push(`d.state = ${bind(filter.state)}`);
  if (filter.channel !== undefined) {
    const named = filter.channel.replace(/^#/, '');
    conditions.push(`(l.address IN (${bind(named)}, ${bind(`#${named}`)}) OR d.slack_channel = ${bind(named)})`);
  }
  if (filter.mergedInto !== undefined) {
    conditions.push(`d.merged_into = (SELECT seq FROM deliveries WHERE id = ${bind(filter.mergedInto)})`);
  }
  if (filter.search !== undefined) {
    const like = bind(`%${filter.search.replace(/[\\%_]/g, '\\$&')}%`);
    conditions.push(`(d.text ILIKE ${like} OR ${inAttachments(like)})`);
  }
  return conditions;
}

/** A message of attachments alone has no text. */
const inAttachments = (like: string) => `(d.slack_fields IS NOT NULL AND EXISTS (
  SELECT FROM jsonb_path_query(d.slack_fields::jsonb, 'strict $.attachments.** ? (@.type() == "string")', '{}', true) part
  WHERE part #>> '{}' ILIKE ${like}))`;
