/** A pattern that a user tracks, in all matched channels or in one. */
export interface Subscription {
  id: string;
  team: string;
  /** A Slack user id; a match is sent to them as a direct message. */
  user: string;
  /** An RE2 regular expression, matched without regard to case. */
  pattern: string;
  /** Match only messages of this channel id; null for all channels. */
  channel: string | null;
  createdAt: number;
  /** Present when the user's own messages match, too. */
  includeOwn?: true;
  /** Present while the pattern is paused and does not match: the reason, for its holder. */
  paused?: string;
}

/** A user gets no forwards until a time (milliseconds since the epoch), or with null until they give the command `talk`. */
export interface Mute {
  team: string;
  user: string;
  until: number | null;
  /** Start of the mute, milliseconds since the epoch; absent if unknown. */
  since?: number;
}

/** A change of subscriptions and mutes, committed together with the event that requested it. */
export type Change =
  | { type: 'subscribe'; subscription: Subscription }
  | { type: 'unsubscribe'; team: string; ids: string[] }
  /** `reason` null ends the pause. */
  | { type: 'pause'; team: string; ids: string[]; reason: string | null }
  | { type: 'mute'; mute: Mute }
  | { type: 'unmute'; team: string; user: string };

/** Returns the team whose subscriptions or mutes change. */
export function teamOf(change: Change): string {
  if (change.type === 'subscribe') return change.subscription.team;
  return change.type === 'mute' ? change.mute.team : change.team;
}
