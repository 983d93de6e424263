import type { Store } from '../../ports/store.ts';
import { createStoreListeners } from '../common/listeners.ts';
import { wake, wakeAll } from './announcements.ts';
import { createPool } from './connections.ts';
import { inTime } from './in-time.ts';
import { createListener } from './listener.ts';
import { bringUpToDate } from './migrate.ts';
import { createNews } from './news.ts';
import { type PostgresOptions, usualPatienceMs, usualSchema } from './options.ts';
import { createOutage } from './outage.ts';
import { createStore } from './store.ts';
import { asStoreError } from './store-error.ts';
import { createDatabase } from './transactions.ts';

/**
 * Opens the store that several instances share: PostgreSQL 15 or later. Its promises resolve after a commit.
 * @throws StoreUnavailable; an Error for a store of a newer version
 */
export async function createPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, ca, schema = usualSchema, clock } = options;
  const connection = { url, ca, schema };
  const outage = createOutage(options.onError);
  await bringUpToDate(connection);
  const pool = await createPool(connection, outage.failed);
  const db = createDatabase({ pool, clock, outage });
  const opened: (() => Promise<void>)[] = [db.close];
  try {
    const news = createNews({ db, schema, owner: options.owner, timer: clock, onError: outage.failed });
    const listeners = createStoreListeners();
    const listener = await createListener({
      ...{ ...connection, clock, onError: outage.failed },
      onNotification: (payload) => wake(listeners, news.read(payload)),
      onConnect() {
        outage.worked();
        wakeAll(listeners);
      },
    });
    opened.unshift(listener.close);
    const store = await createStore({ options, db, news, listeners, listener, outage });
    return inTime(store, clock, options.patienceMs ?? usualPatienceMs);
  } catch (error) {
    for (const close of opened) await close();
    throw asStoreError(error);
  }
}
