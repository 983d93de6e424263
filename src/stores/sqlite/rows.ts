import type { Delivery, DeliverySource, DeliveryState, PendingChange } from '../../domain/delivery.ts';

/** A row of `deliveries` joined with its lane's team and channel. */
export interface DeliveryRow {
  seq: number;
  id: string;
  lane: number;
  team: string;
  channel: string;
  state: string;
  text: string;
  title: string | null;
  blocks: string | null;
  thread_ts: string | null;
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
  /** Id of the digest. */
  digest: string | null;
  merged_count: number;
  /** Of a digest: how many of the merged ones its card in Slack shows. */
  shown: number;
  pending: string | null;
  revision: number;
}

export const selectDelivery = `SELECT d.*, l.team, l.channel,
  (SELECT m.id FROM deliveries m WHERE m.seq = d.merged_into) AS digest
  FROM deliveries d JOIN lanes l ON l.id = d.lane`;

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    seq: row.seq,
    id: row.id,
    team: row.team,
    channel: row.channel,
    text: row.text,
    title: row.title ?? undefined,
    blocks: row.blocks === null ? undefined : JSON.parse(row.blocks),
    threadTs: row.thread_ts ?? undefined,
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
