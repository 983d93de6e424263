/** A user who gets a message, and why. */
export interface Match {
  /** There is one match a user, even if several patterns match. */
  user: string;
  patterns: string[];
  /** Ids of the subscriptions with these patterns. */
  ids: string[];
  /** A text below the quoted message. */
  note?: string;
  /** A text in place of the message. */
  instead?: string;
}
