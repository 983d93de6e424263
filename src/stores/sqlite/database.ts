/** The types that both drivers can store. Of any other, one driver stores NULL and the other throws. */
export type Value = string | number | null | Uint8Array;
/** A value for a `?`, or those of named parameters. */
export type Bindable = Value | Record<string, Value>;

/** A prepared statement. `P`: its parameters, in order or one object of named ones; `R`: a row, a plain object. */
export interface Statement<P extends Bindable[] = Bindable[], R = unknown> {
  run(...parameters: P): { changes: number };
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
  /** Makes rows the value of their first column. */
  pluck(): Statement<P, R>;
}

export interface Database {
  prepare<P extends Bindable[] = Bindable[], R = unknown>(sql: string): Statement<P, R>;
  exec(sql: string): void;
  /** The rows of a pragma; with `simple` the first column of the first row. */
  pragma(source: string, options?: { simple?: boolean }): unknown;
  readonly inTransaction: boolean;
  /** Copies the whole database into a file, in one step; https://www.sqlite.org/backup.html */
  backup(file: string): Promise<void>;
  /** A second call does nothing. */
  close(): void;
}

export interface OpenOptions {
  /** The file must exist, and is not written. */
  readonly?: boolean;
  /** How long to wait for another connection's lock, milliseconds; absent: 5 s. */
  timeout?: number;
}
