import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { indexName, renewMs } from './state.ts';
import type { Teller } from './tell.ts';

/**
 * Returns a function that ends the incidents of apps that were watched before, in this or an earlier program. It rejects
 * with StoreUnavailable, and is called again then.
 */
export function createWatchedIndex(
  store: AcceptStore & StateStore,
  teller: Pick<Teller, 'close'>,
  now: () => number,
): (apps: readonly string[]) => Promise<void> {
  let written = '';
  let writtenAt = 0;
  return async (apps) => {
    const value = JSON.stringify(apps);
    if (value === written && Math.abs(now() - writtenAt) < renewMs) return;
    for (const app of parse(await store.state(indexName))) if (!apps.includes(app)) await teller.close(app);
    await store.accept({ state: [{ name: indexName, value }] });
    written = value;
    writtenAt = now();
  };
}

function parse(text: string | null): string[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
