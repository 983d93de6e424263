/** A problem with a channel that a setting or pattern names; `text` is a sentence with the remedy. */
export interface NamingProblem {
  /** The setting, or `patterns`. Used as a label of a metric. */
  setting: string;
  channel: string;
  problem: 'missing' | 'archived' | 'renamed' | 'not_member';
  text: string;
}

/** A setting that names a channel to post to. */
export interface PostChannel {
  /** `ALERT_CHANNEL` */
  setting: string;
  /** `#alerts`, `alerts` or an id. */
  written: string;
  /** The kind of messages posted there, for the log: `alerts`. */
  purpose: string;
  /** Sentences: the consequence of a missing channel, and the remedy. */
  whenMissing: string;
}
