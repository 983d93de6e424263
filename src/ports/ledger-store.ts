import type { Content, Delivery, DeliveryState } from '../domain/delivery.ts';

export interface DeliveryFilter {
  team?: string;
  state?: DeliveryState;
  channel?: string;
  /** Part of the text, without regard to case. */
  search?: string;
  mergedInto?: string;
}

export interface Page<T> {
  items: T[];
  /** The cursor for the next call; null at the end. */
  next: string | null;
}

/**
 * The ledger: the state of every message, and the changes that people may make. Times are milliseconds since the
 * epoch.
 */
export interface LedgerStore {
  delivery(id: string): Promise<Delivery | null>;
  /**
   * Newest first. A call has a bounded cost: it reads up to `look` deliveries, and may return fewer than `limit`, or
   * none, with a `next` to continue. @throws InvalidRequest for a foreign cursor
   */
  deliveries(filter: DeliveryFilter, cursor: string | null, limit: number, look?: number): Promise<Page<Delivery>>;
  /** The number of queued deliveries, and the creation time of the oldest one. */
  backlog(): Promise<{ queued: number; oldestAt: number | null }>;
  /**
   * Queued: withdrawn at once. Sent: to be deleted in Slack by the worker. Merged: taken out of its digest. A digest: only
   * its own message, and the oldest message merged into it becomes the digest; `merged`: together with all of them.
   * @throws NotFound, WrongState
   */
  withdraw(id: string, now: number, options?: { merged?: boolean }): Promise<Delivery>;
  /**
   * Queued: changed in place. Sent: to be edited in Slack by the worker. Merged: its digest is. `check` sees the message as
   * it is at that moment; when it throws, nothing is changed. @throws NotFound, WrongState, and what `check` throws
   */
  edit(id: string, content: Partial<Content>, now: number, check?: (current: Delivery) => void): Promise<Delivery>;
  /**
   * Queues a message again that failed, expired or was deleted in Slack, with a new time to live. @throws NotFound,
   * WrongState
   */
  requeue(id: string, now: number, expiresAt: number): Promise<Delivery>;
  /** Calls `listener` after the state of a delivery changed in this process, except to `merged`. */
  onState(listener: (delivery: Delivery) => void): void;
  /** Calls `listener` after `count` messages were merged into a digest, which `onState` does not report. */
  onMerged(listener: (digest: Delivery, count: number) => void): void;
}
