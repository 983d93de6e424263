import type { Mute, Subscription } from '../domain/subscription.ts';
import type { Span } from './patterns.ts';

/** What is watched and by whom, as it stands in memory; changed only through `Store.accept` with a `Change`. */
export interface Tracking {
  /** @throws PatternRefused with the reason */
  check(pattern: string): void;
  /** Sentences on why an accepted pattern, or a part of it, can never match; mostly none. @throws PatternRefused */
  warnings(pattern: string): string[];
  /**
   * Where a pattern matches a text in Slack's mrkdwn, by the same reading as messages: parts of that text, in order, none
   * within another, at most 100. @throws PatternRefused
   */
  find(pattern: string, mrkdwn: string): Span[];
  /** Patterns of one user, oldest first. */
  heldBy(team: string, user: string): Subscription[];
  /** Everybody who holds exactly this pattern in this team. */
  holdersOf(team: string, pattern: string): Subscription[];
  all(): Subscription[];
  /** The mute in force now; null when there is none or it is over. */
  muteOf(team: string, user: string): Mute | null;
}
