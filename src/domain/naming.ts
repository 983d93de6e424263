/** Settings that name channels. Labels of a metric. */
export const namingSettings = ['SLACK_CHANNEL_LIST', 'ALERT_CHANNEL', 'patterns'] as const;
export type NamingSetting = (typeof namingSettings)[number];

/** A setting that does not name what it should; `text` is a sentence with the remedy. */
export interface NamingProblem {
  setting: NamingSetting;
  channel: string;
  problem: 'missing' | 'archived' | 'renamed' | 'not_member';
  text: string;
}
