import type { NewDelivery } from '../../domain/delivery.ts';
import { newDeliveryColumns, newDeliveryValues } from '../common/delivery-columns.ts';
import type { Statements, Value } from './database.ts';
import { columnName, columnType } from './rows.ts';

const columns = newDeliveryColumns.map(columnName).join(', ');
/**
 * One statement, since each costs as much as ten rows. `held` keeps lanes from being put to rest until the commit. Its lock reads the
 * newest version of each lane: one that was put to rest after the statement began has `waiting` false here, and is woken.
 *
 * A lane that another transaction makes at the same time is in neither `held` nor `made`. Its id is null, which the table refuses:
 * then the transaction runs again.
 */
const insertion = `WITH
  places AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY u (team, kind, address, place)),
  held AS MATERIALIZED (
    SELECT l.id, l.waiting, p.place FROM places p JOIN lanes l USING (team, kind, address) ORDER BY l.id FOR KEY SHARE OF l),
  made AS (
    INSERT INTO lanes (team, kind, address, waiting)
    SELECT team, kind, address, true FROM places p WHERE NOT EXISTS (SELECT FROM held h WHERE h.place = p.place) ORDER BY 1, 2, 3
    ON CONFLICT (team, kind, address) DO NOTHING RETURNING id, team, kind, address),
  woken AS (
    UPDATE lanes SET waiting = true WHERE id IN (
      SELECT l.id FROM lanes l JOIN held h USING (id) WHERE NOT h.waiting ORDER BY l.id FOR NO KEY UPDATE OF l)),
  found AS (
    SELECT id, place FROM held UNION ALL SELECT m.id, p.place FROM made m JOIN places p USING (team, kind, address))
  INSERT INTO deliveries (lane, ${columns})
  SELECT f.id, ${newDeliveryColumns.map((name) => `u.${columnName(name)}`).join(', ')}
  FROM unnest($4::bigint[], ${newDeliveryColumns.map((name, index) => `$${index + 5}::${columnType(name)}[]`).join(', ')})
    WITH ORDINALITY u (place, ${columns}, n)
  LEFT JOIN found f USING (place) ORDER BY u.n`;

/** Writes deliveries in their order inside the caller's transaction, makes the lanes that are missing, and wakes those that rest. */
export function insertDeliveries(tx: Statements, deliveries: readonly NewDelivery[]): void {
  if (deliveries.length === 0) return;
  /** The first delivery of each lane, and the number of each lane from 1. */
  const firsts: NewDelivery[] = [];
  const numbers = new Map<string, number>();
  const places = deliveries.map((delivery) => {
    const { team, destination } = delivery;
    const name = `${team} ${destination.kind} ${destination.address}`;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = firsts.push(delivery);
    numbers.set(name, number);
    return number;
  });
  const rows = deliveries.map((delivery) => newDeliveryValues(delivery).map(storable));
  void tx.run(insertion, [
    firsts.map(({ team }) => team),
    firsts.map(({ destination }) => destination.kind),
    firsts.map(({ destination }) => destination.address),
    places,
    ...newDeliveryColumns.map((_, column) => rows.map((row) => row[column] ?? null)),
  ]);
}

const slackFields = newDeliveryColumns.indexOf('slack_fields');

/** A search reads `slack_fields` as jsonb, which refuses an escaped U+0000. */
function storable(value: Value, column: number): Value {
  if (column !== slackFields || typeof value !== 'string' || !value.includes('\\u0000')) return value;
  return value.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}
