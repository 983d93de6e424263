interface Store {
  /** See `AcceptStore`. */
  accept(unit: { state: { name: string; value: string | null }[] }): Promise<unknown>;
  /** See `StateStore`. */
  state(name: string): Promise<string | null>;
}

/** A webhook tells the exit status of a dyno, which the log may lack. It is stored by the dyno's id, for jobs to read. */
const stateName = (dyno: string) => `heroku:exit ${dyno}`;

/** @param dyno its id @throws StoreUnavailable */
export async function storeExitStatus(store: Pick<Store, 'accept'>, dyno: string, status: number): Promise<void> {
  await store.accept({ state: [{ name: stateName(dyno), value: String(status) }] });
}

/** Resolves with the exit status of a dyno; null: no webhook told it. @param dyno its id */
export async function readExitStatus(store: Pick<Store, 'state'>, dyno: string): Promise<number | null> {
  const stored = await store.state(stateName(dyno));
  return stored === null ? null : Number(stored);
}
