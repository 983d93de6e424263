import type { Content, Delivery } from '../domain/delivery.ts';
import type { AttemptResult } from '../domain/transitions.ts';

/** `seq` grows in the order in which messages were accepted. */
export interface MergedContent extends Pick<Content, 'text' | 'title'> {
  seq: number;
}

/** The claimed head of a channel's queue. `tat`: the channel's pace, see `outbox/pacing.ts`. */
export interface Claimed {
  delivery: Delivery;
  /** How many similar messages this claim has merged into it. */
  merged: number;
  tat: number;
}

/** How an attempt ended. The channel is free again at `readyAt`, with the pace `tat`. */
export type Settlement = { readyAt: number; tat: number } & AttemptResult;

/** The store of the outbox worker. Times are milliseconds since the epoch. */
export interface OutboxStore {
  /**
   * Heads of up to `limit` channels, each leased to this store's owner until now + leaseMs. Expired and merged deliveries
   * are settled on the way. `onHold`: teams of which nothing is claimed.
   */
  claim(now: number, leaseMs: number, limit: number, onHold?: readonly string[]): Promise<Claimed[]>;
  /**
   * A delivery that was sent is counted (`total_messages_slacked`) in the same commit. With `goneThread` its parent
   * (`replyTo`) is recorded as deleted in Slack in the same commit.
   */
  settle(delivery: Delivery, settlement: Settlement, now: number): Promise<void>;
  /** Ends this owner's leases of channels without a result, at a stop. */
  release(now: number): Promise<void>;
  /** The time when the next scan, or channel of a team not on hold, is due; Infinity when none waits. */
  nextDue(onHold?: readonly string[]): Promise<number>;
  blob(id: string): Promise<Uint8Array | null>;
  /** Messages merged into a digest, oldest first, at most `limit`. `after`: only those whose `seq` is greater; default: all. */
  mergedContents(digestId: string, limit: number, after?: number): Promise<MergedContent[]>;
  /** Calls `listener` in the same process after a delivery became due. */
  onWork(listener: () => void): void;
}
