import type { Content, SlackFields, SlackRef } from '../domain/delivery.ts';
import type { Destination } from '../domain/destination.ts';

/** A message in its final form. `deliveryId` is sent as metadata, by which the message can be found later. */
export interface OutgoingMessage extends Content {
  deliveryId: string;
  team: string;
  destination: Destination;
  threadTs?: string;
  /** The only user who sees it. */
  onlyFor?: string;
  slackFields?: SlackFields;
}

export interface OutgoingFile {
  team: string;
  /** Channel id (uploads refuse names), as `post` answered it. */
  channel: string;
  threadTs: string;
  name: string;
  title?: string;
  bytes: Uint8Array;
}

/**
 * The outcome of a call. `error` is Slack's code, of a bounded set; `detail` is what else Slack said about it, at most
 * 500 characters without secrets: the missing scope, the path of the wrong block.
 * `retry.scope`: what has to wait `afterMs`: this channel, or the whole workspace. null `afterMs`: the caller's back-off.
 * `retry.outcomeUnknown`: the answer was lost, so Slack may have done it all the same.
 * `refused.gone`: the message to be changed is no longer there; somebody deleted it.
 */
export type SendOutcome<T> =
  | { kind: 'sent'; value: T }
  | {
      kind: 'retry';
      afterMs: number | null;
      scope: 'channel' | 'workspace';
      outcomeUnknown: boolean;
      error: string;
      detail?: string;
    }
  | { kind: 'refused'; error: string; detail?: string; gone?: true };

/** `threadGone`: the message was for a thread whose first message was deleted, so it stands in the channel. */
export interface Posted extends SlackRef {
  threadGone?: true;
}

/** Sends to one kind of destination. Never rejects because of a response, and never retries. */
export interface MessageSender {
  post(message: OutgoingMessage): Promise<SendOutcome<Posted>>;
  update(message: OutgoingMessage, ref: SlackRef): Promise<SendOutcome<SlackRef>>;
  delete(team: string, ref: SlackRef): Promise<SendOutcome<null>>;
  upload(file: OutgoingFile): Promise<SendOutcome<null>>;
  /** Looks for a post whose response was lost. Null: it is not there, or that cannot be found out. */
  find(message: OutgoingMessage, sinceMs: number): Promise<Posted | null>;
}
