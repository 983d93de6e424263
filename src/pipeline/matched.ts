/** Who is to see a message, and why. */
export interface Match {
  /** One a user, however many of their patterns match. */
  user: string;
  patterns: string[];
  /** The subscriptions that hold these patterns. */
  ids: string[];
  /** Said below the quoted message. */
  note?: string;
  /** Said in place of the message. */
  instead?: string;
}
