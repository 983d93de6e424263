/** Values for `$1`, `$2` …; an array is a PostgreSQL array. */
export type Value = string | number | boolean | null | Uint8Array;
export type Bindable = Value | readonly Value[];

/**
 * Statements of one transaction, or of none. They run in the order in which they were sent: `query` may be called again before the
 * answer to the one before, which saves round trips.
 */
export interface Statements {
  /** Resolves with the rows. */
  query<R>(text: string, values?: readonly Bindable[]): Promise<R[]>;
  /** Resolves with the number of rows that were written. */
  run(text: string, values?: readonly Bindable[]): Promise<number>;
}

export interface Transaction extends Statements {
  /** Nothing was written: the transaction is given up instead of committed. */
  abandon(): void;
}

/** The pool of connections. All errors for which the database is to blame are StoreUnavailable. */
export interface Database extends Statements {
  /**
   * Runs `work` in a transaction and resolves with its result once that is committed. After a conflict, and when the answer to
   * the commit was lost and the transaction did not happen, `work` runs again. So it changes nothing but the database.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** From now on the look-up of an unknown outcome ends soon. */
  closing(): void;
  close(): Promise<void>;
}
