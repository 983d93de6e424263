/** A setting that does not name the channel that it should; `text` is a sentence with the remedy. */
export interface NamingProblem {
  /** The setting, or `patterns`. Label of a metric. */
  setting: string;
  channel: string;
  problem: 'missing' | 'archived' | 'renamed' | 'not_member';
  text: string;
}

/** A channel that messages are posted to, as a setting names it. */
export interface PostChannel {
  /** `ALERT_CHANNEL` */
  setting: string;
  /** `#alerts`, `alerts` or an id. */
  written: string;
  /** What is posted there, for the log: `alerts`. */
  purpose: string;
  /** What a missing channel means, and the remedy: sentences. */
  whenMissing: string;
}
