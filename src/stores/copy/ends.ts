import type { CopiedTable } from './tables.ts';

/** A value in the form of SQLite: 0 and 1 stand for false and true. */
export type CopiedValue = string | number | null | Uint8Array;
export type CopiedRow = readonly CopiedValue[];

/** A store that is read; its content does not change meanwhile. */
export interface SourceEnd {
  /** The columns of a table that are copied, with PostgreSQL's names, in any order. */
  columns(table: CopiedTable): Promise<string[]>;
  /** Reads a table in pages of bounded size. */
  pages(table: CopiedTable, columns: readonly string[]): AsyncIterable<CopiedRow[]>;
  /** The highest number that was given in `table.numbered`, also to a row that was deleted; 0: none. */
  lastNumber(table: CopiedTable): Promise<number>;
}

/** An empty store that is written, and read again to be checked. */
export interface TargetEnd extends SourceEnd {
  /** Returns a text as the store can hold it. */
  fit(text: string): string;
  write(table: CopiedTable, columns: readonly string[], rows: readonly CopiedRow[]): Promise<void>;
  /** The next number in `table.numbered` is above this one. */
  numberAfter(table: CopiedTable, last: number): Promise<void>;
  /** Computes what is of this store alone. */
  complete(): Promise<void>;
}
