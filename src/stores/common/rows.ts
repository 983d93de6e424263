import type { Delivery, DeliverySource, DeliveryState, PendingChange, Tone } from '../../domain/delivery.ts';
import type { DestinationKind } from '../../domain/destination.ts';

/** A row of `deliveries` joined with its lane's team and destination. */
export interface DeliveryRow {
  seq: number;
  id: string;
  lane: number;
  team: string;
  kind: string;
  address: string;
  state: string;
  text: string;
  title: string | null;
  /** JSON; null: none. */
  sections: string | null;
  buttons: string | null;
  blocks: string | null;
  tone: string | null;
  thread_ts: string | null;
  /** Id of the delivery whose thread this one goes to. */
  reply_to: string | null;
  /** The message of `reply_to` in Slack; null: it is not there, or not any more. */
  parent_ts: string | null;
  only_for: string | null;
  attachments: string | null;
  source: string;
  trace: string;
  similar: number | null;
  created_at: number;
  expires_at: number;
  updated_at: number;
  attempts: number;
  /** 1: the outcome is unknown. */
  hidden: number;
  slack_channel: string | null;
  slack_ts: string | null;
  permalink: string | null;
  uploaded: number;
  error: string | null;
  /** JSON; null: none. */
  slack_fields: string | null;
  /** JSON; null: none. */
  warnings: string | null;
  /** `seq` of the digest. */
  merged_into: number | null;
  /** Id of the digest. */
  digest: string | null;
  merged_count: number;
  /** For a digest: the number of merged messages that its card in Slack shows. */
  shown: number;
  pending: string | null;
  revision: number;
}

export const selectDelivery = `SELECT d.*, l.team, l.kind, l.address,
  (SELECT m.id FROM deliveries m WHERE m.seq = d.merged_into) AS digest,
  (SELECT p.slack_ts FROM deliveries p WHERE p.id = d.reply_to AND p.state = 'sent') AS parent_ts
  FROM deliveries d JOIN lanes l ON l.id = d.lane`;

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    seq: row.seq,
    id: row.id,
    team: row.team,
    destination: { kind: row.kind as DestinationKind, address: row.address },
    text: row.text,
    title: row.title ?? undefined,
    sections: row.sections === null ? undefined : JSON.parse(row.sections),
    buttons: row.buttons === null ? undefined : JSON.parse(row.buttons),
    blocks: row.blocks === null ? undefined : JSON.parse(row.blocks),
    ...(row.tone !== null && { tone: row.tone as Tone }),
    threadTs: row.thread_ts ?? row.parent_ts ?? undefined,
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    ...(row.only_for !== null && { onlyFor: row.only_for }),
    slackFields: row.slack_fields === null ? undefined : JSON.parse(row.slack_fields),
    attachments: row.attachments === null ? [] : JSON.parse(row.attachments),
    source: row.source as DeliverySource,
    trace: row.trace,
    similarKey: row.similar,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    updatedAt: row.updated_at,
    slack:
      row.slack_channel === null || row.slack_ts === null
        ? null
        : { channel: row.slack_channel, ts: row.slack_ts, permalink: row.permalink },
    uploaded: row.uploaded,
    error: row.error,
    warnings: row.warnings === null ? [] : JSON.parse(row.warnings),
    mergedInto: row.digest,
    mergedCount: row.merged_count,
    shown: row.shown,
    outcomeUnknown: row.hidden === 1,
    pending: row.pending as PendingChange | null,
    revision: row.revision,
  };
}
