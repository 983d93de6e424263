import type { Change, Mute, Subscription } from '../domain/subscription.ts';

/** Subscriptions of a team, oldest first, and its mutes, as they were at one moment. */
export interface TrackingSnapshot {
  subscriptions: Subscription[];
  mutes: Mute[];
}

/** The changes of one commit, without those that had no effect. */
export interface TrackingChanges {
  changes: readonly Change[];
  /** The version before them and after them. */
  from: number;
  to: number;
}

/** Who tracks which pattern, team by team. Changed by `AcceptStore.accept` alone. */
export interface TrackingStore {
  /** Grows with every change of subscriptions or mutes, by whichever process. */
  trackingVersion(): Promise<number>;
  /**
   * Teams that changed after `version`; for -1 all teams that ever had a subscription or mute. If a team was erased after it, also
   * those of `known` of which nothing is left.
   */
  teamsChangedSince(version: number, known?: readonly string[]): Promise<string[]>;
  tracking(team: string): Promise<TrackingSnapshot>;
  /** Calls `listener` after a commit of this process, before `accept` or `finishScan` resolves. */
  onTracking(listener: (committed: TrackingChanges) => void): void;
  /** Calls `listener` when another process may have changed something. It may miss changes, which `trackingVersion` tells. */
  onTrackingElsewhere(listener: () => void): void;
}
