import type { Content, SlackFields, SlackRef } from '../domain/delivery.ts';

/** A message as it leaves: text is final, `deliveryId` travels as metadata so that it can be found again. */
export interface OutgoingMessage extends Content {
  deliveryId: string;
  team: string;
  channel: string;
  threadTs?: string;
  /** The only user who is to see it. */
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
 * What became of a call. `error` is Slack's code, of a bounded set; `detail` what else Slack said about it, at most
 * 500 characters without secrets: the missing scope, the path of the wrong block.
 * `retry.scope`: what has to wait `afterMs`: this channel, or the whole workspace. null `afterMs`: the caller's back-off.
 * `retry.outcomeUnknown`: the answer was lost, so Slack may have done it all the same.
 * `refused.gone`: the message to be changed is no longer there; somebody deleted it.
 */
export type Outcome<T> =
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

/** A workspace to write to. Never throws for what Slack answers; never retries by itself. */
export interface MessageSender {
  post(message: OutgoingMessage): Promise<Outcome<SlackRef>>;
  update(message: OutgoingMessage, ref: SlackRef): Promise<Outcome<SlackRef>>;
  delete(team: string, ref: SlackRef): Promise<Outcome<null>>;
  upload(file: OutgoingFile): Promise<Outcome<null>>;
  /** Looks for a post whose answer was lost; null: not there, or cannot be told. */
  find(message: OutgoingMessage, sinceMs: number): Promise<SlackRef | null>;
}
