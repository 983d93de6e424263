/** Who wants to see what: a user holds a pattern, everywhere the bot listens or in one channel. */
export interface Subscription {
  id: string;
  team: string;
  /** A Slack user id; a match is sent to them as a direct message. */
  user: string;
  /** An RE2 regular expression, matched without regard to case. */
  pattern: string;
  /** Only messages of this channel id; null: all. */
  channel: string | null;
  createdAt: number;
  /** Present: the user's own messages are forwarded to them as well. */
  includeOwn?: true;
  /** Present: nothing is matched until the pause is lifted; the reason, for its holder. */
  paused?: string;
}

/** A user who wants no forwards until a time (milliseconds since the epoch); null: until they say `talk`. */
export interface Mute {
  team: string;
  user: string;
  until: number | null;
  /** When it was asked for; absent: not known, or not needed. */
  since?: number;
}

/** A change of what is remembered, committed together with the event that asked for it. */
export type Change =
  | { type: 'subscribe'; subscription: Subscription }
  | { type: 'unsubscribe'; ids: string[] }
  /** `reason` null lifts the pause. */
  | { type: 'pause'; ids: string[]; reason: string | null }
  | { type: 'mute'; mute: Mute }
  | { type: 'unmute'; team: string; user: string };
