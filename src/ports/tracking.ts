import type { Mute, Subscription } from '../domain/subscription.ts';

/** What is watched and by whom, as it stands in memory; changed only through `Store.accept` with a `Change`. */
export interface Tracking {
  /** @throws PatternRefused with the reason */
  check(pattern: string): void;
  /** Patterns of one user, oldest first. */
  heldBy(team: string, user: string): Subscription[];
  /** Everybody who holds exactly this pattern in this team. */
  holdersOf(team: string, pattern: string): Subscription[];
  all(): Subscription[];
  /** The mute in force now; null when there is none or it is over. */
  muteOf(team: string, user: string): Mute | null;
}
