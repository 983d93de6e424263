import type { Destination } from './destination.ts';
import type { Tone } from './tone.ts';

export type { Tone };

/**
 * queued → sending → sent | failed | expired | withdrawn | merged.
 * After a crash a delivery may be left in `sending`: its outcome is unknown, so it is looked up in Slack before a resend.
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

/** Causes of deliveries. Modules declare further ones in their entries. */
export const coreSources = ['api', 'forward', 'command', 'reply'] as const;
export type DeliverySource = (typeof coreSources)[number] | (string & Record<never, never>);

/** A file of a message. The store keeps its bytes under the key `blob` until the delivery has ended. */
export interface Attachment {
  blob: string;
  name: string;
  title?: string;
}

/** A Block Kit block, passed to Slack unchanged. */
export type Block = Record<string, unknown> & { type: string };

/**
 * Arguments of Slack's chat.postMessage, passed on unchanged (docs.slack.dev/reference/methods/chat.postMessage).
 * `attachments` are legacy attachments, not files.
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

/** A button under a message. Pressing it gives the command in the name of the person who pressed. */
export interface Button {
  label: string;
  /** The command as after `/ultronex`, at most 2,000 characters: `restart web`. */
  command: string;
  style?: 'danger';
}

/** The visible part of a message, in mrkdwn. Each destination renders it. */
export interface Content {
  /** At most 40,000 characters. */
  text: string;
  title?: string;
  /** The whole content in paragraphs of at most 3,000 characters, if it does not fit into `text`. */
  sections?: string[];
  /** At most 25 are shown. */
  buttons?: Button[];
  /** For Slack only: replaces everything but `text`. */
  blocks?: Block[];
  /** Colours the message, where a destination has colours. */
  tone?: Tone;
}

/** Applies an edit to a content. New blocks or sections replace both the old blocks and the old sections. */
export function edited(content: Content, change: Partial<Content>): Content {
  const { text, title, sections, buttons, blocks, tone } = content;
  const replaced = change.blocks !== undefined || change.sections !== undefined;
  return {
    text: change.text ?? text,
    title: change.title ?? title,
    sections: replaced ? change.sections : sections,
    buttons: change.buttons ?? (change.blocks === undefined ? buttons : undefined),
    blocks: replaced ? change.blocks : blocks,
    tone: change.tone ?? tone,
  };
}

export interface NewDelivery extends Content {
  /** UUID v4. */
  id: string;
  team: string;
  destination: Destination;
  threadTs?: string;
  /** Id of another delivery to the same destination, accepted before: the message goes to its thread. */
  replyTo?: string;
  /** Posts an ephemeral message for this user, or a direct message where Slack refuses that. It cannot be edited or deleted. */
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

/** Identifies a message in Slack. */
export interface SlackRef {
  channel: string;
  ts: string;
  permalink: string | null;
}

/** A change of a sent message that is not yet done in Slack. */
export type PendingChange = 'update' | 'delete';

/** A row of the ledger. */
export interface Delivery extends NewDelivery {
  /** Order of acceptance; also the cursor of a listing. */
  seq: number;
  state: DeliveryState;
  attempts: number;
  updatedAt: number;
  slack: SlackRef | null;
  /** Number of attachments already uploaded; they are uploaded in order. */
  uploaded: number;
  /** The last error: Slack's code, then after a colon its details. */
  error: string | null;
  /** Problems of a message that was sent nevertheless: a file that was left out, and why. */
  warnings: string[];
  mergedInto: string | null;
  mergedCount: number;
  /** For a digest: how many of the merged messages its card in Slack shows. */
  shown: number;
  /** The last attempt had no response (lost connection, crash), so the message may be in Slack. Look it up before a resend. */
  outcomeUnknown: boolean;
  pending: PendingChange | null;
  /** Increases with every edit and merge, so that a change during an update of Slack's message is not lost. */
  revision: number;
}
