import type { StoreListeners } from '../common/listeners.ts';
import type { Statements } from './database.ts';
import { deliveriesById } from './ledger.ts';
import type { Woken } from './news.ts';

/** Wakes workers of this instance. */
export function wake({ work, scan, elsewhere }: StoreListeners, woken: Woken | null): void {
  if (woken?.work) work.tell();
  if (woken?.scan) scan.tell();
  if (woken?.tracking) elsewhere.tell();
}

/** Wakes all workers of this instance, such as after notifications may have been missed. */
export function wakeAll(listeners: StoreListeners): void {
  listeners.effect.tell();
  wake(listeners, { work: true, scan: true, tracking: true });
}

/** Announces what a claim has changed. Never rejects: it is so whether it can be read or not. */
export function createAnnouncements(db: Statements, listeners: StoreListeners, onError: (error: unknown) => void) {
  const read = (ids: readonly string[]) =>
    deliveriesById(db, ids).catch((error) => {
      onError(error);
      return [];
    });

  return {
    async expired(ids: readonly string[]): Promise<void> {
      for (const delivery of await read(ids)) listeners.state.tell(delivery);
    },
    async merged(merged: readonly { digest: string; count: number }[]): Promise<void> {
      const counts = new Map(merged.map(({ digest, count }) => [digest, count]));
      for (const digest of await read([...counts.keys()])) listeners.merged.tell(digest, counts.get(digest.id) ?? 0);
    },
  };
}
