/**
 * queued → sending → sent | failed | expired | withdrawn | merged.
 * `sending` outlives a crash: its outcome is then unknown and is looked up before anything is sent again.
 */
export const deliveryStates = ['queued', 'sending', 'sent', 'failed', 'expired', 'withdrawn', 'merged'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A state as the verb of a sentence: `Message "x" has failed`. */
export const stateVerbs: Readonly<Record<DeliveryState, string>> = {
  queued: 'is queued',
  sending: 'is being sent',
  sent: 'was sent',
  failed: 'has failed',
  expired: 'has expired',
  withdrawn: 'was withdrawn',
  merged: 'was merged',
};

/** What made the program send it; modules have sources of their own, which their entries declare. */
export const coreSources = ['api', 'forward', 'command', 'reply'] as const;
export type DeliverySource = (typeof coreSources)[number] | (string & Record<never, never>);

/** A file that goes with a message; its bytes lie in the store under `blob` until the delivery has ended. */
export interface Attachment {
  blob: string;
  name: string;
  title?: string;
}

/** A Block Kit block, passed to Slack as it came. */
export type Block = Record<string, unknown> & { type: string };

/**
 * Arguments of Slack's chat.postMessage that are passed on as they came (docs.slack.dev/reference/methods/chat.postMessage).
 * `attachments` are the legacy ones: coloured text beside a bar, not files.
 */
export interface SlackFields {
  username?: string;
  icon_emoji?: string;
  icon_url?: string;
  attachments?: Record<string, unknown>[];
  unfurl_links?: boolean;
  unfurl_media?: boolean;
  reply_broadcast?: boolean;
  mrkdwn?: boolean;
  link_names?: boolean;
}

/** The part that the reader sees. `text` at most 40,000 characters. */
export interface Content {
  text: string;
  title?: string;
  blocks?: Block[];
}

export interface NewDelivery extends Content {
  /** UUID v4, given by whoever makes it, so that the caller can answer with it. */
  id: string;
  team: string;
  /** A channel or user id, or `#name`. */
  channel: string;
  threadTs?: string;
  /** The only user who sees it there, or in their direct messages where Slack refuses that. It cannot be edited or deleted. */
  onlyFor?: string;
  slackFields?: SlackFields;
  attachments: Attachment[];
  source: DeliverySource;
  trace: string;
  /** Messages of one channel with the same key may be merged when the channel falls behind; null: never. */
  similarKey: number | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  expiresAt: number;
}

/** Where Slack put it. */
export interface SlackRef {
  channel: string;
  ts: string;
  permalink: string | null;
}

/** What is still to be done to a message that was sent. */
export type PendingChange = 'update' | 'delete';

/** A line of the ledger. */
export interface Delivery extends NewDelivery {
  /** Order of acceptance; also the cursor of a listing. */
  seq: number;
  state: DeliveryState;
  attempts: number;
  updatedAt: number;
  slack: SlackRef | null;
  /** Attachments already uploaded, in order. */
  uploaded: number;
  /** Why it failed or waits: Slack's code, then after a colon what else Slack said. */
  error: string | null;
  /** What did not go well although it was sent: a file that was left out, and why. */
  warnings: string[];
  mergedInto: string | null;
  mergedCount: number;
  /** Of a digest: how many of the messages merged into it its card in Slack shows. */
  shown: number;
  /** An attempt ended without an answer (lost connection, crash), so it may be in Slack: look before sending it again. */
  outcomeUnknown: boolean;
  pending: PendingChange | null;
  /** Grows by one with every edit and every merge, so that one made while an update is under way is not lost. */
  revision: number;
}
