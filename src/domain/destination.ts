/** A kind of destination. Each has its rendering and its sender in `destinations/`. */
export type DestinationKind = 'slack' | 'email' | 'ntfy' | 'webhook';

/** The destination of a message. */
export interface Destination {
  /** `slack` includes the simulator, which replaces Slack. */
  kind: DestinationKind;
  /** For Slack a channel or user id, or `#name`; for other kinds the name of the destination in its file. */
  address: string;
}

/** Returns the destination of a Slack channel or user. */
export function inSlack(address: string): Destination {
  return { kind: 'slack', address };
}
