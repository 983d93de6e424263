import type { Delivery } from '../../domain/delivery.ts';
import { escapeMrkdwn } from '../../domain/text.ts';

/** A canary is given up after this time. Milliseconds. */
export const withinMs = 60_000;

/** A canary on its way. Milliseconds since the epoch. */
export interface Run {
  id: string;
  acceptedAt: number;
  /** When its event came; null: it did not yet. */
  seenAt: number | null;
}

/** Milliseconds of each part of the way; `whole` is from accepted to the later of the other two. */
export interface Legs {
  send: number;
  event: number;
  whole: number;
}

/** `text`: mrkdwn. */
export interface Failed {
  result: 'not_sent' | 'no_event' | 'not_in_ledger';
  text: string;
}

export type Verdict =
  | { result: 'ok'; legs: Legs }
  | Failed
  /** Somebody withdrew it, or the program stopped: nothing is known of the way. */
  | { result: 'interrupted' };

/** All values of `result`, for metrics. */
export const results = ['ok', 'not_sent', 'no_event', 'not_in_ledger', 'interrupted'] as const;

/** Returns what became of a canary; null: it is still on its way. `delivery`: its entry in the ledger. */
export function judge({ acceptedAt, seenAt }: Run, delivery: Delivery | null, late: boolean): Verdict | null {
  if (delivery === null) {
    return late ? { result: 'not_in_ledger', text: 'The ledger has no entry of the message.' } : null;
  }
  const { state, error, updatedAt } = delivery;
  if (state === 'withdrawn') return { result: 'interrupted' };
  const because = error === null ? '' : `: ${escapeMrkdwn(error)}`;
  if (state === 'failed') return { result: 'not_sent', text: `Slack refused the message${because}.` };
  if (state === 'sent') {
    // The event may overtake the response to the post.
    const send = Math.max(0, updatedAt - acceptedAt);
    if (seenAt !== null) {
      const whole = Math.max(send, seenAt - acceptedAt);
      return { result: 'ok', legs: { send, event: Math.max(0, whole - send), whole } };
    }
    if (!late) return null;
    const taken = `Slack took the message ${seconds(send)} after it was accepted`;
    return { result: 'no_event', text: `${taken}, but its event did not come back within ${limit}.` };
  }
  if (!late) return null;
  if (seenAt !== null) {
    return { result: 'not_in_ledger', text: `The message came back from Slack, but the ledger has it as "${state}".` };
  }
  return { result: 'not_sent', text: `Slack did not take the message within ${limit}${because}.` };
}

/** `40 ms`, `3.2 s` */
export const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`);

const limit = seconds(withinMs);
