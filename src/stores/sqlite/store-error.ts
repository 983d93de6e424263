import { StoreUnavailable } from '../../domain/errors.ts';
import type { Store } from '../../ports/store.ts';
import { damaged, describeDamage } from './damage.ts';
import { sqliteCode } from './driver.ts';

/**
 * SQLite's result codes (sqlite.org/rescode.html) for a problem of the disk rather than the statement, each with the
 * remedy.
 */
const remedies: readonly [code: RegExp, remedy: string][] = [
  [/^SQLITE_(FULL|READONLY|IOERR|PERM|NOMEM)/, 'Free disk space or make the data folder writable'],
  [/^SQLITE_(BUSY|LOCKED)/, 'Another process keeps it locked for longer than 5 s; end that one'],
  [
    /^SQLITE_CANTOPEN/,
    'Look whether its folder, or a file beside it (-wal, -shm), is missing, a folder or a link that leads nowhere, and whether this user may write there',
  ],
];

/** Returns an error of SQLite as StoreUnavailable with the remedy, and any other error unchanged. `file`: the store's. */
export function asStoreError(error: unknown, file: string): unknown {
  const damage = describeDamage(error, file);
  if (damage !== null) return withDetails(`${damage}.`, error);
  const code = sqliteCode(error);
  const [, remedy] = remedies.find(([codes]) => codes.test(code)) ?? [];
  if (remedy === undefined) return error;
  const text = `The store cannot be written (${code}). ${remedy}`;
  return new StoreUnavailable(`${text}; nothing was accepted.`, {
    ...{ cause: error, details: { toReader: `${text}.`, outcome: 'refused' } },
  });
}

function withDetails(message: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(message, { cause, details: { toReader: message, outcome: null } });
}

/**
 * As `asStoreError`, for the opening of a store. Our statements are right, so if SQLite refuses to prepare one
 * (SQLITE_ERROR: no such table), the file lacks parts of its version.
 */
export function asOpenError(error: unknown, file: string): unknown {
  if (sqliteCode(error) !== 'SQLITE_ERROR') return asStoreError(error, file);
  return withDetails(`${damaged(file, (error as Error).message)}.`, error);
}

type Method = (...args: unknown[]) => unknown;

/**
 * Not wrapped, because every POST calls them: the queue converts the errors of `accept`, and `count` changes memory
 * only.
 */
const asTheyAre: ReadonlySet<string> = new Set(['accept', 'count'] satisfies (keyof Store)[]);

/** Returns the same store, with errors converted by `told`: reads can meet damage, too. */
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
  const members = Object.entries(store).map(([name, member]) => [
    name,
    asTheyAre.has(name) || typeof member !== 'function' ? member : guard(member as Method),
  ]);
  return Object.fromEntries(members) as Store;
}
