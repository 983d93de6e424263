import type { CounterName, Counts } from '../domain/counters.ts';
import type { Content, Delivery, DeliveryState, NewDelivery, SlackRef } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Change, Mute, Subscription } from '../domain/subscription.ts';

/** Everything one event or request causes; committed together or not at all. */
export interface Work {
  /** Acts once for as long as the store remembers it (at least 24 h); absent: always acts. */
  key?: string;
  /** With `key`: what the request was, to tell a repetition from a misuse of its key. */
  fingerprint?: string;
  deliveries?: NewDelivery[];
  blobs?: { id: string; bytes: Uint8Array }[];
  /** Messages that change with it, as `Store.edit` changes them. */
  edits?: { id: string; content: Partial<Content> }[];
  changes?: Change[];
  /** What a module remembers, by a name that begins with the module's: `incidents:…`; null forgets it. */
  state?: { name: string; value: string | null }[];
  counts?: Counts;
  /** A message whose files have to be fetched before it can be matched. */
  scan?: IncomingMessage;
}

/** A duplicate did nothing; `deliveryId` is the first delivery of the first time. */
export interface Accepted {
  duplicate: boolean;
  fingerprint: string | null;
  deliveryId: string | null;
}

/** `seq` grows in the order in which messages were accepted. */
export interface MergedContent extends Pick<Content, 'text' | 'title'> {
  seq: number;
}

/** The claimed head of a channel's queue. `tat`: the channel's pace, see `outbox/pacing.ts`. */
export interface Claimed {
  delivery: Delivery;
  /** An earlier attempt ended without an answer (lost connection, crash): look before sending again. */
  hidden: boolean;
  /** How many similar messages this claim has merged into it. */
  merged: number;
  tat: number;
}

/**
 * How a claimed delivery goes on; the channel is free again at `readyAt`.
 * `posted`: the message stands, files are still to be uploaded. `changed`: a pending update or deletion is done, or was
 * given up with an error.
 */
export type Settlement = { readyAt: number; tat: number } & (
  | { to: 'sent' | 'posted'; slack: SlackRef; uploaded: number; warnings?: readonly string[] }
  | { to: 'retry'; error: string; hidden: boolean }
  | { to: 'failed'; error: string }
  /** `gone`: somebody deleted the message in Slack. */
  | { to: 'changed'; error?: string; gone?: boolean }
);

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

export interface ScanJob {
  id: number;
  message: IncomingMessage;
  attempts: number;
}

export interface Store {
  /** Resolves once the work is on disk. @throws StoreUnavailable; NotFound, WrongState for an edit: nothing was accepted */
  accept(work: Work): Promise<Accepted>;

  /** Heads of up to `limit` channels, each leased to this store's owner until now + leaseMs. Expired and merged ones are settled on the way. */
  claim(now: number, leaseMs: number, limit: number): Promise<Claimed[]>;
  /** What is sent is counted (`total_messages_slacked`) in the same commit. */
  settle(delivery: Delivery, settlement: Settlement, now: number): Promise<void>;
  /** Gives this owner's leases back without a result, at stop. */
  release(now: number): Promise<void>;
  /** When the next channel is due, milliseconds since the epoch; Infinity: nothing waits. */
  nextDue(): number;
  blob(id: string): Uint8Array | null;

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
  delivery(id: string): Delivery | null;
  /** Messages merged into a digest, oldest first, at most `limit`. `after`: only those whose `seq` is greater; default: all. */
  mergedContents(digestId: string, limit: number, after?: number): MergedContent[];
  /**
   * Newest first. A call takes a bounded time: it looks at `look` deliveries and may return fewer than `limit`, also none,
   * with a `next` to go on from. @throws InvalidRequest for a cursor that is not ours
   */
  deliveries(filter: DeliveryFilter, cursor: string | null, limit: number, look?: number): Page<Delivery>;
  /** How many are in each state, and the creation time of the oldest one waiting. */
  backlog(): { queued: number; oldestAt: number | null };

  claimScans(now: number, leaseMs: number, limit: number): Promise<ScanJob[]>;
  /** Ends the scan and accepts what it found, in one commit. */
  finishScan(id: number, work: Work): Promise<void>;
  retryScan(id: number, at: number): Promise<void>;

  subscriptions(): Subscription[];
  mutes(): Mute[];
  /** Grows with every change of subscriptions or mutes, by whichever process. */
  changesVersion(): number;

  /** What a module remembers; null: nothing, or not written again for as long as the ledger keeps messages. */
  state(name: string): string | null;

  /** Added in memory, written every second and with the next commit. */
  count(name: CounterName, by?: number): void;
  /** Totals including what is not written yet, and when they were last written (milliseconds). */
  counters(): { totals: Record<CounterName, number>; writtenAt: number };
  countError(text: string): void;
  errors(): Record<string, number>;

  /** Called in the same process after something became due. */
  onWork(listener: () => void): void;
  /** Called after a delivery's state changed in this process, but for those that were merged. */
  onState(listener: (delivery: Delivery) => void): void;
  /** Called after a digest took in `count` similar messages, which `onState` does not tell of one by one. */
  onMerged(listener: (digest: Delivery, count: number) => void): void;
  /** Forgets what ended before `before` (milliseconds), and state that was written before it; answers how many deliveries. */
  prune(before: number): Promise<number>;
  /** Tries a real write. @throws StoreUnavailable */
  check(): Promise<void>;
  /** Flushes and closes. */
  close(): Promise<void>;
}
