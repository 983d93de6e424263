import type { Content, Delivery, DeliveryState } from '../domain/delivery.ts';

export interface DeliveryFilter {
  state?: DeliveryState;
  channel?: string;
  /** Part of the text, without regard to case. */
  search?: string;
  mergedInto?: string;
}

export interface Page<T> {
  items: T[];
  /** For the next call; null at the end. */
  next: string | null;
}

/** What became of every message, and what people may change in it. Times are milliseconds since the epoch. */
export interface LedgerStore {
  delivery(id: string): Promise<Delivery | null>;
  /**
   * Newest first. A call takes a bounded time: it looks at `look` deliveries and may return fewer than `limit`, also none,
   * with a `next` to go on from. @throws InvalidRequest for a cursor that is not ours
   */
  deliveries(filter: DeliveryFilter, cursor: string | null, limit: number, look?: number): Promise<Page<Delivery>>;
  /** How many wait, and the creation time of the oldest of them. */
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
  /** Failed, expired, or deleted in Slack by somebody else: queued once more with a new time to live. @throws NotFound, WrongState */
  requeue(id: string, now: number, expiresAt: number): Promise<Delivery>;
  /** Calls `listener` after a delivery's state changed in this process, but for those that were merged. */
  onState(listener: (delivery: Delivery) => void): void;
  /** Calls `listener` after a digest took in `count` similar messages, which `onState` does not report one by one. */
  onMerged(listener: (digest: Delivery, count: number) => void): void;
}
