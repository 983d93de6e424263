import type { Span } from '../domain/spans.ts';
import type { Mute, Subscription } from '../domain/subscription.ts';

/** Subscriptions and mutes in memory. They change only by `Store.accept` with a `Change`. */
export interface Tracking {
  /** @throws PatternRefused with the reason */
  check(pattern: string): void;
  /** Sentences on why an accepted pattern, or a part of it, can never match; mostly none. @throws PatternRefused */
  warnings(pattern: string): string[];
  /**
   * Where a pattern matches a text in Slack's mrkdwn, by the same reading as messages: parts of that text, in order, none
   * within another, at most 100. @throws PatternRefused
   */
  find(team: string, pattern: string, mrkdwn: string): Span[];
  /** Patterns of one user, oldest first. */
  heldBy(team: string, user: string): Subscription[];
  /** The subscriptions of a team with exactly this pattern. */
  holdersOf(team: string, pattern: string): Subscription[];
  /** All of a team, oldest first. */
  ofTeam(team: string): Subscription[];
  /** The length of `ofTeam`. */
  countOf(team: string): number;
  /** The mute in force now; null when there is none or it is over. */
  muteOf(team: string, user: string): Mute | null;
}
