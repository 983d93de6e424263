import { StoreUnavailable } from '../../domain/errors.ts';
import type { Store } from '../../ports/store.ts';
import { damaged, describeDamage } from './damage.ts';
import { sqliteCode } from './driver.ts';

/** SQLite's result codes (sqlite.org/rescode.html) that say the disk, not the statement, is the trouble; each with the remedy. */
const remedies: readonly [code: RegExp, remedy: string][] = [
  [/^SQLITE_(FULL|READONLY|IOERR|PERM|NOMEM)/, 'Free disk space or make the data folder writable'],
  [/^SQLITE_(BUSY|LOCKED)/, 'Another process keeps it locked for longer than 5 s; end that one'],
  [
    /^SQLITE_CANTOPEN/,
    'Look whether its folder, or a file beside it (-wal, -shm), is missing, a folder or a link that leads nowhere, and whether this user may write there',
  ],
];

/** An error of SQLite's as StoreUnavailable with the remedy; other errors as they are. `file`: of the store. */
export function asStoreError(error: unknown, file: string): unknown {
  const damage = describeDamage(error, file);
  if (damage !== null) return new StoreUnavailable(`${damage}.`, { cause: error });
  const code = sqliteCode(error);
  const [, remedy] = remedies.find(([codes]) => codes.test(code)) ?? [];
  if (remedy === undefined) return error;
  return new StoreUnavailable(`The store cannot be written (${code}). ${remedy}; nothing was accepted.`, {
    cause: error,
  });
}

/**
 * `asStoreError` while a store is opened. The statements are right, so one that SQLite refuses to prepare (SQLITE_ERROR:
 * no such table) shows that the file lacks what its version promises.
 */
export function asOpenError(error: unknown, file: string): unknown {
  if (sqliteCode(error) !== 'SQLITE_ERROR') return asStoreError(error, file);
  return new StoreUnavailable(`${damaged(file, (error as Error).message)}.`, { cause: error });
}

type Method = (...args: unknown[]) => unknown;

/** Not wrapped, since every POST calls them: the queue has converted the errors of `accept`, and `count` changes memory alone. */
const asTheyAre: ReadonlySet<string> = new Set(['accept', 'count'] satisfies (keyof Store)[]);

/** The same store, whose methods throw and reject with what `told` makes of an error: reads meet damage too. */
export function withStoreErrors(store: Store, told: (error: unknown) => unknown): Store {
  const refuse = (error: unknown) => {
    throw told(error);
  };
  const guard =
    (method: Method) =>
    (...args: unknown[]) => {
      try {
        const value = method(...args);
        return value instanceof Promise ? value.catch(refuse) : value;
      } catch (error) {
        return refuse(error);
      }
    };
  const methods = Object.entries(store).map(([name, method]) => [
    name,
    asTheyAre.has(name) ? method : guard(method as Method),
  ]);
  return Object.fromEntries(methods) as Store;
}
