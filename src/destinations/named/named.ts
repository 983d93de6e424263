import type { OutgoingMessage, SendOutcome } from '../../ports/sender.ts';

/** When a destination gets the cards of incidents. `null`: only what names it. */
export type When = 'always' | 'slack-down' | null;

/** How to reach a destination, by its kind. Secrets as they are. */
export type Way =
  | { kind: 'email'; smtp: URL; password: string; from: string; to: readonly string[] }
  | { kind: 'ntfy'; address: URL; token: string | null }
  | { kind: 'webhook'; address: URL; key: Buffer | null };

/** A destination of a file. */
export interface Named {
  name: string;
  when: When;
  /** The mildest severity of incidents that it gets. */
  severity: 'critical' | 'error' | 'warning' | 'info';
  way: Way;
  /** File and name, for errors. */
  place: string;
}

/** Sends one message one way. Never rejects because of a response. */
export type Send = (message: OutgoingMessage) => Promise<SendOutcome<null>>;

/** A failure that may pass. `outcomeUnknown`: the message may have arrived. */
export function later(
  error: string,
  detail: string,
  outcomeUnknown: boolean,
  afterMs: number | null = null,
): SendOutcome<null> {
  return { kind: 'retry', afterMs, scope: 'channel', outcomeUnknown, error, detail: detail.slice(0, 500) };
}

export function refused(error: string, detail: string): SendOutcome<null> {
  return { kind: 'refused', error, detail: detail.slice(0, 500) };
}

export const sent: SendOutcome<null> = { kind: 'sent', value: null };
