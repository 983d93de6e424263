/**
 * Messages between the programs on one store, such as that a job was stopped. A message is a hint: it can get lost, so
 * whoever depends on it also looks into the store now and then. With SQLite there is nobody to tell.
 */
export interface NewsStore {
  /** Whether other programs on the store may tell something: with PostgreSQL. */
  readonly isShared: boolean;
  /** Tells all other programs, within some 50 ms. `body`: JSON of at most 7,000 bytes; a larger one is not sent. */
  tell(topic: string, body: unknown): void;
  /** Calls `listener` with what another program told. */
  onTold(topic: string, listener: (body: unknown) => void): void;
}
