import type { Counts } from '../domain/counters.ts';
import type { Content, NewDelivery } from '../domain/delivery.ts';
import type { WrittenEffect } from '../domain/effect.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Change } from '../domain/subscription.ts';

/** Everything that one event or request causes. It is committed together or not at all. */
export interface UnitOfWork {
  /** Acts once for as long as the store remembers it (at least 24 h). Without a key it always acts. */
  key?: string;
  /** With `key`: what the request was, to tell a repetition from a misuse of its key. */
  fingerprint?: string;
  deliveries?: NewDelivery[];
  blobs?: { id: string; bytes: Uint8Array }[];
  /** Messages that change with it, as `LedgerStore.edit` changes them. */
  edits?: { id: string; content: Partial<Content> }[];
  changes?: Change[];
  /** What a module remembers, by a name that begins with the module's: `incidents:…`. Null forgets it. */
  state?: { name: string; value: string | null }[];
  /** Acts on the world, performed after the commit, each once. */
  effects?: WrittenEffect[];
  counts?: Counts;
  /** A message whose files have to be fetched before it can be matched. */
  scan?: IncomingMessage;
}

/** A duplicate changed nothing; `deliveryId` is the first delivery of the first time. */
export interface Accepted {
  duplicate: boolean;
  fingerprint: string | null;
  deliveryId: string | null;
}

export interface AcceptStore {
  /**
   * Resolves once the unit is on disk.
   * @throws StoreUnavailable; NotFound, WrongState for an edit. Then nothing was accepted.
   */
  accept(unit: UnitOfWork): Promise<Accepted>;
}
