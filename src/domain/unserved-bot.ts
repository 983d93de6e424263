/** Why a bot of the Redis hash is not served: bounded, for a metric. */
export const botFaults = ['entry', 'token', 'team', 'app', 'namespace', 'keys', 'slack'] as const;
/**
 * `entry`: it cannot be read. `token`: Slack refuses it. `team`, `app`: it is of another workspace or Slack app. `namespace`: another
 * bot of the workspace is registered. `keys`: TOKEN_KEYS is missing. `slack`: no answer yet; it is tried again.
 */
export type BotFault = (typeof botFaults)[number];

/** A bot of the Redis hash that is not served, and why, for people: the problem names the remedy, and never the token. */
export interface UnservedBot {
  /** Its field of the hash. */
  field: string;
  fault: BotFault;
  problem: string;
}

/** Returns what is wrong in one line: the first one, and how many there are. */
export function unservedText(bots: readonly UnservedBot[]): string {
  const [first] = bots;
  if (first === undefined) return '';
  const more = bots.length === 1 ? '' : `, and ${bots.length - 1} more`;
  return `a bot of the Redis hash is not served: ${first.field}: ${first.problem}${more}`;
}
