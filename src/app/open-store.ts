import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { databaseOf } from '../config/index.ts';
import { every } from '../lib/every.ts';
import { storeHooks } from '../observability/index.ts';
import type { Store } from '../ports/store.ts';
import { createPostgresStore, createSqliteStore } from '../stores/index.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

const digestOpenMs = 600_000;
const pruneEveryMs = 3_600_000;

/** Opens the store, and prunes it every hour. @throws StoreUnavailable */
export async function openStore(config: Settings, { clock, log, metrics, onStop }: Runtime): Promise<Store> {
  const options = {
    owner: randomUUID(),
    clock,
    merge: config.MERGE === 'off' ? null : { backlog: config.MERGE_BACKLOG, openMs: digestOpenMs },
    ...storeHooks(metrics, log),
  };
  const database = databaseOf(config);
  const store =
    database === null
      ? await createSqliteStore({ ...options, file: join(config.DATA_DIR, 'ultronex.db') })
      : await createPostgresStore({ ...options, ...database });
  onStop('store', () => store.close());
  const ledgerMs = config.LEDGER_DAYS * 86_400_000;
  onStop(
    'pruning',
    every(pruneEveryMs, 'pruning', () => store.prune(clock.now() - ledgerMs), clock, log),
  );
  return store;
}
