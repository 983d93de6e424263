import type { Change, Mute, Subscription } from '../domain/subscription.ts';

/** All subscriptions, oldest first, and all mutes, as they were at one moment. */
export interface TrackingSnapshot {
  version: number;
  subscriptions: Subscription[];
  mutes: Mute[];
}

/** Changes that one commit made: those that changed nothing are left out. */
export interface TrackingChanges {
  changes: readonly Change[];
  /** The version before them and after them. */
  from: number;
  to: number;
}

/** Who tracks which pattern. Changed by `AcceptStore.accept` alone. */
export interface TrackingStore {
  /** Grows with every change of subscriptions or mutes, by whichever process. */
  trackingVersion(): Promise<number>;
  tracking(): Promise<TrackingSnapshot>;
  /** Calls `listener` after a commit of this process, before `accept` or `finishScan` resolves. */
  onTracking(listener: (committed: TrackingChanges) => void): void;
}
