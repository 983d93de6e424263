import type { CopiedRow, CopiedValue, SourceEnd, TargetEnd } from './ends.ts';
import { createTableSum, type TableSum } from './table-sum.ts';
import { type CopiedTable, copiedTables } from './tables.ts';

/** A table that was copied and read again. */
export interface TableCopy {
  name: string;
  source: TableSum;
  target: TableSum;
  /** Texts with U+0000, which PostgreSQL cannot store and which was replaced by U+FFFD. */
  replaced: number;
}

export const isEqual = ({ source, target }: TableCopy): boolean =>
  source.rows === target.rows && source.hash === target.hash;

/** Copies every table, and reads each again in the target. @param onTable called for each table after it was read again */
export async function copyTables(
  from: SourceEnd,
  to: TargetEnd,
  onTable: (copy: TableCopy) => void,
): Promise<TableCopy[]> {
  const copies: TableCopy[] = [];
  for (const table of copiedTables) {
    const columns = await sameColumns(table, from, to);
    const { source, replaced } = await write(table, columns, from, to);
    if (table.numbered !== undefined) await to.numberAfter(table, await from.lastNumber(table));
    const copy = { name: table.name, source, target: await sumOf(table, columns, to), replaced };
    copies.push(copy);
    onTable(copy);
  }
  await to.complete();
  return copies;
}

/** Returns the columns in one order, so that a row has the same hash everywhere. @throws Error when one would be lost */
async function sameColumns(table: CopiedTable, from: SourceEnd, to: TargetEnd): Promise<string[]> {
  const [given, taken] = [await from.columns(table), await to.columns(table)];
  const missing = [...given.filter((name) => !taken.includes(name)), ...taken.filter((name) => !given.includes(name))];
  if (missing.length === 0 && given.length > 0) return given.sort();
  throw new Error(
    `The table ${table.name} has other columns in the two stores: ${missing.join(', ')}. This is a fault of the program.`,
  );
}

async function write(table: CopiedTable, columns: readonly string[], from: SourceEnd, to: TargetEnd) {
  const sum = createTableSum();
  let replaced = 0;
  const fit = (value: CopiedValue): CopiedValue => {
    if (typeof value !== 'string') return value;
    const fitted = to.fit(value);
    if (fitted !== value) replaced += 1;
    return fitted;
  };
  for await (const page of from.pages(table, columns)) {
    const rows: CopiedRow[] = page.map((row) => row.map(fit));
    for (const row of rows) sum.add(row);
    await to.write(table, columns, rows);
  }
  return { source: sum.value(), replaced };
}

async function sumOf(table: CopiedTable, columns: readonly string[], end: SourceEnd): Promise<TableSum> {
  const sum = createTableSum();
  for await (const page of end.pages(table, columns)) for (const row of page) sum.add(row);
  return sum.value();
}
