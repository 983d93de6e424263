import type { Delivery } from '../../domain/delivery.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import type { DeliveryFilter, Page } from '../../ports/ledger-store.ts';
import { type DeliveryRow, toDelivery } from './rows.ts';

/** A page ends when its texts have this many characters. */
const pageCharacters = 1_048_576;
/** The most deliveries that one call reads when a filter has no index. */
export const lookAtMost = 5_000;

/** @throws InvalidRequest for a cursor that is not the number of a row */
export function checkCursor(cursor: string): void {
  if (/^[1-9]\d{0,14}$/.test(cursor)) return;
  throw new InvalidRequest(
    'cursor',
    `cursor "${cursor.slice(0, 100)}" is not one of ours; use "next" of the page before.`,
  );
}

/** The number of a row before which a page begins; without a cursor beyond all of them. @throws InvalidRequest */
export function numberOf(cursor: string | null): number {
  if (cursor === null) return Number.MAX_SAFE_INTEGER;
  checkCursor(cursor);
  return Number(cursor);
}

/** The numbers of the first and last delivery; null: there is none. */
export interface Ends {
  first: number | null;
  last: number | null;
}

/** The deliveries that a page of the ledger is read from: `from` to before `before`. `first`: of the whole ledger. */
export interface LedgerRange {
  first: number;
  from: number;
  before: number;
}

/** Null: there are no deliveries. `look`: the most that are read when the filter has no index. @throws InvalidRequest for a foreign cursor */
export function ledgerRange(
  { team, state, channel, search, mergedInto }: DeliveryFilter,
  { first, last }: Ends,
  cursor: string | null,
  look: number,
): LedgerRange | null {
  if (cursor !== null) checkCursor(cursor);
  if (first === null || last === null) return null;
  const before = Math.min(cursor === null ? last + 1 : Number(cursor), last + 1);
  const looksAtEach = mergedInto === undefined && [team, state, channel, search].some((given) => given !== undefined);
  return { first, from: looksAtEach ? Math.max(first, before - look) : first, before };
}

/** Returns a page of the rows of a range, newest first, of which `limit` and one more were read. */
export function ledgerPage(rows: DeliveryRow[], limit: number, { first, from }: LedgerRange): Page<Delivery> {
  const items = fitting(rows.slice(0, limit)).map(toDelivery);
  const oldest = items.at(-1);
  if (rows.length > items.length && oldest) return { items, next: String(oldest.seq) };
  return { items, next: from > first ? String(from) : null };
}

/** Returns at least one row, and further ones until their texts are large. */
function fitting(rows: DeliveryRow[]): DeliveryRow[] {
  let characters = 0;
  const end = rows.findIndex(({ text, title, sections, blocks }) => {
    characters += text.length + (title?.length ?? 0) + (sections?.length ?? 0) + (blocks?.length ?? 0);
    return characters > pageCharacters;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}
